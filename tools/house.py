"""The drawing of the sidecar's rooms in docs/house.md: their floors, and what each imports.

`python tools/house.py` writes it into the page. The floors are those of the import contract in
pyproject.toml, which `make lint` keeps.
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


def floors() -> list[list[str]]:
    """Return the rooms of each floor, the highest first, as the import contract has them."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    (contract,) = contracts["contracts"]
    layers = [layer.split(" | ") for layer in contract["layers"]]
    return [layer for layer in layers if (PACKAGE / layer[0]).is_dir()]


def rooms() -> list[str]:
    """Return all rooms, the highest first."""
    return [room for floor in floors() for room in floor]


def imports(room: str) -> list[str]:
    """Return the rooms that a room imports, the highest first."""
    files = (PACKAGE / room).rglob("*.py")
    named = {name for file in files for name in _imported(ast.parse(file.read_text()))}
    return [other for other in rooms() if other in named and other != room]


def drawing() -> str:
    """Return the floors, the highest first, and for each room what it imports."""
    known = floors()
    wide = max(map(len, rooms()))
    lines = []
    for above, floor in enumerate(known, 1):
        label = f"{len(known) - above:>2}"
        for room in floor:
            below = imports(room)
            arrow = f" ──▶ {', '.join(below)}" if below else ""
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
