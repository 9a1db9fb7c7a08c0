"""Signatures and statements about what is released, by cosign.

With a key, nothing about it is published in a public log: for a private registry. Without one,
cosign uses the identity that the workflow runs under, and the log records that it signed.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from devkit import steps
from devkit.steps import StepError

if TYPE_CHECKING:
    from pathlib import Path

_DEADLINE_S = 5 * 60.0
_PASSWORD = "COSIGN_PASSWORD"  # noqa: S105 (its name)
# Where cosign finds a workflow's identity: GitHub's, or any token.
_IDENTITIES = ("ACTIONS_ID_TOKEN_REQUEST_URL", "SIGSTORE_ID_TOKEN")
_SECRETS = (_PASSWORD, *_IDENTITIES, "ACTIONS_ID_TOKEN_REQUEST_TOKEN")


def taken_secrets() -> dict[str, str]:
    """Remove from this process's environment what only cosign may see, and return it."""
    return {name: os.environ.pop(name) for name in _SECRETS if name in os.environ}


@dataclass(frozen=True)
class Signer:
    """Signs by a private key (COSIGN_PASSWORD opens it), or by the workflow's identity.

    `secrets`: those that cosign gets in its environment.
    """

    cosign: Path
    key: Path | None
    secrets: dict[str, str] = field(repr=False)

    def __post_init__(self) -> None:
        """Check that there is something to sign with. Raises StepError."""
        if self.key:
            self._open()
        elif not any(map(self.secrets.get, _IDENTITIES)):
            raise StepError(
                "nothing to sign with: name a key (KEY=cosign.key, made by cosign "
                "generate-key-pair), or run in a workflow that has an identity (id-token: write)"
            )

    def _open(self) -> None:
        """Open the key now: later, there would be an image without a signature."""
        if not (self.key and self.key.is_file()):
            raise StepError(f"KEY {self.key} is not a file: make one with cosign generate-key-pair")
        if _PASSWORD not in self.secrets:
            raise StepError(
                f"{_PASSWORD} is not set: set it to the password of {self.key} (empty for none)"
            )
        steps.capture(
            [self.cosign, "public-key", f"--key={self.key}"],
            what=f"open {self.key}",
            env=self.secrets,
        )

    def sign(self, reference: str) -> None:
        """Sign what a digest names, and each image of an index. Raises StepError."""
        self._cosign("sign", "--recursive", reference)

    def attest(self, reference: str, kind: str, predicate: dict[str, Any], scratch: Path) -> None:
        """Attach a signed statement of this kind (cosign attest --type). Raises StepError."""
        file = scratch / f"{kind}.json"
        file.write_text(json.dumps(predicate))
        self._cosign("attest", f"--type={kind}", f"--predicate={file}", reference)

    def _cosign(self, command: str, *arguments: str) -> None:
        by = [f"--key={self.key}", "--tlog-upload=false"] if self.key else []
        steps.run(
            [self.cosign, command, "--yes", *by, *arguments],
            what=f"cosign {command}",
            deadline_s=_DEADLINE_S,
            env=self.secrets,
        )
