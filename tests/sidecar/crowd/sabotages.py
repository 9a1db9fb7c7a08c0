"""Rules of a Lease held for longer than usual, or beside a hub's: each can be taken away."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from forge_manager.election import knowledge as knowledge_module
from forge_manager.election.bond import Bond
from forge_manager.election.elector import Elector
from forge_manager.election.knowledge import LeaseKnowledge
from forge_manager.election.record import Lease, LeaseRecord, holding_of, hub_uid_of
from tests.sidecar.crowd.settings import Settings
from tests.sidecar.simulation.bond_sabotage import SABOTAGES as OF_BONDS

if TYPE_CHECKING:
    import pytest

    from forge_manager.base.moment import Moment
    from forge_manager.fence.tenures import Tenures

Patch = Callable[["pytest.MonkeyPatch"], None]


class Sabotage(NamedTuple):
    """`apply` takes the rule away; `uniform`: which kind of history notices."""

    apply: Patch
    uniform: bool = False


def _bound_all_the_same(patch: pytest.MonkeyPatch) -> None:
    def bound(self: Settings) -> bool:
        return bool(self.hub) and self.terms.usual is not None

    patch.setattr(Settings, "bound", property(bound))


def _word_counts_for_a_marked_record(patch: pytest.MonkeyPatch) -> None:
    honest = LeaseKnowledge._is_gone

    def gone(self: Any, now: Moment) -> bool:
        under, self._under = self._under, ""
        try:
            return honest(self, now)
        finally:
            self._under = under

    patch.setattr(LeaseKnowledge, "_is_gone", gone)


def _word_counts_for_any_holder(patch: pytest.MonkeyPatch) -> None:
    def gone(self: Any, now: Moment) -> bool:
        return self.lease is not None and self._usual_ns is not None and bool(self.lease.gone)

    patch.setattr(LeaseKnowledge, "_is_gone", gone)


def _word_outlives_a_write(patch: pytest.MonkeyPatch) -> None:
    """Name no number in it, so that it is true of the next holding of the same pod as well."""
    patch.setattr(knowledge_module, "holding_of", lambda lease: holding_of(lease) and lease.gone)


def _recorded_lease_not_honoured(patch: pytest.MonkeyPatch) -> None:
    honest = LeaseKnowledge._wait_for

    def wait_for(self: Any, now: Moment, record: LeaseRecord, *, ours: bool = False) -> None:
        honest(self, now, dataclasses.replace(record, duration_s=0), ours=ours)

    patch.setattr(LeaseKnowledge, "_wait_for", wait_for)


def _change_shortens(patch: pytest.MonkeyPatch) -> None:
    honest = LeaseKnowledge._wait_for

    def wait_for(self: Any, now: Moment, record: LeaseRecord, *, ours: bool = False) -> None:
        self._free_at_ns = 0
        honest(self, now, record, ours=ours)

    patch.setattr(LeaseKnowledge, "_wait_for", wait_for)


def _first_sight(free: Callable[[Any, Lease], bool]) -> Patch:
    def apply(patch: pytest.MonkeyPatch) -> None:
        honest = LeaseKnowledge._note_change

        def note_change(self: Any, now: Moment, lease: Lease) -> None:
            first = not self.seen
            honest(self, now, lease)
            if first and free(self, lease):
                self._free_at_ns = now.boot_ns

        patch.setattr(LeaseKnowledge, "_note_change", note_change)

    return apply


def _any_release_was_watched(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(knowledge_module, "is_release_of", lambda lease, _: not lease.record.holder)


def _waits_for_itself_for_less_beside_a_hub(patch: pytest.MonkeyPatch) -> None:
    honest = LeaseKnowledge._wait_for

    def wait_for(self: Any, now: Moment, record: LeaseRecord, *, ours: bool = False) -> None:
        with_hub, self._with_hub = self._with_hub, False
        honest(self, now, record, ours=ours)
        self._with_hub = with_hub

    patch.setattr(LeaseKnowledge, "_wait_for", wait_for)


def _own_by_any_hub(patch: pytest.MonkeyPatch) -> None:
    honest = LeaseKnowledge._is_free_to_us

    def free(self: Any, now: Moment, bond: Bond) -> bool:
        return self.is_ours(now, bond) or honest(self, now, bond)

    patch.setattr(LeaseKnowledge, "_is_free_to_us", free)


def _tenure_always_longer(patch: pytest.MonkeyPatch) -> None:
    def tenures(self: Any, bond: Bond) -> Tenures:
        found: Tenures = self._tenures
        return found

    patch.setattr(LeaseKnowledge, "tenures", tenures)


def _follower_forgets_soon(patch: pytest.MonkeyPatch) -> None:
    """Take whom it followed for ended after a usual lease."""
    honest = Elector._acquisition

    def acquisition(self: Any, now: Moment, bond: Bond) -> LeaseRecord:
        record = honest(self, now, bond)
        if self._followed_early_until_ns and self._terms.usual:
            self._followed_early_until_ns = now.boot_ns + self._terms.usual.duration_ns
        return record

    patch.setattr(Elector, "_acquisition", acquisition)


def _follower_renews_by_another_hub(patch: pytest.MonkeyPatch) -> None:
    """Let it name the hub that it goes by from its next renewal on."""
    honest = Elector._next_record

    def next_record(self: Any, now: Moment, intent: Any) -> LeaseRecord | None:
        if self._proven is None:
            return honest(self, now, intent)
        followed = self._followed_early_until_ns
        if intent.value != "release":
            self._followed_early_until_ns = 0
        try:
            return honest(self, now, intent)
        finally:
            if self._followed_early_until_ns == 0:
                self._followed_early_until_ns = followed

    patch.setattr(Elector, "_next_record", next_record)


def _longer_for_each(patch: pytest.MonkeyPatch) -> None:
    """Hold an own Lease that is longer than its record says: the record tells the usual one."""
    for name in ("_acquisition", "_renewal"):
        honest = getattr(Elector, name)

        def usual(self: Any, *arguments: Any, honest: Any = honest) -> LeaseRecord:
            record: LeaseRecord = honest(self, *arguments)
            terms = self._terms.usual or self._terms
            return dataclasses.replace(record, duration_s=terms.lease_duration_s)

        patch.setattr(Elector, name, usual)


def _names_another_hub_at_once(patch: pytest.MonkeyPatch) -> None:
    def hub_to_name(self: Any, now: Moment, record: LeaseRecord, bond: Bond) -> str:
        return bond.uid or hub_uid_of(record)

    patch.setattr(Elector, "_hub_to_name", hub_to_name)


def _follower_tells_of_its_own_lease(patch: pytest.MonkeyPatch) -> None:
    for name in ("_acquisition", "_renewal"):
        honest = getattr(Elector, name)

        def own(self: Any, now: Moment, *arguments: Any, honest: Any = honest) -> LeaseRecord:
            record: LeaseRecord = honest(self, now, *arguments)
            if self._followed_early_until_ns:
                until_ns = now.boot_ns + self._terms.duration_ns
                self._followed_early_until_ns = min(self._followed_early_until_ns, until_ns)
            return dataclasses.replace(record, duration_s=self._terms.lease_duration_s)

        patch.setattr(Elector, name, own)


SABOTAGES: dict[str, Sabotage] = {
    **{name: Sabotage(patch) for name, patch in OF_BONDS.items()},
    "who goes on without the hub is bound by it": Sabotage(_bound_all_the_same),
    "a person's word ends the wait for a marked record": Sabotage(_word_counts_for_a_marked_record),
    "a person's word of anybody ends a wait": Sabotage(_word_counts_for_any_holder),
    "a person's word needs no number": Sabotage(_word_outlives_a_write),
    "the recorded lease is not honoured": Sabotage(_recorded_lease_not_honoured),
    "the record tells of the usual lease": Sabotage(_longer_for_each),
    "a change shortens a wait": Sabotage(_change_shortens),
    "what is released at first sight is free": Sabotage(
        _first_sight(lambda _, lease: not lease.record.holder), uniform=True
    ),
    "any release counts as watched": Sabotage(_any_release_was_watched, uniform=True),
    "beside a hub one waits for oneself for less": Sabotage(
        _waits_for_itself_for_less_beside_a_hub
    ),
    "one's own is taken by any hub": Sabotage(_own_by_any_hub),
    "a tenure is as long without the hub's": Sabotage(_tenure_always_longer),
    "who followed early forgets it after a usual lease": Sabotage(_follower_forgets_soon),
    "who followed early renews by another hub": Sabotage(_follower_renews_by_another_hub),
    "who followed early tells of its own lease": Sabotage(_follower_tells_of_its_own_lease),
    "another hub is named while the node may forge by the former": Sabotage(
        _names_another_hub_at_once
    ),
}
