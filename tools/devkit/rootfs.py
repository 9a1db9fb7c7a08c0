"""Minimal Debian root file systems as images, where no base image can be pulled."""

import shutil
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path

from devkit import debian, digest, docker, steps
from devkit.steps import StepError

RELEASE = "bookworm"
_KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
_EXCLUDED = ("/usr/share/doc/*", "/usr/share/man/*", "/usr/share/locale/*", "/usr/share/info/*")
_DEADLINE_S = 15 * 60.0
# One at a time: apt has a lock, and there is one program to install.
_turn = threading.Lock()


def reference(name: str, packages: Sequence[str]) -> str:
    """Return the image reference, keyed by what the image is made of."""
    key = digest.key(RELEASE, *sorted(packages), *_EXCLUDED)
    return f"cardano-forge-{name}:{RELEASE}-{key}"


def ensure(name: str, packages: Sequence[str]) -> str:
    """Build the image with `packages` on top of the smallest Debian, unless it is there.

    Raises:
        StepError: this machine cannot build one, or the build failed.

    """
    image = reference(name, packages)
    if docker.image_id(image):
        return image
    with _turn:
        if not docker.image_id(image):
            _build(image, name, packages)
    return image


def _build(image: str, name: str, packages: Sequence[str]) -> None:
    if not debian.can_install():
        raise StepError(
            f"the image {image} must be built here, because no base image can be pulled, and that "
            "needs root on Debian: run as root, or give this machine a registry to pull from"
        )
    mirrors = debian.mirrors_here()
    if not shutil.which("mmdebstrap"):
        debian.install(["mmdebstrap"], why="to build base images")
    with steps.step(f"building the base image {image}"), tempfile.TemporaryDirectory() as folder:
        sources = Path(folder, "sources.list")
        sources.write_text(sources_list(mirrors))
        archive = Path(folder, "rootfs.tar")
        steps.run(
            [
                "mmdebstrap",
                "--mode=root",
                "--variant=minbase",
                f"--include={','.join(packages)}",
                *(f"--dpkgopt=path-exclude={pattern}" for pattern in _EXCLUDED),
                # The folder is packed and removed: what a crash leaves of it is of no use anyway.
                "--dpkgopt=force-unsafe-io",
                RELEASE,
                archive,
                sources,
            ],
            what=f"mmdebstrap {name}",
            deadline_s=_DEADLINE_S,
        )
        # The engine sets the name when the whole archive is in.
        label = f"LABEL {docker.LABEL}=yes"
        steps.run(
            ["docker", "import", "--change", label, archive, image],
            what=f"docker import {name}",
            deadline_s=_DEADLINE_S,
        )


def sources_list(mirrors: dict[str, str]) -> str:
    """Return apt's sources for our release at the mirrors that the machine uses."""
    suites = {"main": (RELEASE, f"{RELEASE}-updates"), "security": (f"{RELEASE}-security",)}
    return "".join(
        f"deb [signed-by={_KEYRING}] {uri} {suite} main\n"
        for kind, uri in mirrors.items()
        for suite in suites[kind]
    )
