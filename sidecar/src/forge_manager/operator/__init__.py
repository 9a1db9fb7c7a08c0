"""Inwards: what operators ask for: hold, hand-over, reading the topology again."""
