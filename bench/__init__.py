"""Measurements, each beside the limit that the same run found; see README.md."""
