"""Rules of a Lease that is held beside a hub's: how to take each away (sabotage)."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from forge_manager.election import elector as elector_module
from forge_manager.election import knowledge as knowledge_module
from forge_manager.election.bond import Bond, Counts, bond_of
from forge_manager.election.elector import Elector
from forge_manager.election.knowledge import LeaseKnowledge
from forge_manager.election.record import hub_uid_of, under_mark

if TYPE_CHECKING:
    import pytest

    from forge_manager.base.moment import Moment
    from forge_manager.election.bond import HubLease
    from forge_manager.election.record import LeaseRecord

Patch = Callable[["pytest.MonkeyPatch"], None]


def _anybody_follows(patch: pytest.MonkeyPatch) -> None:
    """Let who goes by another hub, or by none, follow as early as who goes by the same."""
    honest = LeaseKnowledge._is_free_to_us

    def free(self: LeaseKnowledge, now: Moment, bond: Bond) -> bool:
        return honest(self, now, dataclasses.replace(bond, uid=self._under))

    patch.setattr(LeaseKnowledge, "_is_free_to_us", free)


def _counts_longer(when: Callable[[HubLease, Moment], bool]) -> Patch:
    def apply(patch: pytest.MonkeyPatch) -> None:
        def sabotaged(hub: HubLease | None, now: Moment, named: set[str]) -> Bond:
            if hub is not None and when(hub, now):
                return Bond(hub.uid, Counts.LONGER)
            return bond_of(hub, now, named)

        patch.setattr(elector_module, "bond_of", sabotaged)

    return apply


def _acknowledged_alone(patch: pytest.MonkeyPatch) -> None:
    def named(self: Any) -> set[str]:
        return {hub_uid_of(self._proven.record)} if self._proven else set()

    patch.setattr(Elector, "_hubs_named", named)


def _never_followed(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Elector, "_followed_early", lambda *_: False)


def _releases_what_it_found(patch: pytest.MonkeyPatch) -> None:
    """Take a manager's first holding for one by full right."""
    honest = Elector._followed_early

    def followed(self: Any, now: Moment) -> bool:
        return self._followed_early_until_ns is not None and honest(self, now)

    patch.setattr(Elector, "_followed_early", followed)


def _says_another_hub(patch: pytest.MonkeyPatch) -> None:
    """Name in each write the hub that it goes by, whomever it followed."""
    honest = Elector._acquisition

    def acquisition(self: Any, now: Moment, bond: Bond) -> LeaseRecord:
        record = honest(self, now, bond)
        under = under_mark(bond.uid, record.transitions)
        return dataclasses.replace(record, under=under)

    patch.setattr(Elector, "_acquisition", acquisition)


def _any_number(patch: pytest.MonkeyPatch) -> None:
    for module in (elector_module, knowledge_module):
        patch.setattr(module, "hub_uid_of", lambda record: record.under.rpartition("/")[0])


SABOTAGES: dict[str, Patch] = {
    "whoever goes by another hub follows early": _anybody_follows,
    "the longer lease counts without the hub's": _counts_longer(lambda *_: True),
    "the longer lease counts under any hub": _counts_longer(
        lambda hub, now: hub.held_uid(now) != ""
    ),
    "a hub that a lost write names does not count": _acknowledged_alone,
    "who followed early releases": _never_followed,
    "who starts anew followed nobody": _releases_what_it_found,
    "who follows early names its own hub": _says_another_hub,
    "a mark that was carried along counts": _any_number,
}
