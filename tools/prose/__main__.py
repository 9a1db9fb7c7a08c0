"""`python -m prose`: Vale checks what a person reads (texts.py) by the rules of docs/style.md.

Silent when all is well; else a line for each finding: file, line, what, and what to write.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from devkit import paths, steps, toolchain
from devkit.lock import exclusive
from devkit.paths import REPOSITORY
from devkit.steps import StepError
from prose import texts

SETTINGS = Path(__file__).with_name("vale.ini")


def findings(files: list[Path]) -> dict[Path, list[tuple[int, str]]]:
    """Return line and message of what Vale finds in Markdown files.

    Raises:
        StepError: Vale is missing and cannot be built, or did not finish.

    """
    if not toolchain.is_complete(["vale"]):
        with exclusive(paths.cache()):
            toolchain.ensure(["vale"])
    vale = paths.LINKS / "bin" / "vale"
    command = [str(vale), f"--config={SETTINGS}", "--output=JSON", "--no-exit", *map(str, files)]
    said = json.loads(steps.capture(command, what="vale"))
    return {
        Path(name): [(alert["Line"], alert["Message"]) for alert in alerts]
        for name, alerts in said.items()
    }


def main() -> int:
    """Print what is wrong; return 1 when something is."""
    try:
        with tempfile.TemporaryDirectory() as folder:
            origin = {path: path for path in texts.pages()}
            for number, (path, text) in enumerate(texts.others().items()):
                copy = Path(folder) / f"{number}.md"
                copy.write_text(text)
                origin[copy] = path
            found = findings(list(origin))
    except StepError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    for path, line, message in sorted(
        (origin[copy].relative_to(REPOSITORY), *alert)
        for copy, alerts in found.items()
        for alert in alerts
    ):
        print(f"{path}:{line}: {message}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
