"""Many managers on one API server: `make scale`."""
