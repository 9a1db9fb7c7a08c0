"""The answer of each page, from what was observed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from forge_manager.base.reasons import Reason

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forge_manager.base.thread_health import Ailments
    from forge_manager.control.status import ForgingState
    from forge_manager.credentials.verdict import Check
    from forge_manager.gate.state import GateState

_JSON = "application/json"
_TEXT = "text/plain; charset=utf-8"

_NODE_SOCKET = {
    Reason.NODE_SOCKET_ACCEPTS: "the node's socket accepts connections",
    Reason.NODE_SOCKET_MISSING: "the node's socket does not exist yet: the node is still starting",
    Reason.NODE_SOCKET_REFUSED: "nothing listens on the node's socket: the node has stopped or is "
    "starting",
    Reason.NODE_SOCKET_BUSY: "the node's socket has a full backlog: the node accepts no "
    "connections",
    Reason.NODE_SOCKET_UNREACHABLE: "the node's socket cannot be used: it is not a socket, or "
    "access is denied",
    Reason.NODE_SOCKET_HANGS: "looking at the node's socket hangs: its volume does not answer",
    Reason.SOCKET_CHECK_DISABLED: "not checked: DISABLE_SOCKET_CHECK is set",
}
_NODE_READY_REASONS = frozenset({Reason.NODE_SOCKET_ACCEPTS, Reason.SOCKET_CHECK_DISABLED})


@dataclass(frozen=True)
class Response:
    """A complete answer."""

    status: int
    body: bytes
    content_type: str = _JSON
    allow: str | None = None  # the Allow header, which 405 must have


def startup_status(state: GateState, now: float) -> Response:
    """Answer the startup probe. `now` is Unix time; fields as the earlier sidecar had them."""
    return _json(
        200 if state.ready else 503,
        {
            "status": state.phase.value,
            "message": state.message,
            "credentials_provisioned": state.credentials_provisioned,
            "timestamp": datetime.fromtimestamp(now, UTC).isoformat(),
            "reason": state.reason.value,
            "checks": [_check(check) for check in state.checks],
        },
    )


def health(health: Ailments) -> Response:
    """Answer the liveness and readiness probes."""
    if not health:
        return Response(200, b"OK", _TEXT)
    return _json(
        503,
        {
            "status": "error",
            "reason": health[0].reason.value,
            "message": "; ".join(dict.fromkeys(ailment.text for ailment in health)),
            "threads": list(dict.fromkeys(ailment.thread for ailment in health)),
        },
    )


def node_ready(reason: Reason) -> Response:
    """Answer the node's readiness probe from the result of connecting to its socket."""
    ready = reason in _NODE_READY_REASONS
    body = {
        "status": "ready" if ready else "not_ready",
        "reason": reason.value,
        "message": _NODE_SOCKET[reason],
    }
    return _json(200 if ready else 503, body)


def node_liveness(state: ForgingState) -> Response:
    """Answer a liveness probe of the node: 503 only if it must be restarted."""
    if state.node_may_live:
        return Response(200, b"OK", _TEXT)
    return _json(503, {"status": "error", "reason": state.why, "message": "the node must stop"})


def handed_over(state: ForgingState) -> Response:
    """Answer the node's preStop hook: 200 when it is off and no lease names this pod."""
    body = {
        "status": "handed_over" if state.handed_over else "not_handed_over",
        "reason": state.why,
        "phase": state.phase.value,
    }
    return _json(200 if state.handed_over else 503, body)


def metrics(text: bytes, content_type: str) -> Response:
    """Wrap rendered metrics."""
    return Response(200, text, content_type)


def error(status: int, message: str, *, allow: str | None = None) -> Response:
    """Answer a request that cannot be served."""
    body = json.dumps({"status": "error", "message": message}).encode()
    return Response(status, body, _JSON, allow)


def _check(check: Check) -> dict[str, object]:
    return {
        "name": check.name,
        "ok": check.ok,
        "detail": check.detail,
        "blocking": check.blocking,
        "reason": check.reason.value if check.reason else None,
    }


def _json(status: int, content: Mapping[str, object]) -> Response:
    return Response(status, json.dumps(content).encode())
