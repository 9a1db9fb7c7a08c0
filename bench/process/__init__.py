"""The sidecar as a process of its own, outside any cluster."""
