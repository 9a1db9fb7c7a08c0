"""HTTP as far as the node's metrics server goes: one read is one request.

As in trace-dispatcher's `Prometheus/TCPServer.hs` (pseudoParse, buildResponse).
"""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import formatdate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

ROUTE = b"/metrics"
_ACCEPT = (b"Accept:", b"accept:", b"ACCEPT:")
_OPEN_METRICS = b"application/openmetrics-text"
_PLAIN_TYPE = "text/plain;version=0.0.4;charset=utf-8"
_OPEN_METRICS_TYPE = "application/openmetrics-text;version=1.0.0;charset=utf-8"


@dataclass(frozen=True)
class Answer:
    """The bytes of an answer, and whether it has (or, for HEAD, would have) the metrics in it."""

    content: bytes
    is_page: bool


def answer(request: bytes, page: Callable[[], str], now: float) -> Answer:
    """Answer what one read returned, at this Unix time; `page` renders the metrics."""
    line, *headers = request.split(b"\n")
    words = line.split()
    if len(words) < 2:
        return _refusal("400 Bad Request", with_body=False)
    method, route = words[:2]
    with_body = method == b"GET"
    if route != ROUTE:
        return _refusal("404 Not Found", with_body)
    if method not in {b"GET", b"HEAD"}:
        return _refusal("405 Method Not Allowed", with_body)
    content_type = _content_type(headers)
    if content_type is None:
        return _refusal("415 Unsupported Media Type", with_body)
    text = page()
    head = (
        f"HTTP/1.1 200 OK\r\nContent-Length: {len(text)}\r\n"  # characters, not bytes
        f"Content-Type: {content_type}\r\nDate: {formatdate(now, usegmt=True)}\r\n\r\n"
    )
    return Answer((head + (text if with_body else "")).encode(), is_page=True)


def _content_type(headers: list[bytes]) -> str | None:
    accept = next((header for header in headers if header.startswith(_ACCEPT)), b"*/*")
    if _OPEN_METRICS in accept:
        return _OPEN_METRICS_TYPE
    return _PLAIN_TYPE if b"text/" in accept or b"*/*" in accept else None


def _refusal(status: str, with_body: bool) -> Answer:
    if not with_body:
        return Answer(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n".encode(), is_page=False)
    head = f"HTTP/1.1 {status}\r\nContent-Length: {len(status)}\r\n"
    return Answer(
        f"{head}Content-Type: text/plain;charset=utf-8\r\n\r\n{status}".encode(), is_page=False
    )
