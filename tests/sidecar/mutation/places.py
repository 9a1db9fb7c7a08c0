"""Which nodes of a module are broken: what decides, and nothing that is only read by people.

Left alone by rule: annotations, docstrings, texts, decorators, what only the type checker runs,
protocols, and calls that write a line of the log. Breaking those changes nothing that decides.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

#: Names that write to a log: `_log.info(...)`, `self._log(...)`, `logs.fields(...)`.
_LOGS = frozenset({"_log", "logs"})
_GENERIC = frozenset({"tuple", "dict", "list", "set", "frozenset"})
_SKIPPED = (ast.Import, ast.ImportFrom, ast.JoinedStr, ast.expr_context, ast.operator, ast.cmpop)


@dataclass(frozen=True)
class Place:
    """A node, and how to put another one there.

    `above`: the nodes around it, the nearest first. `within`: the qualified name of the function or
    class, empty at the level of the module. `entry`, `truth`: as operators.broken wants to know.
    """

    node: ast.AST
    field: str
    index: int | None
    above: tuple[ast.AST, ...]
    within: str
    entry: bool
    truth: bool

    @contextmanager
    def held_by(self, node: ast.AST | None) -> Iterator[None]:
        """Have another node stand here for a while; None: an entry less (a pair, of a dict)."""
        holder = self.above[0]
        before = {field: getattr(holder, field) for field in holder._fields}
        if self.index is None:
            setattr(holder, self.field, node)
        else:
            fields = ("keys", "values") if isinstance(holder, ast.Dict) else (self.field,)
            for field in fields if node is None else (self.field,):
                left = list(before[field])
                left[self.index : self.index + 1] = [] if node is None else [node]
                setattr(holder, field, left)
        yield
        for field, value in before.items():
            setattr(holder, field, value)


def places(tree: ast.Module) -> Iterator[Place]:
    """Yield each place that may be broken, in the order of the text."""
    names = _log_functions(tree)
    yield from _below(tree, (), "", truth=False, silent=names)


def _below(
    holder: ast.AST, above: tuple[ast.AST, ...], within: str, *, truth: bool, silent: frozenset[str]
) -> Iterator[Place]:
    around = (holder, *above)
    for field, node, index in _children(holder):
        if isinstance(node, _SKIPPED) or _is_apart(node, silent):
            continue
        inner, says_truth = within, truth
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            inner = f"{within}.{node.name}".lstrip(".")
            says_truth = isinstance(node, ast.FunctionDef) and _names(node.returns) == {"bool"}
        yield Place(node, field, index, around, inner, _is_entry(field, around), says_truth)
        yield from _below(node, around, inner, truth=says_truth, silent=silent)


def _children(holder: ast.AST) -> Iterator[tuple[str, ast.AST, int | None]]:
    for field in _fields(holder):
        value = getattr(holder, field)
        if isinstance(value, list):
            for index, each in enumerate(value):
                if isinstance(each, ast.AST):
                    yield field, each, index
        elif isinstance(value, ast.AST):
            yield field, value, None


def _fields(holder: ast.AST) -> tuple[str, ...]:
    match holder:
        case ast.FunctionDef():
            return ("args", "body")
        case ast.arguments():
            return ("defaults", "kw_defaults")
        case ast.ClassDef() | ast.ExceptHandler():
            return ("body",)
        case ast.AnnAssign() | ast.Assign():
            return ("value",)
        case ast.Raise():
            return ()
        case ast.Call(func=ast.Name(id="zip")):
            return ("args",)  # `strict` says what is so anyway
        case ast.Dict():
            return ("values",)
    return holder._fields


def _is_apart(node: ast.AST, silent: frozenset[str]) -> bool:
    match node:
        case ast.If(test=ast.Name(id="TYPE_CHECKING")):
            return True
        case ast.If(test=ast.Compare(left=ast.Name(id="__name__"))):
            return True
        case ast.ClassDef():
            return any("Protocol" in _names(base) for base in node.bases)
        case ast.Expr(value=ast.Constant()):
            return True
        case ast.Expr(value=ast.Call(func=function)) | ast.Call(func=function):
            return bool(_names(function) & (_LOGS | silent))
        case ast.Assign(targets=[ast.Name(id=name)], value=value):  # an alias of a type
            generic = isinstance(value, ast.Subscript) and bool(_names(value) & _GENERIC)
            return generic or (name[0].isupper() and not name.isupper())
    return False


def _names(node: ast.AST | None) -> set[str]:
    """Return the names of a dotted one; of a generic type that before the brackets."""
    match node:
        case ast.Name():
            return {node.id}
        case ast.Attribute():
            return {node.attr, *_names(node.value)}
        case ast.Subscript():
            return _names(node.value)
    return set()


def _log_functions(tree: ast.Module) -> frozenset[str]:
    """Return the functions from the module that words the log lines of control."""
    return frozenset(
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").endswith(".notices")
        for alias in node.names
    )


def _is_entry(field: str, around: tuple[ast.AST, ...]) -> bool:
    """Tell whether a node is one of several cases in a table: what a name of the module or class
    is defined as, what is gone through, what something is compared with; any dictionary.
    """
    table, holder, *_ = (*around, None)
    if field not in ("elts", "values") or not isinstance(table, ast.expr):
        return False
    if len(getattr(table, field, ())) < 2 or isinstance(table, ast.BoolOp):
        return False
    if isinstance(table, ast.Dict | ast.Set):
        return True
    if isinstance(holder, ast.For | ast.comprehension):
        return table is holder.iter
    if isinstance(holder, ast.Compare):
        return table in holder.comparators
    inside = any(isinstance(each, ast.FunctionDef) for each in around)
    return not inside and not isinstance(holder, ast.Tuple | ast.List)
