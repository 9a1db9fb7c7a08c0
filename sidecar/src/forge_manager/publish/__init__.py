"""Outwards: events, the label, and the status of both custom resources."""
