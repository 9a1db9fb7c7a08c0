"""The node as a process: who it is, whether it lives, how to signal it, what it says of itself.

Touches /proc, signals, its socket and its metrics page.
"""
