"""Removes clusters, the engine that we started, images, cache and links."""

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from devkit import cluster, docker, dockerd, engine, mounts, paths, steps
from devkit.steps import StepError


def down() -> None:
    """Delete the clusters and stop the engine if we started it; its images stay for next time."""
    if engine.probe() is engine.State.RUNNING:
        cluster.delete_all()
    if dockerd.has_state():
        _delete_ours()
        dockerd.stop()


def clean() -> None:
    """Do what `down` does, then remove our images, the cache and the links of this checkout.

    Raises:
        StepError: something could not be removed; naming it.

    """
    down()
    if engine.probe() is engine.State.RUNNING:
        _remove_images()
    cache = paths.cache()
    if cache.is_ours():
        with steps.step(f"removing {cache.root}"):
            mounts.remove(cache.root)
            _remove(cache.root)
    if paths.LINKS.is_dir():
        _remove(paths.LINKS)


def _delete_ours() -> None:
    """Delete the clusters on the engine that we started, which DOCKER_HOST may hide."""
    with _own_engine():
        try:
            if engine.probe() is not engine.State.RUNNING:
                # Only the engine itself knows what its containers and networks were.
                dockerd.kill()
                dockerd.start()
            cluster.delete_all()
        except StepError as error:
            steps.say(f"  the engine cannot be started to clean up after it: {error}")


@contextlib.contextmanager
def _own_engine() -> Iterator[None]:
    hidden = {name: os.environ.pop(name, None) for name in ("DOCKER_HOST", "DOCKER_CONTEXT")}
    try:
        yield
    finally:
        os.environ.update({name: value for name, value in hidden.items() if value is not None})


def _remove_images() -> None:
    listed = docker.lines("image", "ls", "--all", "--quiet", "--filter", f"label={docker.LABEL}")
    if listed:
        with steps.step("removing our images"):
            docker.lines("image", "rm", "--force", *sorted(set(listed)))


def _remove(folder: Path) -> None:
    try:
        shutil.rmtree(folder)
    except OSError as error:
        raise StepError(f"cannot remove {folder}: {error}") from error
