"""May the node start: from the source of its credentials to a checked set in its place.

Touches the volumes of keys, and a genesis; what may hang is read in a thread of its own. Whether a
node is up already it is told by callables: they ask the node's socket and look through /proc.
"""
