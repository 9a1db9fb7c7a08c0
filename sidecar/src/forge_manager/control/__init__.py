"""Forging control at work: the pure elector and machine, connected to this pod and its cluster.

Touches the volumes in memory, processes and the metrics page; sends requests through `kube`.
"""
