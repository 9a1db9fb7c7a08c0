"""Builds what a fresh machine lacks and runs a real Kubernetes cluster on it."""
