"""What manager and guard share: the fence, the keys, the fuse.

Touches the volumes in memory, and the process that holds the fuse. No network.
"""
