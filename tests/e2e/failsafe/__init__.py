"""The only replica of a pool, and an API server that is away."""
