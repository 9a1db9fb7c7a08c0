"""Questions to and orders for the Docker engine, through the plain client."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from devkit import steps
from devkit.steps import StepError

# Every image that we build carries it, so that `clean` finds them all.
LABEL = "cardano-forge-manager.devkit"

_BUILD_DEADLINE_S = 15 * 60.0
_PULL_DEADLINE_S = 15 * 60.0
# A registry that can be reached answers the first request well within this time.
_PULL_ANSWER_S = 20.0


def image_id(reference: str) -> str | None:
    """Return the id of a local image, or None where there is none."""
    try:
        return steps.capture(
            ["docker", "image", "inspect", "--format", "{{.Id}}", reference],
            what=f"docker image inspect {reference}",
        ).strip()
    except StepError as error:
        if "no such image" in str(error).lower():
            return None
        raise


_unreachable: set[str] = set()


def pull(reference: str) -> bool:
    """Pull an image; say whether that worked. One failure settles it for this run."""
    if reference in _unreachable:
        return False
    steps.say(f"- pulling {reference}")
    try:
        steps.run(
            ["docker", "pull", reference],
            what=f"docker pull {reference.partition('@')[0]}",
            deadline_s=_PULL_DEADLINE_S,
            first_output_s=_PULL_ANSWER_S,
        )
    except StepError as error:
        steps.say(f"  cannot be pulled here: {_last_words(error)}")
        _unreachable.add(reference)
        return False
    return True


def build(
    context: Path,
    tag: str,
    *,
    target: str | None = None,
    arguments: Mapping[str, str] | None = None,
    dockerfile: Path | None = None,
) -> None:
    """Build an image; the tag is set by the engine when all of it succeeded."""
    command: list[str | Path] = ["docker", "build", "--tag", tag, "--label", f"{LABEL}=yes"]
    if dockerfile:
        command += ["--file", dockerfile]
    if target:
        command += ["--target", target]
    for name, value in (arguments or {}).items():
        command += ["--build-arg", f"{name}={value}"]
    steps.run(
        [*command, context],
        what=f"docker build {tag.replace('/', '-')}",
        deadline_s=_BUILD_DEADLINE_S,
        env=None if _has_buildx() else {"DOCKER_BUILDKIT": "0"},
    )


def execute(container: str, *command: str, deadline_s: float = 60, text: str | None = None) -> str:
    """Run a command in a running container and return its output."""
    return steps.capture(
        ["docker", "exec", "--interactive", container, *command],
        what=f"{command[0]} in {container}",
        deadline_s=deadline_s,
        text=text,
    )


def remove_container(name: str) -> None:
    """Remove a container and its volumes, running or not; a missing one is no error."""
    for found in lines("ps", "--all", "--quiet", "--filter", f"name=^/{name}$"):
        lines("rm", "--force", "--volumes", found)


def inspect(*names: str) -> list[dict[str, Any]]:
    """Return what the engine knows of some containers."""
    if not names:
        return []
    answer = steps.capture(
        ["docker", "container", "inspect", *names], what="docker container inspect"
    )
    found: list[dict[str, Any]] = json.loads(answer)
    return found


def lines(*arguments: str) -> list[str]:
    """Return the non-empty lines that a docker command prints."""
    answer = steps.capture(["docker", *arguments], what=f"docker {arguments[0]}", deadline_s=120)
    return [line for line in answer.splitlines() if line]


def _has_buildx() -> bool:
    try:
        steps.capture(["docker", "buildx", "version"], what="docker buildx")
    except StepError:
        return False
    return True


def _last_words(error: StepError) -> str:
    said = [line.strip(" |") for line in str(error).splitlines() if "whole log" not in line]
    return said[-1]
