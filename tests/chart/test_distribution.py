"""The packaged chart: through a registry of OCI artefacts and back, as users get it."""

from __future__ import annotations

import json
import subprocess
import tarfile
from typing import TYPE_CHECKING

import pytest
import yaml

from tests.chart.helm import ENVIRONMENT, RENDER_DEADLINE_S
from tests.chart.oci_registry import registry
from tests.chart.rendering import CHART, HELM, render
from tests.chart.samples import producer

if TYPE_CHECKING:
    from pathlib import Path

VERSION = yaml.safe_load((CHART / "Chart.yaml").read_text())["version"]


def helm(home: Path, *arguments: object, text: str = "") -> str:
    """Run helm with its settings in a directory of its own."""
    own = ("HELM_CONFIG_HOME", "HELM_CACHE_HOME", "HELM_DATA_HOME")
    done = subprocess.run(
        [str(HELM), *map(str, arguments)],
        input=text,
        capture_output=True,
        text=True,
        timeout=RENDER_DEADLINE_S,
        env={**ENVIRONMENT, **dict.fromkeys(own, str(home))},
        check=True,
    )
    return done.stdout


@pytest.fixture
def package(tmp_path: Path) -> Path:
    helm(tmp_path, "package", CHART, "--destination", tmp_path)
    return tmp_path / f"cardano-node-{VERSION}.tgz"


def test_the_chart_goes_to_a_registry_and_renders_from_there(tmp_path: Path, package: Path) -> None:
    with registry() as host:
        helm(tmp_path, "push", package, f"oci://{host}/charts", "--plain-http")
        address = f"oci://{host}/charts/cardano-node"
        where = ("--version", VERSION, "--plain-http", "--namespace", "pool", "--values", "-")
        text = helm(tmp_path, "template", "test", address, *where, text=json.dumps(producer()))
    rendered = [item for item in yaml.safe_load_all(text) if item]
    assert rendered == list(render(producer()).objects)


def test_the_package_has_what_a_user_needs_and_no_more(package: Path) -> None:
    with tarfile.open(package) as archive:
        names = {name.removeprefix("cardano-node/") for name in archive.getnames()}
    needed = {"Chart.yaml", "README.md", "values.yaml", "values.schema.json"}
    needed |= {f"crds/{path.name}" for path in (CHART / "crds").iterdir()}
    assert needed <= names
    assert not [name for name in names if name.startswith(("ci/", "tests/"))]
