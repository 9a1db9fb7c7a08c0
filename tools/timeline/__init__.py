"""The start-up of a release's pods as a short table, read from the cluster."""
