"""The node as a process: which it is, whether it lives, how to signal it, what it reports.

Touches /proc, signals, its socket and its metrics page.
"""
