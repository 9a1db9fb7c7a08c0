"""The listening socket, opened before anything slow so that a port in use is known at once."""

from __future__ import annotations

import errno
import socket

_BACKLOG = 1024


class PortUnavailableError(Exception):
    """The port cannot be listened on; the message says why and what to do."""


def listen(port: int) -> socket.socket:
    """Listen on a TCP port over IPv6 and IPv4, or IPv4 alone where there is no IPv6; 0: any port.

    Raises PortUnavailableError.
    """
    try:
        return _listen_dual_stack(port)
    except OSError as error:
        if error.errno not in (errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL):
            raise _unavailable(port, error) from None
    try:
        return _bind(socket.socket(socket.AF_INET, socket.SOCK_STREAM), ("0.0.0.0", port))  # noqa: S104 (probes come from outside)
    except OSError as error:
        raise _unavailable(port, error) from None


def _listen_dual_stack(port: int) -> socket.socket:
    server = socket.socket(socket.AF_INET6, socket.SOCK_STREAM)
    server.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    return _bind(server, ("::", port))


def _bind(server: socket.socket, address: tuple[str, int]) -> socket.socket:
    try:
        # A restarted sidecar must not wait for connections of the one before to time out.
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind(address)
        server.listen(_BACKLOG)
        server.settimeout(0)
    except OSError:
        server.close()
        raise
    return server


def _unavailable(port: int, error: OSError) -> PortUnavailableError:
    advice = {
        errno.EADDRINUSE: "another process listens there; choose another METRICS_PORT",
        errno.EACCES: "a port below 1024 needs privileges; choose another METRICS_PORT",
    }.get(error.errno or 0, "choose another METRICS_PORT")
    return PortUnavailableError(f"port {port} cannot be used ({error.strerror}): {advice}")
