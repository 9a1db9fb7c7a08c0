"""What is released: the sidecar's image for each processor, assembled without starting it."""
