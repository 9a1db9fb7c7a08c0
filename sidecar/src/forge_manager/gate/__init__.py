"""May the node start: from the source of its credentials to a checked set in place.

Touches the volumes of keys, and a genesis; what may hang is read in a separate thread. Callables
tell it whether a node is already up: they ask the node's socket and search /proc.
"""
