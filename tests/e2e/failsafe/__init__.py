"""The only replica of a pool while the API server is unreachable: `make test-failsafe`."""
