"""A release of a clean clone, made as somebody with a registry of their own does."""

from __future__ import annotations

import os
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from devkit import paths, steps

PASSWORD = "lives as long as the test"  # noqa: S105
MAKE_DEADLINE_S = 1500.0


@dataclass(frozen=True)
class Outcome:
    """How `make release` ended, and what it said."""

    code: int
    said: str
    seconds: float


@dataclass(frozen=True)
class Released:
    """The registry that a clean clone was released into, and the key that signed it."""

    #: Such as localhost:5000.
    address: str
    checkout: Path
    key: Path
    outcome: Outcome

    @property
    def public_key(self) -> Path:
        return self.key.with_suffix(".pub")

    @property
    def image(self) -> str:
        """The image by its tag."""
        return f"{self.address}/cardano-forge-manager"

    def release(self, *variables: str, checkout: Path | None = None) -> Outcome:
        """Call `make release` with further variables."""
        return make(
            checkout or self.checkout,
            "release",
            *(f"REGISTRY={self.address}", f"KEY={self.key}", *variables),
        )

    def cosign(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Call cosign as somebody who has the public key; nothing is asked of a log."""
        by = (f"--key={self.public_key}", "--insecure-ignore-tlog=true")
        return run("cosign", arguments[0], *by, *arguments[1:])


def make(checkout: Path, *arguments: str, **environment: str) -> Outcome:
    began = time.monotonic()
    done = subprocess.run(
        ["make", "-C", str(checkout), *arguments],
        capture_output=True,
        text=True,
        timeout=MAKE_DEADLINE_S,
        check=False,
        env={
            **{name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
            "COSIGN_PASSWORD": PASSWORD,
            **environment,
        },
    )
    said = done.stdout + done.stderr
    steps.say(said)
    return Outcome(done.returncode, said, time.monotonic() - began)


def run(tool: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Call a tool of the release."""
    return subprocess.run(
        [paths.LINKS / "bin" / tool, *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, "COSIGN_PASSWORD": PASSWORD},
    )
