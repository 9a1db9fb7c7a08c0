"""What operators ask for, as the state machine is told."""

from __future__ import annotations

from typing import Any

import pytest

from forge_manager.cluster.changes import Change, Presence
from forge_manager.forging.situation import HandOver
from forge_manager.reporting.wishes import HAND_OVER, HOLD, Asked, Wishes
from tests.sidecar.reporting.scripted import present


def leader(uid: str = "u", **annotations: Any) -> Change:
    names = {"hold": HOLD, "to": HAND_OVER}
    found = {names[key]: value for key, value in annotations.items()}
    return present({"metadata": {"uid": uid, "resourceVersion": "1", "annotations": found}})


def asking() -> Wishes:
    return Wishes(held_by_setting=False, asks_cluster=True)


def test_until_the_first_answer_it_is_not_known() -> None:
    assert asking().asked(off=True) == Asked(hold_known=False)


@pytest.mark.parametrize("code", [403, 404, 401])
def test_an_object_that_cannot_be_read_asks_for_nothing(code: int) -> None:
    wishes = asking()
    wishes.refused(code)
    assert wishes.asked(off=True) == Asked()


def test_an_error_later_keeps_the_last_wish() -> None:
    wishes = asking()
    wishes.changed(leader(hold="true"))
    wishes.refused(500)
    assert wishes.asked(off=True).held_off


def test_without_a_cluster_there_is_the_setting() -> None:
    assert Wishes(held_by_setting=True, asks_cluster=False).asked(off=True) == Asked(held_off=True)


@pytest.mark.parametrize(
    ("value", "held"),
    [("true", True), ("yes", True), ("0", True), ("", False), ("false", False), (" False ", False)],
)
def test_values_of_hold(value: object, held: bool) -> None:
    wishes = asking()
    wishes.changed(leader(hold=value))
    assert wishes.asked(off=False).held_off is held


def test_an_object_that_is_deleted_takes_its_wishes_along() -> None:
    wishes = asking()
    wishes.changed(leader(hold="true", to="b"))
    wishes.changed(Change(Presence.GONE, {"metadata": {"resourceVersion": "2"}}))
    assert wishes.asked(off=True) == Asked()


def test_a_pod_that_is_off_stands_back_at_once_and_one_that_forges_when_it_accepts() -> None:
    wishes = asking()
    wishes.changed(leader(to="pool-1"))
    assert wishes.asked(off=False).hand_over is None
    wish = wishes.wish
    assert wish is not None
    wishes.accept(wish.token)
    assert wishes.asked(off=False).hand_over == HandOver("pool-1", wish.token)
    assert not wish.stood_back
    wishes.asked(off=True)
    assert wishes.wish is not None
    assert wishes.wish.stood_back


def test_each_new_wish_has_a_token_of_its_own_and_an_old_one_keeps_it() -> None:
    wishes = asking()
    tokens = []
    for change in (
        leader(to="b"),
        leader(to="b"),
        leader(to="c"),
        leader(),
        leader(to="c"),
        leader("other", to="c"),
    ):
        wishes.changed(change)
        tokens.append(wishes.wish.token if wishes.wish else None)
    assert tokens == ["1", "1", "2", None, "3", "4"]


def test_a_settled_wish_is_not_told_any_more_until_a_new_one_comes() -> None:
    wishes = asking()
    wishes.changed(leader(to="b"))
    wishes.settle("1")
    wishes.changed(leader(to="b"))
    assert wishes.asked(off=True).hand_over is None
    wishes.settle("0")
    wishes.changed(leader(to="c"))
    assert wishes.asked(off=True).hand_over == HandOver("c", "2")


@pytest.mark.parametrize("value", ["x" * 1_000_000, "../secrets", "a\nb", "A", "-", "ä", "a/b"])
def test_a_hostile_value_is_told_to_nobody_and_shown_in_short(value: str) -> None:
    wishes = asking()
    wishes.changed(leader(to=value))
    assert wishes.asked(off=True).hand_over is None
    assert wishes.wish is not None
    assert len(wishes.wish.shown) < 100
    assert "\n" not in wishes.wish.shown


@pytest.mark.parametrize("annotations", [None, [], "x", {HOLD: 1, HAND_OVER: {}}])
def test_annotations_that_are_none_ask_for_nothing(annotations: object) -> None:
    wishes = asking()
    wishes.changed(present({"metadata": {"annotations": annotations}}))
    assert wishes.asked(off=True) == Asked()
