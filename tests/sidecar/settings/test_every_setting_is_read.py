"""No setting without an effect: each field is read by something outside the settings."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

import forge_manager

PACKAGE = Path(forge_manager.__file__).parent


def classes() -> dict[str, list[str]]:
    """Fields of each class of settings."""
    found = {}
    for path in sorted((PACKAGE / "settings").glob("*.py")):
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.ClassDef) and node.name.endswith("Settings"):
                found[node.name] = [
                    part.target.id
                    for part in node.body
                    if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name)
                ]
    return found


@cache
def reads() -> set[tuple[str, str]]:
    """(what it is read of, what is read), by the last name of each: `settings.pool.name`."""
    found = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute):
                owner = node.value
                name = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
                found.add((name.removeprefix("_"), node.attr))
    return found


#: What objects of a class are called.
CALLED = {
    "Settings": {"settings", "self"},
    "PodSettings": {"pod"},
    "PoolSettings": {"pool"},
    "NetworkSettings": {"network"},
    "NodeSettings": {"node"},
    "LeaderSettings": {"leader", "self"},
    "ClusterSettings": {"cluster", "settings"},
    "HealthSettings": {"health", "settings"},
    "HubSettings": {"hub"},
    "SharedSettings": {"shared"},
}


def test_every_class_of_settings_is_known() -> None:
    assert set(CALLED) == set(classes())


@pytest.mark.parametrize(
    ("owner", "field"), [(owner, field) for owner, fields in classes().items() for field in fields]
)
def test_it_is_read(owner: str, field: str) -> None:
    assert any((name, field) in reads() for name in CALLED[owner])
