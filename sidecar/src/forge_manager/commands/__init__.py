"""The commands beside running: each reads its settings, does one thing, and ends."""
