"""What manager and guard share: the fence, the keys, the fuse.

Touches the volumes in memory, the processes that hold the fuse or are named in a fence, and, at a
manager's start, the node's socket. No network.
"""
