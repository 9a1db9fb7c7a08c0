"""What is refused before anything is built; who is said to have built it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from devkit.steps import StepError
from release import provenance, publishing
from release.commit import Commit
from release.provenance import Build
from release.registry import Registry
from release.signing import Signer, taken_secrets

SOURCE = "https://github.com/some-pool/cardano-forge-manager"
FORK = "a-fork/cardano-forge-manager"
WORKFLOW = {
    "GITHUB_ACTIONS": "true",
    "GITHUB_SERVER_URL": "https://github.com",
    "GITHUB_REPOSITORY": FORK,
    "GITHUB_WORKFLOW_REF": f"{FORK}/.github/workflows/release.yml@refs/tags/v1",
    "GITHUB_RUN_ID": "7",
    "GITHUB_RUN_ATTEMPT": "2",
}


@pytest.mark.parametrize(
    ("changes", "tags", "asked", "said"),
    [
        ([" M Makefile"], [], "", "M Makefile"),
        ([], [], "1.2.4", "VERSION is 1.2.4, but Chart.yaml says 1.2.3"),
        ([], ["v1.2.4"], "", "tagged v1.2.4"),
    ],
    ids=["a dirty tree", "another version", "another tag"],
)
def test_another_thing_than_was_meant_is_refused(
    changes: list[str], tags: list[str], asked: str, said: str
) -> None:
    with pytest.raises(StepError, match=said):
        publishing.refuse(changes, tags, asked, "1.2.3")


@pytest.mark.parametrize("asked", ["", "1.2.3", "v1.2.3"])
@pytest.mark.parametrize("tags", [[], ["v1.2.3"], ["v1.2.3", "v1.2"], ["nightly"]])
def test_what_was_meant_is_released(tags: list[str], asked: str) -> None:
    publishing.refuse([], tags, asked, "1.2.3")


def test_the_source_is_where_the_workflow_runs() -> None:
    assert publishing.source_of(SOURCE, {}) == SOURCE
    assert publishing.source_of(SOURCE, WORKFLOW) == f"https://github.com/{FORK}"


@pytest.mark.parametrize(
    ("environ", "builder"),
    [
        ({}, f"{SOURCE}/blob/abc/Makefile"),
        (WORKFLOW, f"https://github.com/{WORKFLOW['GITHUB_WORKFLOW_REF']}"),
    ],
    ids=["by hand", "in a workflow"],
)
def test_who_built_it_is_said(environ: dict[str, str], builder: str) -> None:
    build = Build(Commit(Path(), "abc", 0), SOURCE, "1.2.3", 0, 61)
    found = provenance.statement(build, [{"purl": "pkg:pypi/a@1"}], environ)
    assert found["runDetails"]["builder"] == {"id": builder}
    assert found["runDetails"]["metadata"]["finishedOn"] == "1970-01-01T00:01:01Z"
    first, second = found["buildDefinition"]["resolvedDependencies"]
    assert first == {"uri": f"git+{SOURCE}", "digest": {"gitCommit": "abc"}}
    assert second == {"uri": "pkg:pypi/a@1"}


@pytest.mark.parametrize("address", ["https://ghcr.io/owner", "", "ghcr.io/a b", "ghcr.io/a/"])
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(StepError, match="not the address of a registry"):
        Registry(address, Path(), Path())


def test_an_owner_in_upper_case_is_addressed_in_lower_case() -> None:
    assert Registry("ghcr.io/Some-Pool", Path(), Path()).charts == "ghcr.io/some-pool/charts"


def test_without_a_key_or_an_identity_nothing_begins(tmp_path: Path) -> None:
    with pytest.raises(StepError, match="nothing to sign with"):
        Signer(Path(), None, {"COSIGN_PASSWORD": ""})
    with pytest.raises(StepError, match="is not a file"):
        Signer(Path(), tmp_path / "cosign.key", {})
    (tmp_path / "cosign.key").touch()
    with pytest.raises(StepError, match="COSIGN_PASSWORD is not set"):
        Signer(Path(), tmp_path / "cosign.key", {})


def test_a_key_that_does_not_open_is_noticed_before_anything_is_built(tmp_path: Path) -> None:
    cosign, key = tmp_path / "cosign", tmp_path / "cosign.key"
    cosign.write_text(
        '#!/bin/sh\ntest "$COSIGN_PASSWORD" = right || { echo decrypt >&2; exit 1; }\n'
    )
    cosign.chmod(0o755)
    key.touch()
    Signer(cosign, key, {"COSIGN_PASSWORD": "right"})
    with pytest.raises(StepError, match="decrypt"):
        Signer(cosign, key, {"COSIGN_PASSWORD": "wrong"})


def test_only_cosign_gets_to_see_the_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COSIGN_PASSWORD", "p")
    monkeypatch.setenv("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "t")
    found = taken_secrets()
    assert found == {"COSIGN_PASSWORD": "p", "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "t"}
    assert not found.keys() & os.environ.keys()


@pytest.mark.parametrize(
    ("said", "there"),
    [
        ("", True),
        ("MANIFEST_UNKNOWN: manifest unknown", False),
        ("NAME_UNKNOWN: repository name not known to registry", False),
        ("DENIED: requested access to the resource is denied", False),
        ("unexpected status code 404 Not Found", False),
        ("dial tcp: connection refused", None),
        ("UNAUTHORIZED: authentication required", None),
    ],
)
def test_what_is_there_and_what_cannot_be_known(
    tmp_path: Path, said: str, there: bool | None
) -> None:
    crane = tmp_path / "crane"
    crane.write_text(f"#!/bin/sh\necho '{said}' >&2\ntest -z '{said}'\n")
    crane.chmod(0o755)
    registry = Registry("localhost:1", crane, Path())
    if there is None:
        with pytest.raises(StepError, match=said):
            registry.has("localhost:1/a:1")
    else:
        assert registry.has("localhost:1/a:1") is there
