"""In which ways one node of a syntax tree can be broken: always a program, seldom the same one."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

#: Members in their order, by the name that an enumeration has in the module at hand.
Enumerations = Mapping[str, tuple[str, ...]]

#: The boundary first, then the opposite.
_COMPARED: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_CALCULATED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Div: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.Pow: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
_EXCHANGED = {"min": "max", "max": "min", "any": "all", "all": "any"}
_UNORDERED = frozenset({*_EXCHANGED, "isinstance", "getattr", "zip"})
_DURATION = 1000  # a number from here on, or a fraction, measures something: doubled and halved


def broken(
    node: ast.AST, parent: ast.AST, enumerations: Enumerations, *, entry: bool, truth: bool
) -> Iterator[ast.AST | None]:
    """Yield what may stand in the place of `node`; None: nothing, it is left out of its table.

    `entry`: it is an entry of a table. `truth`: the function around says yes or no.
    """
    if entry:
        yield None
    if isinstance(node, ast.stmt):
        yield from _statements(node, truth=truth)
    if isinstance(parent, ast.If | ast.While | ast.IfExp) and node is parent.test:
        yield from _negated(node)
    yield from _expressions(node, parent, enumerations)


def _expressions(node: ast.AST, parent: ast.AST, enumerations: Enumerations) -> Iterator[ast.AST]:
    match node:
        case ast.Compare():
            yield from _compared(node)
        case ast.BoolOp():
            yield from _combined(node)
        case ast.UnaryOp(op=ast.Not()):
            yield node.operand
        case ast.BinOp() if type(node.op) in _CALCULATED and not _is_text(node):
            yield ast.BinOp(node.left, _CALCULATED[type(node.op)](), node.right)
        case ast.Constant():
            yield from _constants(node.value, parent)
        case ast.Attribute(value=ast.Name(id=name)) if node.attr in enumerations.get(name, ()):
            members = enumerations[name]
            following = members[(members.index(node.attr) + 1) % len(members)]
            yield ast.Attribute(node.value, following, node.ctx)
        case ast.Call():
            yield from _calls(node)


def _statements(node: ast.stmt, *, truth: bool) -> Iterator[ast.AST | None]:
    match node:
        case ast.Return(value=None) | ast.Raise() | ast.Break() | ast.Continue() | ast.Delete():
            yield ast.Pass()
        case ast.Return(value=value):
            ways = (True, False) if truth else (None,)
            said = value.value if isinstance(value, ast.Constant) else ()
            yield from (ast.Return(ast.Constant(way)) for way in ways if way is not said)
        case ast.Expr(value=ast.Call()):
            yield ast.Pass()
        case ast.Assign(targets=[ast.Attribute() | ast.Subscript()]):
            yield ast.Pass()
        case ast.AugAssign():
            yield ast.Pass()
            if type(node.op) in _CALCULATED:
                yield ast.AugAssign(node.target, _CALCULATED[type(node.op)](), node.value)


def _combined(node: ast.BoolOp) -> Iterator[ast.AST]:
    yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
    for place in range(len(node.values)):
        left = [*node.values[:place], *node.values[place + 1 :]]
        yield left[0] if len(left) == 1 else ast.BoolOp(node.op, left)


def _compared(node: ast.Compare) -> Iterator[ast.AST]:
    for place, operator in enumerate(node.ops):
        for other in _COMPARED[type(operator)]:
            ops = [*node.ops[:place], other(), *node.ops[place + 1 :]]
            yield ast.Compare(node.left, ops, node.comparators)


def _negated(node: ast.AST) -> Iterator[ast.AST]:
    opposite = isinstance(node, ast.Compare) and len(node.ops) == 1
    negation = isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)
    if isinstance(node, ast.expr) and not (opposite or negation or isinstance(node, ast.Constant)):
        yield ast.UnaryOp(ast.Not(), node)


def _constants(value: object, parent: ast.AST) -> Iterator[ast.AST]:
    match value:
        case bool():
            others: tuple[float, ...] = (not value,)
        case int() if value >= _DURATION or (value > 1 and _measures(parent)):
            others = (2 * value, value // 2)
        case int():
            others = (1,) if value == 0 else (value - 1, value + 1)
        case float():
            others = (2 * value, value / 2) if value else (1.0,)
        case _:
            others = ()
    yield from (ast.Constant(other) for other in others)


def _measures(parent: ast.AST) -> bool:
    """Tell whether a number is multiplied by a unit of time."""
    return isinstance(parent, ast.BinOp) and any(
        isinstance(side, ast.Name) and side.id.endswith("SECOND")
        for side in (parent.left, parent.right)
    )


def _calls(node: ast.Call) -> Iterator[ast.AST]:
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    if name in _EXCHANGED:
        yield ast.Call(ast.Name(_EXCHANGED[name], ast.Load()), node.args, node.keywords)
    simple = all(isinstance(each, ast.Name | ast.Attribute) for each in node.args)
    if len(node.args) == 2 and simple and name not in _UNORDERED:
        yield ast.Call(node.func, node.args[::-1], node.keywords)


def _is_text(node: ast.BinOp) -> bool:
    return any(
        isinstance(side, ast.JoinedStr)
        or (isinstance(side, ast.Constant) and isinstance(side.value, str | bytes))
        for side in (node.left, node.right)
    )
