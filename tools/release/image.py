"""The sidecar's image, for each processor and as one index, in an OCI layout (image-spec v1.1)."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import tarfile
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from devkit import paths, steps
from devkit.steps import StepError
from release import base, layers
from release.platforms import PLATFORMS, Platform, foreign

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from release.layers import Layer

_SIDECAR = paths.REPOSITORY / "sidecar"
_HOME = "opt/forge-manager"
_TYPE = "application/vnd.oci.image"
_ASSEMBLE_DEADLINE_S = 15 * 60.0


@dataclass(frozen=True)
class Blob:
    """Content that a layout holds, and how others refer to it."""

    media_type: str
    digest: str
    size: int

    def descriptor(self) -> dict[str, Any]:
        """Return it as a descriptor."""
        return {"mediaType": self.media_type, "digest": self.digest, "size": self.size}


def build(layout: Path, scratch: Path, *, version: str, revision: str, epoch: int) -> Blob:
    """Write the layout; return its index. The same inputs give the same digest.

    `revision` is the commit, `epoch` its time in seconds since 1970.

    Raises:
        StepError: something could not be fetched, or is for another processor.

    """
    blobs = layout / "blobs" / "sha256"
    blobs.mkdir(parents=True)
    manifests = []
    for platform in PLATFORMS:
        with steps.step(f"putting the image for {platform.name} together"):
            made = [_base_layer(platform, scratch, epoch), _program_layer(platform, scratch, epoch)]
        for layer in made:
            layer.file.rename(blobs / layer.digest.removeprefix("sha256:"))
        labels = _labels(version, revision)
        config = _put(blobs, f"{_TYPE}.config.v1+json", _config(platform, made, labels, epoch))
        manifest = {
            "schemaVersion": 2,
            "mediaType": f"{_TYPE}.manifest.v1+json",
            "config": config.descriptor(),
            "layers": [
                Blob(f"{_TYPE}.layer.v1.tar+gzip", each.digest, each.size).descriptor()
                for each in made
            ],
            "annotations": labels,
        }
        blob = _put(blobs, f"{_TYPE}.manifest.v1+json", manifest)
        where = {"os": "linux", "architecture": platform.name}
        manifests.append(blob.descriptor() | {"platform": where})
        steps.say(f"  {platform.name}: {sum(each.size for each in made) / 1e6:.1f} MB to pull")
    index = {
        "schemaVersion": 2,
        "mediaType": f"{_TYPE}.index.v1+json",
        "manifests": manifests,
        "annotations": _labels(version, revision),
    }
    whole = _put(blobs, f"{_TYPE}.index.v1+json", index)
    (layout / "oci-layout").write_text('{"imageLayoutVersion":"1.0.0"}')
    top = {"schemaVersion": 2, "mediaType": f"{_TYPE}.index.v1+json"}
    (layout / "index.json").write_text(json.dumps({**top, "manifests": [whole.descriptor()]}))
    return whole


def _base_layer(platform: Platform, scratch: Path, epoch: int) -> Layer:
    archive = base.extract(platform, scratch)
    with tarfile.open(archive) as packages, base.configured(packages) as configured:
        file = scratch / f"base-{platform.name}.tar.gz"
        return layers.write(file, [packages, configured], epoch, base.is_kept)


def _program_layer(platform: Platform, scratch: Path, epoch: int) -> Layer:
    home = scratch / platform.name / _HOME
    home.parent.mkdir(parents=True)
    steps.run(
        [
            *(f"python{base.PYTHON}", "-B", _SIDECAR / "assemble.py", home),
            *(f"--platform={tag}" for tag in platform.wheel_tags()),
            f"--interpreter=/{base.INTERPRETER}",
        ],
        what=f"assemble {platform.name}",
        deadline_s=_ASSEMBLE_DEADLINE_S,
    )
    if wrong := foreign(home.rglob("*"), platform):
        raise StepError(f"not for {platform.name}: {', '.join(map(str, wrong))}")
    archive = scratch / f"program-{platform.name}.tar"
    with tarfile.open(archive, "w") as made:
        made.add(home, _HOME)
    with tarfile.open(archive) as read:
        file = scratch / f"program-{platform.name}.tar.gz"
        return layers.write(file, [read], epoch, lambda _: True)


def _config(
    platform: Platform, made: Iterable[Layer], labels: dict[str, str], epoch: int
) -> dict[str, Any]:
    environment = dict(re.findall(r"^(?:ENV)?\s+([A-Z]+)=(\S+?)(?:\s*\\)?$", _dockerfile(), re.M))
    environment["PATH"] = environment["PATH"].replace("${PATH}", "/usr/local/bin:/usr/bin:/bin")
    return {
        "created": datetime.fromtimestamp(epoch, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "architecture": platform.name,
        "os": "linux",
        "config": {
            "User": _word("USER"),
            "Env": [f"{name}={value}" for name, value in environment.items()],
            "Entrypoint": json.loads(_word("ENTRYPOINT")),
            "WorkingDir": _word("WORKDIR"),
            "StopSignal": _word("STOPSIGNAL"),
            "ExposedPorts": {f"{_word('EXPOSE')}/tcp": {}},
            "Labels": labels,
        },
        "rootfs": {"type": "layers", "diff_ids": [layer.diff_id for layer in made]},
    }


def _dockerfile() -> str:
    """Return the last stage, which says what a container of the image is started with."""
    return (_SIDECAR / "Dockerfile").read_text().rpartition("\nFROM ")[2]


def _word(instruction: str) -> str:
    found = re.search(rf"^{instruction} (.+)$", _dockerfile(), re.MULTILINE)
    if not found:
        raise StepError(f"sidecar/Dockerfile says no {instruction}")
    return found[1]


def _labels(version: str, revision: str) -> dict[str, str]:
    said = dict(re.findall(r'(org\.opencontainers\.image\.\w+)="([^"]*)"', _dockerfile()))
    prefix = "org.opencontainers.image"
    return {**said, f"{prefix}.version": version, f"{prefix}.revision": revision}


def _put(blobs: Path, media_type: str, content: dict[str, Any]) -> Blob:
    data = json.dumps(content, sort_keys=True, separators=(",", ":")).encode()
    digest = hashlib.sha256(data).hexdigest()
    (blobs / digest).write_bytes(data)
    return Blob(media_type, f"sha256:{digest}", len(data))


def commit() -> tuple[str, int]:
    """Return the checkout's commit and its time in seconds since 1970."""
    shown = subprocess.run(
        ["git", "show", "--no-patch", "--format=%H %ct", "HEAD"],
        cwd=paths.REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )
    revision, seconds = shown.stdout.split()
    return revision, int(seconds)
