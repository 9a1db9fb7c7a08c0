"""What is released is a commit, not what lies in the checkout."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from devkit import steps

_DEADLINE_S = 60.0


@dataclass(frozen=True)
class Commit:
    """A commit of a checkout."""

    checkout: Path
    revision: str
    #: Its time, in seconds since 1970.
    epoch: int

    @classmethod
    def of(cls, checkout: Path) -> Commit:
        """Return the one that is checked out. Raises StepError: it is no checkout of git."""
        shown = _git(checkout, "show", "--no-patch", "--format=%H %ct", "HEAD")
        revision, seconds = shown.split()
        return cls(checkout, revision, int(seconds))

    def unpack(self, scratch: Path) -> Path:
        """Return a folder with the sidecar's files as the commit has them. Raises StepError."""
        archive = scratch / "sidecar.tar"
        _git(self.checkout, "archive", f"--output={archive}", self.revision, "sidecar")
        steps.run(
            ["tar", "--extract", f"--file={archive}", f"--directory={scratch}"],
            what="tar sidecar",
            deadline_s=_DEADLINE_S,
        )
        return scratch / "sidecar"


def _git(checkout: Path, *arguments: str) -> str:
    return steps.capture(
        ["git", *arguments], what=f"git {arguments[0]}", cwd=checkout, deadline_s=_DEADLINE_S
    )
