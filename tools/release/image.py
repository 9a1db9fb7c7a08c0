"""The sidecar's image, for each processor and as one index, in an OCI layout (image-spec v1.1)."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from devkit import steps
from devkit.steps import StepError
from release import base, layers
from release.platforms import PLATFORMS, Platform, foreign

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from release.commit import Commit
    from release.layers import Layer

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


@dataclass(frozen=True)
class Image:
    """The image for every processor: its index, and what others need to know about it."""

    index: Blob
    #: The records of Debian's packages in it (release.base).
    records: list[Path]
    #: The size to pull, in bytes, by processor.
    sizes: dict[str, int]


def build(layout: Path, scratch: Path, commit: Commit, version: str, source: str) -> Image:
    """Write the layout of what a commit has.

    A commit gives the same digest as long as Debian's archive and zlib's compression do not change.

    Raises:
        StepError: something could not be fetched, or is for another processor.

    """
    sidecar = commit.unpack("sidecar", scratch)
    dockerfile = (sidecar / "Dockerfile").read_text().rpartition("\nFROM ")[2]
    labels = _labels(dockerfile, version, commit.revision, source)
    epoch = commit.epoch
    blobs = layout / "blobs" / "sha256"
    blobs.mkdir(parents=True)
    manifests, records, sizes = [], [], {}
    for platform in PLATFORMS:
        with steps.step(f"assembling the image for {platform.name}"):
            extracted = base.extract(platform, scratch)
            base.settle(extracted)
            records += sorted(extracted.records.iterdir())
            made = [
                layers.write(scratch / f"base-{platform.name}.tar.gz", extracted.folder, epoch),
                _program_layer(platform, sidecar, scratch, epoch),
            ]
        for layer in made:
            layer.file.rename(blobs / layer.digest.removeprefix("sha256:"))
        settings = _config(platform, made, dockerfile, labels, epoch)
        config = _put(blobs, f"{_TYPE}.config.v1+json", settings)
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
        sizes[platform.name] = sum(each.size for each in made)
        steps.say(f"  {platform.name}: {sizes[platform.name] / 1e6:.1f} MB to pull")
    index = {
        "schemaVersion": 2,
        "mediaType": f"{_TYPE}.index.v1+json",
        "manifests": manifests,
        "annotations": labels,
    }
    whole = _put(blobs, f"{_TYPE}.index.v1+json", index)
    (layout / "oci-layout").write_text('{"imageLayoutVersion":"1.0.0"}')
    top = {"schemaVersion": 2, "mediaType": f"{_TYPE}.index.v1+json"}
    (layout / "index.json").write_text(json.dumps({**top, "manifests": [whole.descriptor()]}))
    return Image(whole, records, sizes)


def _program_layer(platform: Platform, sidecar: Path, scratch: Path, epoch: int) -> Layer:
    root = scratch / f"program-{platform.name}"
    home = root / _HOME
    home.parent.mkdir(parents=True)
    steps.run(
        [
            # Alone: none of PYTHON's variables is to change what is made.
            *(f"python{base.PYTHON}", "-I", "-B", sidecar / "assemble.py", home),
            *(f"--platform={tag}" for tag in platform.wheel_tags()),
            f"--interpreter=/{base.INTERPRETER}",
        ],
        what=f"assemble {platform.name}",
        deadline_s=_ASSEMBLE_DEADLINE_S,
    )
    if wrong := foreign(home.rglob("*"), platform):
        raise StepError(f"not for {platform.name}: {', '.join(map(str, wrong))}")
    return layers.write(scratch / f"program-{platform.name}.tar.gz", root, epoch)


def _config(
    platform: Platform,
    made: Iterable[Layer],
    dockerfile: str,
    labels: dict[str, str],
    epoch: int,
) -> dict[str, Any]:
    environment = _environment(dockerfile)
    environment["PATH"] = environment["PATH"].replace("${PATH}", "/usr/local/bin:/usr/bin:/bin")
    return {
        "created": datetime.fromtimestamp(epoch, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "architecture": platform.name,
        "os": "linux",
        "config": {
            "User": _word(dockerfile, "USER"),
            "Env": [f"{name}={value}" for name, value in environment.items()],
            "Entrypoint": json.loads(_word(dockerfile, "ENTRYPOINT")),
            "WorkingDir": _word(dockerfile, "WORKDIR"),
            "StopSignal": _word(dockerfile, "STOPSIGNAL"),
            "ExposedPorts": {f"{_word(dockerfile, 'EXPOSE')}/tcp": {}},
            "Labels": labels,
        },
        "rootfs": {"type": "layers", "diff_ids": [layer.diff_id for layer in made]},
    }


def _environment(dockerfile: str) -> dict[str, str]:
    found = {}
    for pair in _word(dockerfile.replace("\\\n", " "), "ENV").split():
        name, sign, value = pair.partition("=")
        if not sign or "'" in pair or '"' in pair:
            raise StepError(f"sidecar/Dockerfile, ENV: {pair} cannot be read; write NAME=value")
        found[name] = value
    return found


def _word(dockerfile: str, instruction: str) -> str:
    found = re.search(rf"^{instruction} (.+)$", dockerfile, re.MULTILINE)
    if not found:
        raise StepError(f"sidecar/Dockerfile has no {instruction}")
    return found[1]


def _labels(dockerfile: str, version: str, revision: str, source: str) -> dict[str, str]:
    said = dict(re.findall(r'(org\.opencontainers\.image\.\w+)="([^"]*)"', dockerfile))
    prefix = "org.opencontainers.image"
    own = {"version": version, "revision": revision, "source": source}
    return {**said, **{f"{prefix}.{name}": value for name, value in own.items()}}


def _put(blobs: Path, media_type: str, content: dict[str, Any]) -> Blob:
    data = json.dumps(content, sort_keys=True, separators=(",", ":")).encode()
    digest = hashlib.sha256(data).hexdigest()
    (blobs / digest).write_bytes(data)
    return Blob(media_type, f"sha256:{digest}", len(data))
