"""Helm 4, Helm 3 and the renderer of these tests give the same objects, notes and refusals."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest
import yaml

from devkit import golang
from tests.chart.helm import ENVIRONMENT, RENDER_DEADLINE_S
from tests.chart.rendering import (
    CHART,
    HELM,
    OLDEST_KUBERNETES,
    ROOT,
    Object,
    RefusedError,
    notes,
    parsed,
    render,
)
from tests.chart.samples import Values, at, ci_files, producer

pytestmark = pytest.mark.sweep

HELM_3 = HELM.with_name("helm3")
EITHER = pytest.mark.parametrize("helm", [HELM, HELM_3], ids=["Helm 4", "Helm 3"])
FILES = {path.name: path for path in [*ci_files(), *(ROOT / "examples").glob("*.yaml")]}


def run(helm: Path, *command: str, values: Values) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [helm, *command, "--namespace", "pool", "--values", "-"],
        input=json.dumps(values),
        capture_output=True,
        text=True,
        timeout=RENDER_DEADLINE_S,
        env=ENVIRONMENT,
        check=False,
    )


def template(helm: Path, values: Values) -> subprocess.CompletedProcess[str]:
    version = ("--kube-version", OLDEST_KUBERNETES)
    return run(helm, "template", "test", str(CHART), *version, values=values)


def by_name(objects: tuple[Object, ...]) -> dict[tuple[str, str], Object]:
    return {(item["kind"], item["metadata"]["name"]): item for item in objects}


@EITHER
@pytest.mark.parametrize("name", FILES)
def test_a_file_of_values_renders_the_same_objects(name: str, helm: Path) -> None:
    values = yaml.safe_load(FILES[name].read_text())
    done = template(helm, values)
    assert not done.returncode, done.stderr
    assert by_name(parsed(done.stdout)) == by_name(render(values).objects)


@EITHER
@pytest.mark.parametrize(
    "values",
    [at("cardanoNode.netwrok", "x"), at("replicaCount", "two"), at("forgeManager.enabled", True)],
    ids=["a misspelling", "a wrong type", "a contradiction"],
)
def test_what_is_refused_is_refused_for_the_same_reason(values: Values, helm: Path) -> None:
    with pytest.raises(RefusedError) as refusal:
        render(values)
    done = template(helm, values)
    assert done.returncode
    said = [line for line in str(refusal.value).splitlines() if line.lstrip().startswith("- ")]
    assert said
    assert [line for line in done.stderr.splitlines() if line.lstrip().startswith("- ")] == said


def test_the_notes_are_those_of_an_installation() -> None:
    # Helm 4 alone: Helm 3 asks for a cluster even then.
    done = run(HELM, "install", "test", str(CHART), "--dry-run=client", values=producer())
    assert done.stdout.partition("\nNOTES:\n")[2].strip() == notes(producer()).strip()


@pytest.mark.parametrize(
    ("helm", "module"), [(HELM, "helm.sh/helm/v4"), (HELM_3, "helm.sh/helm/v3")]
)
def test_it_is_the_helm_that_is_pinned(helm: Path, module: str) -> None:
    done = subprocess.run(
        [helm, "version", "--short"], capture_output=True, text=True, timeout=10, check=True
    )
    folder = {HELM: "helm", HELM_3: "helm3"}[helm]
    assert done.stdout.startswith(golang.required_version(folder, module))


@EITHER
@pytest.mark.parametrize(
    "resources",
    [
        {"cardanoNode": {"requests": {"memory": "6Gi"}}},
        {"cardanoNode": {"limits": {"memory": "40Gi"}}},
        {"forgeGuard": {"limits": {"cpu": None}}},
    ],
    ids=str,
)
def test_no_quantity_is_null_which_the_api_reads_as_0(helm: Path, resources: Values) -> None:
    done = template(helm, producer(resources=resources))
    assert done.returncode == 0, done.stderr
    assert not re.search(r"(memory|cpu): null", done.stdout)
