"""What the sidecar is told from outside, read once, with errors that say what to do.

Touches nothing: the variables are handed in.
"""
