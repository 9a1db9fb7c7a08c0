"""What a release leaves in a registry: signed, with statements, and never changed."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from devkit import steps
from tests.e2e.release.layers import add_layer
from tests.e2e.release.released import Released, run

pytestmark = pytest.mark.timeout(1800)


def chart_of(released: Released, folder: Path) -> dict[str, Any]:
    """The chart as a user pulls it: Chart.yaml and values.yaml."""
    address = f"oci://{released.address}/charts/cardano-node"
    pulled = run("helm", "pull", address, "--plain-http", "--untar", "--destination", str(folder))
    assert pulled.returncode == 0, pulled.stderr
    files = ("Chart.yaml", "values.yaml")
    return {name: yaml.safe_load((folder / "cardano-node" / name).read_text()) for name in files}


def predicate(released: Released, kind: str) -> dict[str, Any]:
    """What a signed statement about the image says."""
    found = released.cosign("verify-attestation", f"--type={kind}", f"{released.image}:0.1.0")
    assert found.returncode == 0, found.stderr
    envelope = json.loads(found.stdout.splitlines()[0])
    statement: dict[str, Any] = json.loads(base64.b64decode(envelope["payload"]))
    content = statement["predicate"]
    return dict(content)


def test_it_says_what_it_made_and_how_long_it_took(released: Released) -> None:
    sizes = [line for line in released.outcome.said.splitlines() if "MB to pull" in line]
    steps.say("\n".join(sizes) + f"\nmake release: {released.outcome.seconds:.0f} s")
    assert any("arm64" in line for line in sizes)


def test_the_chart_names_the_image_it_was_released_with(released: Released, tmp_path: Path) -> None:
    chart = chart_of(released, tmp_path)
    image = chart["values.yaml"]["image"]["forgeManager"]
    digest = run("crane", "digest", f"{released.image}:0.1.0").stdout.strip()
    assert image["repository"] == released.image
    assert image["digest"] == digest
    assert (
        f"{released.image}@{digest}" in chart["Chart.yaml"]["annotations"]["artifacthub.io/images"]
    )


def test_image_and_chart_are_signed(released: Released) -> None:
    for reference in (f"{released.image}:0.1.0", f"{released.address}/charts/cardano-node:0.1.0"):
        verified = released.cosign("verify", reference)
        assert verified.returncode == 0, verified.stderr


def test_the_bill_of_materials_has_debian_and_python(released: Released) -> None:
    found = {
        each.get("purl", "").partition("@")[0]
        for each in predicate(released, "cyclonedx")["components"]
    }
    assert {"pkg:pypi/kubernetes", "pkg:deb/debian/libssl3", "pkg:deb/debian/python3.11"} <= found


def test_the_provenance_names_the_commit(released: Released) -> None:
    head = subprocess.run(
        ["git", "-C", str(released.checkout), "rev-parse", "HEAD"],
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    ).stdout.strip()
    materials = predicate(released, "slsaprovenance1")["buildDefinition"]["resolvedDependencies"]
    assert materials[0]["digest"] == {"gitCommit": head}


def test_a_changed_image_is_refused_by_verification(released: Released, tmp_path: Path) -> None:
    changed = f"{released.image}:changed"
    add_layer(f"{released.image}:0.1.0", changed, tmp_path)
    refused = released.cosign("verify", changed)
    assert refused.returncode != 0
    assert "no signatures found" in refused.stderr
    # And where somebody moved the version's own tag to it, in another registry's copy.
    copy = f"{released.address}/copy/cardano-forge-manager:0.1.0"
    assert run("crane", "copy", f"{released.image}:0.1.0", copy).returncode == 0
    assert run("crane", "copy", changed, copy).returncode == 0
    assert released.cosign("verify", copy).returncode != 0


def test_a_version_that_exists_is_not_released_again(released: Released) -> None:
    again = released.release()
    assert again.code != 0
    assert "cardano-forge-manager:0.1.0 already exists, and a version never changes" in again.said


def test_another_version_than_the_charts_is_refused(released: Released) -> None:
    refused = released.release("VERSION=v9.9.9")
    assert refused.code != 0
    assert "VERSION is v9.9.9, but Chart.yaml says 0.1.0" in refused.said


def test_a_dirty_tree_is_refused(released: Released, tmp_path: Path) -> None:
    dirty = tmp_path / "dirty"
    shutil.copytree(released.checkout, dirty, symlinks=True)
    (dirty / "sidecar" / "README.md").write_text("another")
    (dirty / "untracked").touch()
    refused = released.release(checkout=dirty)
    assert refused.code != 0
    assert "sidecar/README.md" in refused.said
    assert "untracked" in refused.said
