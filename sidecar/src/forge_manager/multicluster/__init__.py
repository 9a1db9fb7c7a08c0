"""A pool in several clusters: which of them is to forge."""
