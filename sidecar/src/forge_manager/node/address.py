"""The address of the node's metrics."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import urlsplit

_HTTP_PORT = 80


class Address(NamedTuple):
    """Where to ask. The host is an address or `localhost`: other names have no time limit."""

    host: str
    port: int
    target: str

    @classmethod
    def parse(cls, url: str) -> Address:
        """Parse an http URL. Raises ValueError."""
        parts = urlsplit(url)
        if parts.scheme != "http" or not parts.hostname:
            raise ValueError(f"{url!r} is not an http URL")
        query = f"?{parts.query}" if parts.query else ""
        return cls(parts.hostname, parts.port or _HTTP_PORT, (parts.path or "/") + query)
