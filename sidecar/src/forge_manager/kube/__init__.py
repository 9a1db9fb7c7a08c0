"""Requests to API servers, and watches of them."""
