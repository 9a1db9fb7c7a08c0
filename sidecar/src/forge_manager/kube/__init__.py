"""Requests to API servers, and watches.

Touches the network, the files with its credentials, and threads.
"""
