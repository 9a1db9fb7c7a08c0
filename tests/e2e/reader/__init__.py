"""What the documents tell a reader to do, done on the cluster with their own commands."""
