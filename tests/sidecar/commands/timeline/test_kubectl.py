"""The user's kubectl is run with what the user named, and its words reach the user."""

from __future__ import annotations

from pathlib import Path

import pytest

from forge_manager.commands.timeline.kubectl import ClusterError, Kubectl
from forge_manager.commands.timeline.namespace import Namespace

ECHO = 'echo "$@"'
REFUSE = "echo 'Unable to connect' >&2; exit 1"


def program(directory: Path, script: str) -> str:
    file = directory / "kubectl"
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o700)
    return str(file)


def test_it_is_told_what_the_user_named_and_nothing_else(tmp_path: Path) -> None:
    echo = program(tmp_path, ECHO)
    assert Kubectl(echo).text("get", "pods") == "--request-timeout=15s get pods\n"
    said = Kubectl(echo, "my.yaml", "east").text("get", "pods")
    assert said == "--kubeconfig=my.yaml --context=east --request-timeout=15s get pods\n"


def test_a_namespace_is_named_in_each_command(tmp_path: Path) -> None:
    namespace = Namespace(Kubectl(program(tmp_path, ECHO)), "stake")
    said = namespace.run("get", "secret", "keys")
    assert said == "--request-timeout=15s get --namespace=stake secret keys\n"


def test_a_refusal_is_told_in_kubectls_own_words(tmp_path: Path) -> None:
    with pytest.raises(ClusterError, match=r"^`kubectl get pods` failed: Unable to connect$"):
        Kubectl(program(tmp_path, REFUSE)).text("get", "pods")


def test_a_failure_without_a_word_has_its_exit_code(tmp_path: Path) -> None:
    with pytest.raises(ClusterError, match="failed: exit code 7"):
        Kubectl(program(tmp_path, "exit 7")).text("get", "pods")


def test_without_kubectl_it_says_where_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(ClusterError, match=r".*/none was not found: install it .* --kubectl"):
        Kubectl(str(tmp_path / "none")).text("get", "pods")


def test_a_program_that_may_not_be_run_is_said(tmp_path: Path) -> None:
    (tmp_path / "kubectl").write_text("")
    with pytest.raises(ClusterError, match="cannot be run: Permission denied"):
        Kubectl(str(tmp_path / "kubectl")).text("get", "pods")


def test_one_that_hangs_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("forge_manager.commands.timeline.kubectl._DEADLINE_S", 0.2)
    with pytest.raises(ClusterError, match="`kubectl get pods` did not finish within 0 s"):
        Kubectl(program(tmp_path, "exec sleep 20")).text("get", "pods")


def test_a_container_that_has_no_log_has_an_empty_one(tmp_path: Path) -> None:
    assert Namespace(Kubectl(program(tmp_path, REFUSE)), "stake").logs("pool-0", "node") == ""
