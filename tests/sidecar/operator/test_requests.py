"""What operators ask for, as the state machine is told."""

from __future__ import annotations

from typing import Any

import pytest

from forge_manager.forging.situation import HandOver, OperatorInput
from forge_manager.kube.changes import Change, Presence
from forge_manager.operator.requests import HAND_OVER, HOLD, OperatorRequests
from tests.sidecar.publish.scripted import present


def leader(uid: str = "u", **annotations: Any) -> Change:
    names = {"hold": HOLD, "to": HAND_OVER}
    found = {names[key]: value for key, value in annotations.items()}
    return present({"metadata": {"uid": uid, "resourceVersion": "1", "annotations": found}})


def asking() -> OperatorRequests:
    return OperatorRequests(held_by_setting=False, asks_cluster=True)


def test_until_the_first_answer_it_is_not_known() -> None:
    assert asking().operator_input(off=True) == OperatorInput(hold_known=False)


@pytest.mark.parametrize("code", [403, 404, 401])
def test_an_object_that_cannot_be_read_asks_for_nothing(code: int) -> None:
    requests = asking()
    requests.refused(code)
    assert requests.operator_input(off=True) == OperatorInput()


def test_an_error_later_keeps_the_last_wish() -> None:
    requests = asking()
    requests.changed(leader(hold="true"))
    requests.refused(500)
    assert requests.operator_input(off=True).held_off


def test_without_a_cluster_there_is_the_setting() -> None:
    assert OperatorRequests(held_by_setting=True, asks_cluster=False).operator_input(
        off=True
    ) == OperatorInput(held_off=True)


@pytest.mark.parametrize(
    ("value", "held"),
    [("true", True), ("yes", True), ("0", True), ("", False), ("false", False), (" False ", False)],
)
def test_values_of_hold(value: object, held: bool) -> None:
    requests = asking()
    requests.changed(leader(hold=value))
    assert requests.operator_input(off=False).held_off is held


def test_an_object_that_is_deleted_takes_its_wishes_along() -> None:
    requests = asking()
    requests.changed(leader(hold="true", to="b"))
    requests.changed(Change(Presence.GONE, {"metadata": {"resourceVersion": "2"}}))
    assert requests.operator_input(off=True) == OperatorInput()


def test_a_pod_that_is_off_stands_back_at_once_and_one_that_forges_when_it_accepts() -> None:
    requests = asking()
    requests.changed(leader(to="pool-1"))
    assert requests.operator_input(off=False).hand_over is None
    request = requests.request
    assert request is not None
    requests.accept(request.token)
    assert requests.operator_input(off=False).hand_over == HandOver("pool-1", request.token)
    assert not request.stood_back
    requests.operator_input(off=True)
    assert requests.request is not None
    assert requests.request.stood_back


def test_each_new_wish_has_a_token_of_its_own_and_an_old_one_keeps_it() -> None:
    requests = asking()
    tokens = []
    for change in (
        leader(to="b"),
        leader(to="b"),
        leader(to="c"),
        leader(),
        leader(to="c"),
        leader("other", to="c"),
    ):
        requests.changed(change)
        tokens.append(requests.request.token if requests.request else None)
    assert tokens == ["1", "1", "2", None, "3", "4"]


def test_a_settled_wish_is_not_told_any_more_until_a_new_one_comes() -> None:
    requests = asking()
    requests.changed(leader(to="b"))
    requests.settle("1")
    requests.changed(leader(to="b"))
    assert requests.operator_input(off=True).hand_over is None
    requests.settle("0")
    requests.changed(leader(to="c"))
    assert requests.operator_input(off=True).hand_over == HandOver("c", "2")


@pytest.mark.parametrize("value", ["x" * 1_000_000, "../secrets", "a\nb", "A", "-", "ä", "a/b"])
def test_a_hostile_value_is_told_to_nobody_and_shown_in_short(value: str) -> None:
    requests = asking()
    requests.changed(leader(to=value))
    assert requests.operator_input(off=True).hand_over is None
    assert requests.request is not None
    assert len(requests.request.shown) < 100
    assert "\n" not in requests.request.shown


@pytest.mark.parametrize("annotations", [None, [], "x", {HOLD: 1, HAND_OVER: {}}])
def test_annotations_that_are_none_ask_for_nothing(annotations: object) -> None:
    requests = asking()
    requests.changed(present({"metadata": {"annotations": annotations}}))
    assert requests.operator_input(off=True) == OperatorInput()
