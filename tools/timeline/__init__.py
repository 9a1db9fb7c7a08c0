"""A release's start-up and hand-overs as short tables, read from the cluster."""
