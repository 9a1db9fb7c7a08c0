"""What is released: the sidecar's image for each processor, put together without starting it."""
