"""The commands beside running: each reads its settings, does one thing, and ends.

Touches files; `prepare` and `probe` ask servers. None asks the API server.
"""
