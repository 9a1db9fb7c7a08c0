"""The sidecar's settings, read once, with errors that say what to do.

Touches nothing: the variables are passed in.
"""
