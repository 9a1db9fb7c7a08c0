"""What an intruder in the node's container can reach: `make test-security`."""
