"""What is refused before anything is built; who is said to have built it."""

from __future__ import annotations

from pathlib import Path

import pytest

from devkit.steps import StepError
from release import provenance, publishing
from release.commit import Commit
from release.provenance import Build
from release.registry import Registry
from release.signing import Signer

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
        ([" M Makefile"], [], None, "M Makefile"),
        ([], [], "1.2.4", "VERSION is 1.2.4, and Chart.yaml says 1.2.3"),
        ([], ["v1.2.4"], None, "tagged v1.2.4"),
    ],
    ids=["a dirty tree", "another version", "another tag"],
)
def test_another_thing_than_was_meant_is_refused(
    changes: list[str], tags: list[str], asked: str | None, said: str
) -> None:
    with pytest.raises(StepError, match=said):
        publishing.refuse(changes, tags, asked, "1.2.3")


@pytest.mark.parametrize("asked", [None, "1.2.3", "v1.2.3"])
@pytest.mark.parametrize("tags", [[], ["v1.2.3"], ["v1.2.3", "v1.2"], ["nightly"]])
def test_what_was_meant_is_released(tags: list[str], asked: str | None) -> None:
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
    with pytest.raises(StepError, match="no address of a registry"):
        Registry(address, Path(), Path())


def test_an_owner_in_upper_case_is_addressed_in_lower_case() -> None:
    assert Registry("ghcr.io/Some-Pool", Path(), Path()).charts == "ghcr.io/some-pool/charts"


def test_without_a_key_or_an_identity_nothing_begins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("ACTIONS_ID_TOKEN_REQUEST_URL", "SIGSTORE_ID_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(StepError, match="nothing to sign with"):
        Signer(Path(), None)
    with pytest.raises(StepError, match="is no file"):
        Signer(Path(), tmp_path / "cosign.key")
