"""Requests to API servers, and watches of them.

Touches the network, the files that lead there, and threads.
"""
