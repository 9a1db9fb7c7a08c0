"""The drawing of the sidecar's rooms in docs/house.md, from what each imports.

`python tools/house.py` writes it into the page. A room stands one floor above the highest that it
imports, so that those of one floor do not know each other.
"""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "house.md"
PACKAGE = ROOT / "sidecar" / "src" / "forge_manager"
_DRAWN = re.compile(r"(?<=<!-- drawn by make docs -->\n\n```text\n).*?(?=```)", re.DOTALL)


def rooms() -> list[str]:
    """Return the rooms, the highest layer first, as the import contract has them."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    (contract,) = contracts["contracts"]
    return [room for room in contract["layers"] if (PACKAGE / room).is_dir()]


def imports() -> dict[str, list[str]]:
    """Return the rooms that each room imports."""
    known = rooms()
    found: dict[str, list[str]] = {}
    for room in known:
        files = sorted((PACKAGE / room).rglob("*.py"))
        named = {name for file in files for name in _imported(ast.parse(file.read_text()))}
        found[room] = [other for other in known if other in named and other != room]
    return found


def drawing() -> str:
    """Return the floors, the highest first, and for each room what it imports."""
    below = imports()
    floor: dict[str, int] = {}
    for room in reversed(below):
        floor[room] = 1 + max((floor[other] for other in below[room]), default=-1)
    wide = max(map(len, below))
    lines = []
    for number in range(max(floor.values()), -1, -1):
        label = f"{number:>2}"
        for room in (room for room in below if floor[room] == number):
            arrow = f" ──▶ {', '.join(below[room])}" if below[room] else ""
            lines.append(f"{label}  {room:<{wide}}{arrow}".rstrip())
            label = "  "
    return "\n".join(lines) + "\n"


def _imported(tree: ast.AST) -> set[str]:
    """Return the second part of each `forge_manager.ROOM...` that is imported."""
    names: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names += [f"{node.module}.{alias.name}" for alias in node.names]
    parts = [name.split(".") for name in names]
    return {part[1] for part in parts if part[0] == "forge_manager" and len(part) > 1}


def main() -> None:
    """Draw it into the page."""
    text = PAGE.read_text()
    PAGE.write_text(_DRAWN.sub(lambda _: drawing(), text))


if __name__ == "__main__":
    main()
