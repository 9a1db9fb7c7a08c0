"""What a person reads, as Markdown with a text on the line of its file where it begins."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from devkit.paths import REPOSITORY

CHART = REPOSITORY / "charts" / "cardano-node"
_ACTION = re.compile(r"\{\{.*?\}\}")
_TEXT = re.compile(r"^ *(?:summary|description): (.+)")
_DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
#: What stands for a value in a text; code, so that no rule reads it.
_VALUE = "`x`"


def pages() -> list[Path]:
    """Return every page; docs/values.md and messages.md have the texts of the chart's values."""
    found = REPOSITORY.rglob("*.md")
    return sorted(path for path in found if not _is_hidden(path.relative_to(REPOSITORY)))


def others() -> dict[Path, str]:
    """Return as Markdown the texts of what is no document: the sidecar, the notes, the alerts."""
    sidecar = sorted((REPOSITORY / "sidecar" / "src").rglob("*.py"))
    alerts = sorted((CHART / "alerts").glob("*.yaml"))
    notes = CHART / "templates" / "NOTES.txt"
    found = {path: _placed(constants(path.read_text())) for path in sidecar}
    found |= {path: _placed(_annotations(path.read_text())) for path in alerts}
    return {**found, notes: _ACTION.sub(_VALUE, notes.read_text())}


def constants(source: str) -> Iterator[tuple[int, str]]:
    """Give the line and the text of every string of Python that has words, without docstrings."""
    tree = ast.parse(source)
    passed = {id(doc) for doc in map(_docstring, ast.walk(tree)) if doc}
    for node in ast.walk(tree):
        if id(node) in passed:
            continue
        if isinstance(node, ast.JoinedStr):
            passed |= {id(inner) for inner in ast.walk(node)}
            text = "".join(_part(part) for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value
        else:
            continue
        if " " in text.strip():
            yield node.lineno, text


def _docstring(node: ast.AST) -> ast.AST | None:
    if not isinstance(node, _DOCUMENTED) or not node.body:
        return None
    first = node.body[0]
    return first.value if isinstance(first, ast.Expr) else None


def _part(part: ast.expr) -> str:
    return str(part.value) if isinstance(part, ast.Constant) else _VALUE


def _annotations(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.splitlines(), 1):
        if found := _TEXT.match(line):
            yield number, _ACTION.sub(_VALUE, found[1].strip('"'))


def _placed(texts: Iterator[tuple[int, str]]) -> str:
    """Return the texts, each an entry of a list on its own line."""
    lines: dict[int, str] = {}
    for number, text in texts:
        said = " ".join(text.split())
        lines[number] = f"{lines[number]}. {said}" if number in lines else f"- {said}"
    return "\n".join(lines.get(number, "") for number in range(1, max(lines, default=0) + 1))


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)
