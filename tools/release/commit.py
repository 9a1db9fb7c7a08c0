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
        """Return the one that is checked out. Raises StepError if it is not a git checkout."""
        shown = _git(checkout, "show", "--no-patch", "--format=%H %ct", "HEAD")
        revision, seconds = shown.split()
        return cls(checkout, revision, int(seconds))

    def unpack(self, path: str, scratch: Path) -> Path:
        """Return a folder with what the commit has at `path`. Raises StepError."""
        archive = scratch / "commit.tar"
        _git(self.checkout, "archive", f"--output={archive}", self.revision, path)
        steps.run(
            ["tar", "--extract", f"--file={archive}", f"--directory={scratch}"],
            what=f"tar {path}",
            deadline_s=_DEADLINE_S,
        )
        return scratch / path

    def read(self, path: str) -> str:
        """Return a file of it. Raises StepError."""
        return _git(self.checkout, "show", f"{self.revision}:{path}")

    def tags(self) -> list[str]:
        """Return the tags that lead to it. Raises StepError."""
        return _git(self.checkout, "tag", "--points-at", self.revision).split()

    def changes(self) -> list[str]:
        """Return what differs in the checkout from the commit. Raises StepError."""
        return _git(self.checkout, "status", "--porcelain").splitlines()


def _git(checkout: Path, *arguments: str) -> str:
    return steps.capture(
        # The caller named it, so git need not check its owner, as in a container's checkout.
        ["git", "-c", f"safe.directory={checkout}", *arguments],
        what=f"git {arguments[0]}",
        cwd=checkout,
        deadline_s=_DEADLINE_S,
    )
