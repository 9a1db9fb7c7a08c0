"""What a person reads, as Markdown: each text on the line of its file on which it begins."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path

from devkit.paths import REPOSITORY

CHART = REPOSITORY / "charts" / "cardano-node"
_ACTION = re.compile(r"\{\{.*?\}\}")
#: A text in YAML, or in JSON with a line for each.
_TEXT = re.compile(r'( *)"?(?:summary|description|title)"?: *(.+)')
_FOLDED = ">-"
_HELP = re.compile(r"[a-z0-9-]+:.* ## (.+)")
_DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
#: What stands for a value in a text; code, so that no rule reads it.
_VALUE = "`x`"


def pages() -> list[Path]:
    """Return every page; docs/values.md and messages.md have the texts of the chart's values."""
    found = REPOSITORY.rglob("*.md")
    return sorted(path for path in found if not _is_hidden(path.relative_to(REPOSITORY)))


def others() -> dict[Path, str]:
    """Return as Markdown the texts of other files: the sidecar, the chart and `make help`."""
    sidecar = (REPOSITORY / "sidecar" / "src").rglob("*.py")
    chart = (CHART.glob(name) for name in ("alerts/*.yaml", "crds/*.yaml", "dashboards/*.json"))
    makefile, notes = REPOSITORY / "Makefile", CHART / "templates" / "NOTES.txt"
    found = {path: _placed(constants(path.read_text())) for path in sidecar}
    found |= {path: _placed(descriptions(path.read_text())) for files in chart for path in files}
    found[makefile] = _placed(_helps(makefile.read_text()))
    found[notes] = _placed(_lines(notes.read_text()))
    return found


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


def descriptions(text: str) -> Iterator[tuple[int, str]]:
    """Give the line and the text of every summary, title and description of YAML or JSON."""
    lines = text.splitlines()
    for number, line in enumerate(lines, 1):
        if found := _TEXT.match(line):
            indent, said = found.groups()
            if said == _FOLDED:
                said = " ".join(_deeper(lines[number:], f"{indent} "))
            yield number, _ACTION.sub(_VALUE, said.strip('",'))


def _deeper(lines: list[str], indent: str) -> Iterator[str]:
    return takewhile(lambda line: line.startswith(indent), lines)


def _helps(makefile: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(makefile.splitlines(), 1):
        if found := _HELP.match(line):
            yield number, found[1]


def _lines(template: str) -> Iterator[tuple[int, str]]:
    said = enumerate(_ACTION.sub(_VALUE, template).splitlines(), 1)
    yield from ((number, line) for number, line in said if line.strip(f" {_VALUE}"))


def _docstring(node: ast.AST) -> ast.AST | None:
    if not isinstance(node, _DOCUMENTED) or not node.body:
        return None
    first = node.body[0]
    return first.value if isinstance(first, ast.Expr) else None


def _part(part: ast.expr) -> str:
    return str(part.value) if isinstance(part, ast.Constant) else _VALUE


def _placed(texts: Iterator[tuple[int, str]]) -> str:
    """Return the texts, each an entry of a list on its own line."""
    lines: dict[int, str] = {}
    for number, text in texts:
        said = " ".join(text.split())
        lines[number] = f"{lines[number]}. {said}" if number in lines else f"- {said}"
    return "\n".join(lines.get(number, "") for number in range(1, max(lines, default=0) + 1))


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)
