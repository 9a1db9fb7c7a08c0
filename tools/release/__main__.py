"""Command line: python -m release OUT writes the image for every processor, as an OCI layout."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from devkit import debian, paths, steps
from devkit.steps import StepError
from forge_manager import __version__
from release import image


def main() -> int:
    """Build; 0 when it is there whole."""
    parser = argparse.ArgumentParser(prog="python -m release", description=__doc__)
    parser.add_argument("out", type=Path)
    out = parser.parse_args().out
    if out.exists():
        parser.error(f"{out} is there already: name a folder that is not, or remove it")
    try:
        if not shutil.which("mmdebstrap"):
            debian.install(["mmdebstrap"], why="to extract base images")
        revision, epoch = image.commit()
        with tempfile.TemporaryDirectory(dir=paths.cache().scratch) as folder:
            layout = Path(folder) / "layout"
            index = image.build(
                layout, Path(folder), version=__version__, revision=revision, epoch=epoch
            )
            # It appears whole.
            shutil.move(layout, out)
    except StepError as error:
        steps.say(f"error: {error}")
        return 1
    steps.say(f"{index.digest} in {out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
