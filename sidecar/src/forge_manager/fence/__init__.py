"""What manager and guard share: the fence, the keys, the fuse."""
