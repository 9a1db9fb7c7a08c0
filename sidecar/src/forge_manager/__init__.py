"""Sidecar of a Cardano block producer: credentials, startup gate, status."""

__version__ = "0.1.0"
