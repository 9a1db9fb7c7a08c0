"""Outwards: events, the label, and the status of both custom resources.

`events`, `label` and `status_writer` write to the API server; the rest is pure.
"""
