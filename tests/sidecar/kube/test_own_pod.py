"""When this pod is ending, by what the API says."""

from __future__ import annotations

import pytest

from forge_manager.kube.changes import Change, Presence
from forge_manager.kube.own_pod import OwnPod, PodEnd

_PRESENT, _GONE = Presence.PRESENT, Presence.GONE
_TIME = "2026-11-23T17:00:00Z"


@pytest.mark.parametrize(
    ("presence", "metadata", "end"),
    [
        (_PRESENT, {"uid": "me"}, ""),
        (_PRESENT, {"uid": "me", "deletionTimestamp": _TIME}, PodEnd.DELETED),
        (_PRESENT, {"uid": "another"}, PodEnd.REPLACED),
        (_GONE, {"uid": "me", "deletionTimestamp": _TIME}, PodEnd.GONE),
        (_GONE, {"resourceVersion": "7"}, PodEnd.GONE),
        (_GONE, {"uid": "another"}, ""),
        (_PRESENT, {}, ""),
    ],
)
def test_one_change(presence: Presence, metadata: dict[str, str], end: str) -> None:
    pod = OwnPod("me")
    pod.changed(Change(presence, {"metadata": metadata}))
    assert pod.end == end


def test_an_end_is_never_taken_back() -> None:
    pod = OwnPod("me")
    pod.changed(Change(_PRESENT, {"metadata": {"uid": "me", "deletionTimestamp": _TIME}}))
    pod.changed(Change(_PRESENT, {"metadata": {"uid": "me"}}))
    assert pod.end is PodEnd.DELETED


def test_without_a_uid_the_first_pod_of_our_name_is_us() -> None:
    pod = OwnPod("")
    pod.changed(Change(_PRESENT, {"metadata": {"uid": "me"}}))
    assert not pod.end
    pod.changed(Change(_PRESENT, {"metadata": {"uid": "another"}}))
    assert pod.end is PodEnd.REPLACED
