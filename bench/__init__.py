"""Measurements of the sidecar; see README.md."""
