"""A Docker engine to work with: the running one, or one that we install and start."""

import enum
import os
import shutil
from collections.abc import Callable

from devkit import debian, dockerd, steps
from devkit.steps import StepError

_ANSWER_DEADLINE_S = 20.0
# Debian 12 ships the client with the daemon, later releases on its own.
_PACKAGES = {
    "dockerd": "docker.io",
    "docker": "docker-cli",
    "containerd": "containerd",
    "runc": "runc",
    "iptables": "iptables",
}


class State(enum.Enum):
    """What `docker version` says of the engine."""

    RUNNING = enum.auto()
    NO_CLIENT = enum.auto()
    FORBIDDEN = enum.auto()
    STOPPED = enum.auto()
    SILENT = enum.auto()


def classify(error: str) -> State:
    """Return what a failure of `docker version` means."""
    lowered = error.lower()
    if "permission denied" in lowered:
        return State.FORBIDDEN
    if "did not end within" in lowered:
        return State.SILENT
    return State.STOPPED


def advice(state: State, *, docker_host: str | None, can_install: bool) -> str | None:
    """Return what a person has to do, or None if we can start an engine ourselves."""
    if state is State.FORBIDDEN:
        return (
            "no permission to use the Docker engine: add yourself to its group "
            "(sudo usermod -aG docker $USER, then log in again)"
        )
    if docker_host:
        return (
            f"the Docker engine of DOCKER_HOST={docker_host} does not answer: start it, or unset "
            "DOCKER_HOST to use a local one"
        )
    if state is State.SILENT and not can_install:
        return f"the Docker engine does not answer within {_ANSWER_DEADLINE_S:.0f} s: restart it"
    if can_install:
        return None
    if state is State.NO_CLIENT:
        return "Docker is missing: install it (https://docs.docker.com/engine/install/)"
    return (
        "no Docker engine is running: start it (sudo systemctl start docker), "
        "or run this as root on Debian, where it is started for you"
    )


def ensure() -> None:
    """Make sure that an engine answers: a running one, left untouched, or our own.

    Raises:
        StepError: there is none and we cannot start one; with the one thing to do about it.

    """
    state = probe()
    if state is State.RUNNING:
        return
    host = os.environ.get("DOCKER_HOST")
    if problem := advice(state, docker_host=host, can_install=debian.can_install()):
        raise StepError(problem)
    if state is State.SILENT:
        if not dockerd.pid():
            raise StepError("a Docker engine that is not ours runs but does not answer: restart it")
        steps.say("- the Docker engine that we started no longer answers: starting it again")
        dockerd.kill()
    if missing := missing_packages(shutil.which):
        debian.install(missing, why="for a Docker engine")
        # Where an init system runs, the package has started its service.
        if probe() is State.RUNNING:
            return
    dockerd.start()


def probe() -> State:
    """Ask the engine whether it is there, without changing anything."""
    if not shutil.which("docker"):
        return State.NO_CLIENT
    try:
        steps.capture(["docker", "version"], what="docker version", deadline_s=_ANSWER_DEADLINE_S)
    except StepError as error:
        return classify(str(error))
    return State.RUNNING


def missing_packages(which: Callable[[str], str | None]) -> set[str]:
    """Return the Debian packages of the programs that an engine needs and that are not here."""
    missing = {package for program, package in _PACKAGES.items() if not which(program)}
    if "docker.io" in missing:
        missing.discard("docker-cli")
    return missing
