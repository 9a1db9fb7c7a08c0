"""Judge a set of credential files offline, on any machine."""
