"""May the node start: from the source of its credentials to a checked set in its place."""
