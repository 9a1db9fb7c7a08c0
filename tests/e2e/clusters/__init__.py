"""Several clusters, one forger: `make test-clusters`. One case at a time: its figures are times."""
