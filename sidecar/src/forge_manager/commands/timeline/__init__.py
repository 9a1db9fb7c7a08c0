"""`forge-manager timeline`: a release's start-up and hand-overs, read from the cluster."""
