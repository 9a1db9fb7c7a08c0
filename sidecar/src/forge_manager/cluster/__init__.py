"""The Kubernetes API: connections, one Lease read and written, one object watched. No decisions."""
