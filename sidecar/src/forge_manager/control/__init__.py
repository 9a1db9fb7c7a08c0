"""Forging control at work: the pure elector and machine, connected to this pod and its cluster."""
