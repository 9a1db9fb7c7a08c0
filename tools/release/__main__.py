"""Release the sidecar's image and the chart, or write the image alone.

python -m release images OUT      the image for every processor, as an OCI layout
python -m release publish REGISTRY [--version V] [--key FILE]
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

from devkit import paths, steps, toolchain
from devkit.lock import exclusive
from devkit.steps import StepError
from forge_manager import __version__
from release import chart, image, publishing
from release.commit import Commit
from release.registry import Registry
from release.signing import Signer, taken_secrets


def write_images(arguments: argparse.Namespace) -> None:
    """Write the layout; it appears whole."""
    out = arguments.out.resolve()
    if out.exists():
        raise StepError(f"{out} already exists: name another folder, or remove it")
    with (
        tempfile.TemporaryDirectory(dir=paths.cache().scratch) as scratch,
        tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}.") as half,
    ):
        layout = Path(half) / "layout"
        commit = Commit.of(paths.REPOSITORY)
        source = chart.metadata(paths.REPOSITORY / chart.FOLDER)["home"]
        made = image.build(layout, Path(scratch), commit, __version__, source)
        layout.rename(out)
    steps.say(f"{made.index.digest} in {out}")


def publish(arguments: argparse.Namespace) -> None:
    """Build, push and sign."""
    secrets = taken_secrets()
    tools = toolchain.ensure(["crane", "cosign", "helm"])
    registry = Registry(arguments.registry, tools["crane"], tools["helm"])
    signer = Signer(tools["cosign"], Path(arguments.key) if arguments.key else None, secrets)
    with tempfile.TemporaryDirectory(dir=paths.cache().scratch) as scratch:
        publishing.publish(
            Commit.of(paths.REPOSITORY), registry, signer, arguments.version, Path(scratch)
        )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m release", description=__doc__)
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    images = commands.add_parser("images", help="write the image as an OCI layout")
    images.set_defaults(action=write_images)
    images.add_argument("out", type=Path, help="a folder that does not exist yet")
    whole = commands.add_parser("publish", help="push and sign image and chart")
    whole.set_defaults(action=publish)
    whole.add_argument("registry", help="such as ghcr.io/owner, or localhost:5000")
    whole.add_argument(
        "--version", help="the version you mean to release: Chart.yaml's", default=""
    )
    whole.add_argument("--key", help="cosign's private key; COSIGN_PASSWORD opens it", default="")
    return parser


def main() -> int:
    """Run one command; return its exit code."""
    arguments = _parser().parse_args()
    # Of what is in the image, whoever builds it.
    os.umask(0o022)
    try:
        with exclusive(paths.cache()):
            arguments.action(arguments)
    except StepError as error:
        steps.say(f"error: {error}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
