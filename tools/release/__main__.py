"""Command line: python -m release OUT writes the image for every processor, as an OCI layout."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

from devkit import paths, steps
from devkit.lock import exclusive
from devkit.steps import StepError
from forge_manager import __version__
from release import image
from release.commit import Commit


def main() -> int:
    """Build; 0 when it is there whole."""
    parser = argparse.ArgumentParser(prog="python -m release", description=__doc__)
    parser.add_argument("out", type=Path)
    out = parser.parse_args().out.resolve()
    if out.exists():
        parser.error(f"{out} is there already: name a folder that is not, or remove it")
    # Of what is in the image, whoever builds it.
    os.umask(0o022)
    try:
        # Beside where it goes: it appears there whole.
        with (
            exclusive(paths.cache()),
            tempfile.TemporaryDirectory(dir=paths.cache().scratch) as scratch,
            tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}.") as half,
        ):
            layout = Path(half) / "layout"
            commit = Commit.of(paths.REPOSITORY)
            index = image.build(layout, Path(scratch), commit, __version__)
            layout.rename(out)
    except StepError as error:
        steps.say(f"error: {error}")
        return 1
    steps.say(f"{index.digest} in {out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
