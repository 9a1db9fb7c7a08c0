"""Inwards: what operators ask for: a hold, a hand-over, a reload of the topology.

Reads annotations; `hand_over` asks the API server for the named pod, and removes a request.
"""
