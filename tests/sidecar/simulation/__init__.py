"""Many replicas against a simulated API server, clocks and faults; every history from a seed."""
