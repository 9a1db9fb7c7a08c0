"""A release, step by step: the chart comes last, because others find the rest through it."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from addresses import PLACEHOLDER
from devkit import steps
from devkit.images import SIDECAR
from devkit.steps import StepError
from release import bom, chart, image, provenance
from release.chart import Released
from release.provenance import Build

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from release.commit import Commit
    from release.registry import Registry
    from release.signing import Signer


def publish(
    commit: Commit, registry: Registry, signer: Signer, version: str, scratch: Path
) -> Released:
    """Build what the commit has, push it, sign it, and say what it is and how to verify it.

    Raises:
        StepError: there is a reason not to (`refuse`), or a step failed. The image's tag, which is
        pushed last, does not exist then, and the release can be run again.

    """
    began = time.time()
    staged = commit.unpack(chart.FOLDER, scratch)
    said = chart.metadata(staged)
    released_version = str(said["version"])
    refuse(commit.changes(), commit.tags(), version, released_version)
    repository = f"{registry.address}/{SIDECAR.repository}"
    if registry.has(f"{repository}:{released_version}"):
        raise StepError(
            f"{repository}:{released_version} already exists, and a version never changes: raise "
            "version in Chart.yaml and in the sidecar's __init__.py"
        )
    source = source_of(said["home"], os.environ)
    if f"/{PLACEHOLDER}/" in source:
        steps.say(f"note: home in Chart.yaml is {source}, so no link in the chart leads anywhere")
    layout = scratch / "layout"
    made = image.build(layout, scratch, commit, released_version, source)
    with steps.step(f"pushing and signing {repository}"):
        reference = registry.push_image(layout, repository, made.index.digest)
        signer.sign(reference)
        packages = [
            *bom.python_packages((scratch / "sidecar" / "requirements.txt").read_text()),
            *bom.debian_packages(made.records),
        ]
        system = bom.operating_system()
        bill = bom.bill(SIDECAR.repository, released_version, [system, *packages])
        signer.attest(reference, bom.PREDICATE, bill, scratch)
        build = Build(commit, source, released_version, began, time.time())
        statement = provenance.statement(build, packages, os.environ)
        signer.attest(reference, provenance.PREDICATE, statement, scratch)
    released = Released(
        released_version,
        f"{source}/blob/{commit.revision}",
        source,
        registry.charts,
        repository,
        made.index.digest,
    )
    with steps.step(f"pushing and signing {registry.charts}/{said['name']}"):
        chart.settle(staged, released, commit.read("CHANGELOG.md"))
        archive = chart.package(registry.helm, staged, scratch)
        pushed = registry.push_chart(archive, said["name"])
        signer.sign(pushed)
        registry.tag(reference, released_version)
    for processor, size in made.sizes.items():
        steps.say(f"image for {processor}: {size / 1e6:.1f} MB to pull")
    steps.say(f"image {reference}\nchart {pushed}")
    steps.say(f"released {released_version} in {time.time() - began:.0f} s")
    return released


def refuse(changes: list[str], tags: list[str], asked: str, version: str) -> None:
    """Refuse to release what is not a commit, or not the intended version.

    Raises:
        StepError: the checkout has changes, or the version asked for or a tag differs.

    """
    if changes:
        raise StepError(
            "the checkout differs from its commit; commit or remove:\n" + "\n".join(changes)
        )
    if asked and asked.removeprefix("v") != version:
        raise StepError(f"VERSION is {asked}, but Chart.yaml says {version}: make them the same")
    versions = [tag.removeprefix("v") for tag in tags if tag.startswith("v")]
    if versions and version not in versions:
        raise StepError(
            f"the commit is tagged {', '.join(tags)}, but Chart.yaml says {version}: make them the "
            "same"
        )


def source_of(home: str, environ: Mapping[str, str]) -> str:
    """Return the repository's page: where the workflow runs, so that a fork's is its own."""
    if environ.get("GITHUB_ACTIONS") == "true":
        return f"{environ['GITHUB_SERVER_URL']}/{environ['GITHUB_REPOSITORY']}"
    return home
