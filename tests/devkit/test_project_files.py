"""Workflows, hooks and CONTRIBUTING call make targets and name files that exist."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from devkit import paths
from stages import STAGES

ROOT = paths.REPOSITORY
MAKEFILE = (ROOT / "Makefile").read_text()
TARGETS = set(re.findall(r"^([a-z][a-z0-9-]*):", MAKEFILE, re.MULTILINE))
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text()


def steps_of(workflow: dict[str, Any]) -> list[dict[str, Any]]:
    return [step for job in workflow["jobs"].values() for step in job["steps"]]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_only_calls_make_targets_that_exist(path: Any) -> None:
    workflow = yaml.safe_load(path.read_text())
    commands = [step["run"] for step in steps_of(workflow) if "run" in step]
    assert commands
    for command in commands:
        found = re.fullmatch(r"make ([a-z0-9-]+)", command)
        assert found, f"its logic belongs into a make target: {command}"
        assert found[1] in TARGETS, command


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_can_read_alone_uses_pinned_actions_and_ends(path: Any) -> None:
    workflow = yaml.safe_load(path.read_text())
    assert workflow["permissions"] == {"contents": "read"}
    assert all("timeout-minutes" in job for job in workflow["jobs"].values())
    used = [step["uses"] for step in steps_of(workflow) if "uses" in step]
    assert all(re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40}", action) for action in used), used


def test_every_change_is_tested() -> None:
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "test.yml").read_text())
    assert "pull_request" in workflow[True]  # YAML 1.1 reads `on` so
    assert "make test" in [step.get("run") for step in steps_of(workflow)]
    assert {"check", "e2e"} <= set(STAGES)
    (check,) = re.findall(r"^check: (.*) ##.*\n((?:\t.*\n)+)", MAKEFILE, re.MULTILINE)
    assert {"lint", "types", "chart-lint"} <= set(check[0].split())
    assert "$(UNIT_TESTS) tests/chart tests/alerts" in check[1]


def test_the_versions_tried_are_from_the_oldest_supported_on() -> None:
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "kubernetes.yml").read_text())
    versions = workflow["jobs"]["e2e"]["strategy"]["matrix"]["version"]
    minors = [int(version.split(".")[1]) for version in versions]
    chart = yaml.safe_load((ROOT / "charts" / "cardano-node" / "Chart.yaml").read_text())
    oldest = re.search(r"1\.(\d+)", chart["kubeVersion"])
    assert oldest
    assert minors == list(range(int(oldest[1]), max(minors) + 1))


def test_hooks_call_make_targets_that_exist() -> None:
    (local,) = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"]
    entries = [hook["entry"].split() for hook in local["hooks"]]
    assert all(len(words) == 2 and words[0] == "make" for words in entries)
    assert {target for _, target in entries} <= TARGETS


def test_contributing_names_targets_and_files_that_exist() -> None:
    assert set(re.findall(r"\bmake ([a-z][a-z0-9-]*)", CONTRIBUTING)) <= TARGETS | {"make"}
    for name in re.findall(r"`([\w./-]+/[\w.-]*)`", CONTRIBUTING):
        places = (ROOT, ROOT / "charts" / "cardano-node")
        assert any((place / name).exists() for place in places), name
