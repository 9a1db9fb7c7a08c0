"""The release on a kind cluster, whose machines are containers of this machine."""
