"""A registry of images and charts (OCI distribution-spec v1.1), used through crane and helm."""

from __future__ import annotations

import ipaddress
import re
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import TYPE_CHECKING

from devkit import steps
from devkit.steps import StepError

if TYPE_CHECKING:
    from pathlib import Path

_DEADLINE_S = 10 * 60.0
# What a registry answers for what it does not have (distribution-spec v1.1, error codes); some give
# only the status, and ghcr.io may deny what has not been pushed yet: without the right to push, the
# push itself fails.
_ABSENT = re.compile("MANIFEST_UNKNOWN|NAME_UNKNOWN|404 Not Found|status code 404|DENIED")
_PING_S = 10.0
_ADDRESS = re.compile(r"[a-z0-9.-]+(:\d+)?(/[a-z0-9._-]+)*")


@dataclass(frozen=True)
class Registry:
    """A registry, or a folder in it, such as ghcr.io/owner; `crane` and `helm` are its clients."""

    address: str
    crane: Path
    helm: Path

    def __post_init__(self) -> None:
        """Check the form of the address, which is in lower case. Raises StepError."""
        object.__setattr__(self, "address", self.address.lower())
        if not _ADDRESS.fullmatch(self.address):
            raise StepError(
                f"REGISTRY {self.address!r} is not the address of a registry: use "
                "HOST[:PORT][/FOLDER], without a scheme"
            )

    @property
    def charts(self) -> str:
        """Where the charts are."""
        return f"{self.address}/charts"

    def has(self, reference: str) -> bool:
        """Tell whether there is such a tag or digest. Raises StepError if it does not answer."""
        try:
            self._crane("digest", reference)
        except StepError as error:
            if _ABSENT.search(str(error)):
                return False
            raise
        return True

    def push_image(self, layout: Path, repository: str, digest: str) -> str:
        """Push a layout of one index by its digest, without a tag; return the reference."""
        reference = f"{repository}@{digest}"
        self._crane("push", str(layout), reference)
        return reference

    def tag(self, reference: str, tag: str) -> None:
        """Make a tag point to what is there."""
        self._crane("tag", reference, tag)

    def push_chart(self, archive: Path, name: str) -> str:
        """Push a packaged chart of this name; return its reference by digest."""
        plain = ["--plain-http"] if _is_plain(self.address.partition("/")[0]) else []
        log = steps.run(
            [self.helm, "push", *plain, archive, f"oci://{self.charts}"],
            what="helm push",
            deadline_s=_DEADLINE_S,
        )
        found = re.search(r"^Digest: (sha256:[0-9a-f]{64})$", log.read_text(), re.MULTILINE)
        if not found:
            raise StepError(f"helm push named no digest; see {log}")
        return f"{self.charts}/{name}@{found[1]}"

    def _crane(self, command: str, *arguments: str) -> None:
        steps.run(
            [self.crane, command, *arguments], what=f"crane {command}", deadline_s=_DEADLINE_S
        )


def _is_plain(host: str) -> bool:
    """Tell whether to ask a registry without TLS.

    As crane and cosign decide (go-containerregistry, name.Registry.Scheme): one at a local or
    private address that does not answer with TLS.
    """
    name = host.rpartition(":")[0] or host
    if not (name == "localhost" or name.endswith(".local") or _is_private(name)):
        return False
    try:
        with urllib.request.urlopen(f"https://{host}/v2/", timeout=_PING_S):
            return False
    except urllib.error.HTTPError:
        return False
    except OSError:
        return True


def _is_private(name: str) -> bool:
    try:
        return ipaddress.ip_address(name).is_private
    except ValueError:
        return False
