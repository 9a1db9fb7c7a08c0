"""What one manager answers at its three endpoints."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from forge_manager.base.bounded_get import NoAnswerError, get

_TIMEOUT_S = 3.0
_MOST_BYTES = 1 << 20
_SAMPLE = r"^{name}(?:{{[^}}]*}})? (\S+)$"
_REASON = re.compile(r'^cardano_forging_state{.*reason="(\w*)".*} 1', re.MULTILINE)


@dataclass(frozen=True)
class Finding:
    """One endpoint: whether it answered as it should, and what it said."""

    ok: bool
    text: str


@dataclass(frozen=True)
class ManagerReport:
    """One manager. `forging`: None when it does not say; `why`: its code for the state it is in."""

    url: str
    findings: dict[str, Finding]  # by the endpoint's path
    forging: bool | None = None
    why: str = ""


def ask(url: str) -> ManagerReport:
    """Ask the manager at this base address; never raises for what it answers."""
    gate, health, metrics = (
        _ask(f"{url}{path}") for path in ("/startup-status", "/health", "/metrics")
    )
    page = metrics.text if metrics.ok else ""
    ready = _sample(page, "cardano_startup_ready")
    forging = _sample(page, "cardano_forging_enabled")
    why = _REASON.search(page)
    return ManagerReport(
        url,
        {
            "/startup-status": Finding(gate.ok, _explained(gate.text)),
            "/health": Finding(health.ok, _explained(health.text)),
            "/metrics": Finding(
                ready is not None, metrics.text if not metrics.ok else _counted(page)
            ),
        },
        None if forging is None else forging == "1.0",
        why[1] if why else "",
    )


def _ask(url: str) -> Finding:
    try:
        answer = get(url, seconds=_TIMEOUT_S, most_bytes=_MOST_BYTES, follow=True)
    except NoAnswerError as error:
        return Finding(ok=False, text=str(error))
    except ValueError:
        return Finding(ok=False, text="not a valid URL")
    text = answer.body.decode(errors="replace") or f"HTTP {answer.status}"
    return Finding(ok=answer.good, text=text)


def _explained(text: str) -> str:
    """Return reason and message of a JSON answer, otherwise its first line."""
    try:
        fields = json.loads(text)
        return f"{fields['reason']}: {fields['message']}"
    except (ValueError, KeyError, TypeError):
        return text.partition("\n")[0][:200]


def _counted(page: str) -> str:
    samples = sum(1 for line in page.splitlines() if line and not line.startswith("#"))
    return f"{samples} samples"


def _sample(page: str, name: str) -> str | None:
    found = re.search(_SAMPLE.format(name=name), page, re.MULTILINE)
    return found[1] if found else None
