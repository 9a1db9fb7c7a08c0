"""Inwards: what operators ask for: hold, hand-over, reading the topology again.

Reads annotations; `hand_over` asks the API server for the named pod, and takes a wish back.
"""
