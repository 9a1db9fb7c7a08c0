"""What an operator sees of a release: Prometheus, the dashboard, an alert, helm test."""
