"""The whole timeline of a release, and what is said when there is nothing to draw."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from forge_manager.base.exit_codes import ExitCode
from forge_manager.commands.timeline.command import timeline
from forge_manager.commands.timeline.kubectl import ClusterError
from forge_manager.commands.timeline.namespace import Namespace
from forge_manager.commands.timeline.story import ask, in_words
from tests.sidecar.commands.timeline import samples

if TYPE_CHECKING:
    from collections.abc import Callable

ASKED = ["--namespace", "stake", "--release", "pool"]


@dataclass(frozen=True)
class Told:
    """A kubectl that answers from what a case gives it, by the verb and its first argument."""

    answers: dict[str, object] = field(default_factory=dict)

    def text(self, *arguments: str) -> str:
        words = [word for word in arguments if not word.startswith("--namespace")]
        if words[:2] == ["get", "--raw"]:
            raise ClusterError(f"nobody answers at {words[2]}")
        if words[0] != "get":
            raise ClusterError("not running")
        if words[1] == "secret":
            raise ClusterError("secrets is forbidden")
        return json.dumps({"items": self.answers.get(words[1], [])})


def told(**answers: object) -> Namespace:
    return Namespace(Told(answers), "stake")


def story(namespace: Namespace) -> str:
    return in_words(ask(namespace, "pool"))


def managed() -> samples.Object:
    pod: samples.Object = samples.late_secret().pod
    ports = [{"name": "forge-metrics", "containerPort": 8000}]
    pod["spec"]["initContainers"] = [{"name": "cardano-forge-manager", "ports": ports}]
    return pod


def handed_over() -> Namespace:
    forges = samples.report(1, "pool-1", "ForgingConfirmed", "Forging")
    return told(pods=[managed()], events=[forges, *samples.hand_over(60, "pool-1", "pool-0")])


def of(namespace: Namespace) -> Callable[[str, str, str], Told]:
    def kubectl(program: str, kubeconfig: str, context: str) -> Told:
        assert (program, kubeconfig, context) == ("kubectl", "", "")
        assert isinstance(namespace.kubectl, Told)
        return namespace.kubectl

    return kubectl


def test_start_hand_overs_and_present_are_one_story() -> None:
    start, changes, now = story(handed_over()).split("\n\n")
    assert start.startswith("stake/pool-0, seconds since the pod was created")
    assert changes.startswith("stake/pool, hand-overs as the managers reported\nUTC")
    assert "pool-0 ForgingConfirmed, 2.5 s after pool-1 left Forging" in changes
    assert now.splitlines()[0] == "stake/pool, now, by its metrics"
    assert now.endswith("pool-0  its manager's metrics cannot be read")


def test_without_events_it_says_that_there_are_none() -> None:
    assert "none in the events" in story(told(pods=[managed()]))


def test_a_relay_has_a_start_alone() -> None:
    assert "\n\n" not in story(told(pods=[samples.late_secret().pod]))


def test_the_pod_of_helm_test_has_no_part_in_it() -> None:
    tester = {"metadata": {"name": "pool-test"}, "spec": {"containers": [{"name": "probe"}]}}
    assert story(told(pods=[managed(), tester])) == story(told(pods=[managed()]))


def test_a_secret_that_may_not_be_read_is_a_row_less() -> None:
    pod = managed()
    pod["spec"]["volumes"] = [{"name": "keys", "secret": {"secretName": "pool-keys"}}]
    assert story(told(pods=[pod])) == story(told(pods=[managed()]))


def test_a_release_that_is_not_there_is_an_error_that_says_how_to_look() -> None:
    with pytest.raises(
        ClusterError, match="no pod of release pool in namespace stake; `helm list -A`"
    ):
        story(told())


def test_the_command_prints_the_story(capsys: pytest.CaptureFixture[str]) -> None:
    assert timeline(ASKED, kubectl=of(handed_over())) == ExitCode.OK
    assert capsys.readouterr().out == f"{story(handed_over())}\n"


def test_the_command_says_so_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert timeline(ASKED, kubectl=of(told())) == ExitCode.FAILED
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("error: no pod of release pool in namespace stake")
    assert said.err.count("\n") == 1


def test_the_picture_is_written_beside_the_story(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "forged.svg"
    assert timeline([*ASKED, f"--svg={file}"], kubectl=of(handed_over())) == ExitCode.OK
    assert capsys.readouterr().out == f"{story(handed_over())}\n"
    assert samples.xml(file.read_text()).tag == "{http://www.w3.org/2000/svg}svg"


def test_a_picture_that_cannot_be_written_is_an_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "none" / "forged.svg"
    assert timeline([*ASKED, f"--svg={file}"], kubectl=of(handed_over())) == ExitCode.FAILED
    assert capsys.readouterr().err.startswith(f"error: {file} cannot be written: No such file")
