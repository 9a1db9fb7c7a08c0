"""Known vulnerabilities of the sidecar's locked packages: `make audit`, which needs the internet.

pip-audit finds them. Accepted ones are listed in .github/accepted-vulnerabilities.txt, one a line:
`ID until YYYY-MM-DD WHY`.
"""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ACCEPTED = ROOT / ".github" / "accepted-vulnerabilities.txt"
_LOCK = ROOT / "sidecar" / "requirements.txt"
_PIP_AUDIT = "pip-audit==2.9.0"
_DEADLINE_S = 600
_ENTRY = re.compile(r"(\S+) +until (\d{4}-\d{2}-\d{2}) +\S.*")


def accepted(text: str, today: date) -> list[str]:
    """Return the identifiers that are accepted on this day.

    Raises:
        ValueError: a line has another form: without a reason, or without a date.

    """
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        entry = _ENTRY.fullmatch(line.strip())
        if not entry:
            raise ValueError(f"line {number}: {line!r} is not: ID until YYYY-MM-DD WHY")
        if today <= date.fromisoformat(entry[2]):
            found.append(entry[1])
    return found


def main() -> int:
    """Audit; return pip-audit's exit code."""
    ignored = accepted(ACCEPTED.read_text(), datetime.now(UTC).date())
    return subprocess.run(
        [
            *(sys.executable, "-m", "uv", "tool", "run", _PIP_AUDIT),
            *("--require-hashes", "--disable-pip", f"--requirement={_LOCK}"),
            *(f"--ignore-vuln={each}" for each in ignored),
        ],
        check=False,
        timeout=_DEADLINE_S,
    ).returncode


if __name__ == "__main__":
    sys.exit(main())
