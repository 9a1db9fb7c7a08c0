"""Show a verdict: a table for people, JSON for programs."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from forge_manager.credentials.verdict import Check, Verdict


def as_json(verdict: Verdict) -> str:
    """Return the verdict as one JSON object; no key material is in it."""
    return json.dumps(
        {
            "ok": verdict.blocker is None and not verdict.warnings,
            "blocked": verdict.blocker is not None,
            "pool_id": verdict.pool_id,
            "counter": verdict.op_cert.counter if verdict.op_cert else None,
            "kes": asdict(verdict.kes) if verdict.kes else None,
            "checks": [asdict(check) for check in verdict.checks],
        },
        indent=2,
    )


def as_table(verdict: Verdict) -> str:
    """Return the verdict as a table, a finding per line, and a summary."""
    rows = [
        (_word(check), check.name, check.reason or "", check.detail) for check in verdict.checks
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    lines = [
        "  ".join(
            [*(cell.ljust(width) for cell, width in zip(row[:3], widths, strict=True)), row[3]]
        )
        for row in rows
    ]
    return "\n".join([*lines, "", *_summary(verdict)])


def _word(check: Check) -> str:
    if check.ok is None:
        return "skipped"
    if check.ok:
        return "ok"
    return "BLOCKS" if check.blocking else "warns"


def _summary(verdict: Verdict) -> list[str]:
    lines = []
    if verdict.op_cert:
        lines.append(f"pool {verdict.pool_id}, certificate counter {verdict.op_cert.counter}")
    if verdict.kes:
        expires = datetime.fromtimestamp(verdict.kes.expires, UTC).strftime("%Y-%m-%d %H:%M UTC")
        lines.append(f"KES key: {verdict.kes.remaining_periods} periods left, until {expires}")
    if verdict.blocker:
        lines.append("cardano-node would not start with these files")
    elif verdict.warnings:
        lines.append("cardano-node would start with these files; see the warnings")
    else:
        lines.append("all checks passed")
    return lines
