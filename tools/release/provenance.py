"""How an image was made: a statement of provenance (https://slsa.dev/spec/v1.0/provenance)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from release.bom import Component
    from release.commit import Commit

#: How cosign calls the kind.
PREDICATE = "slsaprovenance1"


@dataclass(frozen=True)
class Build:
    """What was built, of which page's repository; times are seconds since 1970."""

    commit: Commit
    source: str
    version: str
    began: float
    ended: float


def statement(
    build: Build, materials: list[Component], environ: Mapping[str, str]
) -> dict[str, Any]:
    """Return the predicate.

    The builder is GitHub's workflow if `environ` is that of one (its default variables), otherwise
    the caller of make.
    """
    recipe = f"{build.source}/blob/{build.commit.revision}"
    run: dict[str, Any] = {
        "startedOn": _time(build.began),
        "finishedOn": _time(build.ended),
    }
    builder = f"{recipe}/Makefile"
    if environ.get("GITHUB_ACTIONS") == "true":
        server = environ["GITHUB_SERVER_URL"]
        builder = f"{server}/{environ['GITHUB_WORKFLOW_REF']}"
        attempt = f"{environ['GITHUB_RUN_ID']}/attempts/{environ['GITHUB_RUN_ATTEMPT']}"
        run["invocationId"] = f"{server}/{environ['GITHUB_REPOSITORY']}/actions/runs/{attempt}"
    return {
        "buildDefinition": {
            "buildType": f"{recipe}/docs/release.md",
            "externalParameters": {"source": build.source, "version": build.version},
            "resolvedDependencies": [
                {
                    "uri": f"git+{build.source}",
                    "digest": {"gitCommit": build.commit.revision},
                },
                *({"uri": each["purl"]} for each in materials),
            ],
        },
        "runDetails": {"builder": {"id": builder}, "metadata": run},
    }


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
