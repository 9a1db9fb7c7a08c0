"""The whole timeline of a release, and what is said when there is nothing to draw."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from devkit.kubectl import Kubectl
from devkit.steps import StepError
from tests.timeline import samples
from timeline import __main__ as command
from timeline.namespace import Namespace
from timeline.story import story


@dataclass(frozen=True)
class Told(Kubectl):
    """A kubectl that answers from what a case gives it, by the verb and its first argument."""

    answers: dict[str, object] = field(default_factory=dict)

    def text(self, *arguments: str, stdin: str | None = None, deadline_s: float = 60) -> str:
        words = [word for word in arguments if not word.startswith("--namespace")]
        if words[:2] == ["get", "--raw"]:
            raise StepError(f"nobody answers at {words[2]}")
        if words[0] != "get":
            raise StepError("not running")
        return json.dumps({"items": self.answers.get(words[1], [])})


def told(**answers: object) -> Namespace:
    return Namespace(Told(Path("kubectl"), Path("kubeconfig"), answers), "stake")


def managed() -> samples.Object:
    pod: samples.Object = samples.late_secret().pod
    ports = [{"name": "forge-metrics", "containerPort": 8000}]
    pod["spec"]["initContainers"] = [{"name": "cardano-forge-manager", "ports": ports}]
    return pod


def test_start_hand_overs_and_present_are_one_story() -> None:
    forges = samples.report(1, "pool-1", "ForgingConfirmed", "Forging")
    events = [forges, *samples.hand_over(60, "pool-1", "pool-0")]
    start, changes, now = story(told(pods=[managed()], events=events), "pool").split("\n\n")
    assert start.startswith("stake/pool-0, seconds since the pod was created")
    assert changes.startswith("stake/pool, hand-overs as the managers reported\nUTC")
    assert "pool-0 ForgingConfirmed, 2.5 s after pool-1 left Forging" in changes
    assert now.splitlines()[0] == "stake/pool, now by its metrics"
    assert now.endswith("pool-0  its manager's metrics cannot be read")


def test_without_events_it_says_that_there_are_none() -> None:
    assert "none in the events" in story(told(pods=[managed()]), "pool")


def test_a_relay_has_a_start_alone() -> None:
    assert "\n\n" not in story(told(pods=[samples.late_secret().pod]), "pool")


def test_the_pod_of_helm_test_has_no_part_in_it() -> None:
    tester = {"metadata": {"name": "pool-test"}, "spec": {"containers": [{"name": "probe"}]}}
    assert story(told(pods=[managed(), tester]), "pool") == story(told(pods=[managed()]), "pool")


def test_a_release_that_is_not_there_is_an_error_that_says_how_to_look() -> None:
    with pytest.raises(
        StepError, match="no pod of release pool in namespace stake; `helm list -A`"
    ):
        story(told(), "pool")


def test_the_command_says_so_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "Kubectl", lambda program, kubeconfig: told().kubectl)
    asked = ["timeline", "--namespace", "stake", "--release", "pool", "--kubeconfig", "none"]
    monkeypatch.setattr("sys.argv", asked)
    assert command.main() == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("error: no pod of release pool in namespace stake")
    assert said.err.count("\n") == 1
