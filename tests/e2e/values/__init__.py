"""Random values that the schema allows, judged by a real API server."""
