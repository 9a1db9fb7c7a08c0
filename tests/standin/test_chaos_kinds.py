"""What a kind of fault says of itself is what it does: whom it isolates, which parts it hits."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest

from tests.e2e.chaos import three_replica_kinds
from tests.e2e.chaos.plan import Draw
from tests.e2e.framework.forging_times import Run
from tests.e2e.framework.replica import Part

KINDS = three_replica_kinds.KINDS


@dataclass
class FakeReplica:
    run: Run
    signals: list[tuple[str, tuple[Part, ...]]] = field(default_factory=list)

    def signal(self, name: str, *parts: Part) -> None:
        self.signals.append((name, parts))


@pytest.fixture
def case() -> Any:
    leader, *standbys = (FakeReplica(Run(f"producer-{uid}", uid)) for uid in "abc")
    return SimpleNamespace(leader=leader, standbys=standbys)


def draw(kind: str, *, target: int = 0, variant: str = "") -> Draw:
    return Draw(kind, target, 0, variant)


def test_without_an_api_server_none_can_renew_and_one_that_is_cut_off_cannot(case: Any) -> None:
    def isolated(kind: str, target: int) -> set[str]:
        return set(KINDS[kind].isolates(case, draw(kind, target=target)))

    assert isolated("API server stopped", 0) == {"a", "b", "c"}
    assert isolated("cut off from the API server", 0) == {"a"}
    assert isolated("cut off from the API server", 1) == {"c"}
    isolating = {name for name in KINDS if isolated(name, 0)}
    assert isolating == {"API server stopped", "cut off from the API server"}


def test_a_kind_that_names_parts_hits_them_and_no_other_kind_does() -> None:
    both = (Part.MANAGER, Part.GUARD)
    for name, kind in KINDS.items():
        if name in ("processes killed", "processes stopped"):
            assert kind.hit(draw(name, variant="manager and guard")) == both
        else:
            assert all(not kind.hit(draw(name, variant=each)) for each in kind.shape.variants)


def test_a_stray_sighup_is_for_standbys_alone(case: Any) -> None:
    kind = KINDS["stray SIGHUP to standbys"]
    assert kind.shape.alone
    with kind.inject(case, draw(kind.name)):
        pass
    assert case.leader.signals == []
    assert [one.signals for one in case.standbys] == [[("HUP", (Part.NODE,))]] * 2
