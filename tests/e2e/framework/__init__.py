"""What the cases share: deployments, faults, machines, several clusters, and their records."""
