"""Bring a checked set of files from the source to where the node reads it, all or nothing."""
