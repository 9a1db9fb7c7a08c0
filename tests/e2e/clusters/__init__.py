"""Several clusters, one forger: `make test-clusters`. One case at a time: figures are times."""
