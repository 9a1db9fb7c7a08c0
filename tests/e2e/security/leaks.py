"""Everything that a release says or records, and whether key bytes are in it."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import TYPE_CHECKING

from devkit import paths, steps
from forge_manager.commands.timeline.observations import MANAGER
from tests.support.producer import NAME, POD

if TYPE_CHECKING:
    from devkit.namespace import Namespace
    from tests.support.keys import CredentialFiles

_WINDOW = 12  # bytes: short enough to find a part, too long to be there by chance
_OBJECTS = "pods,events,leases,configmaps,services,statefulsets,cardanoleaders,serviceaccounts"
_ASK = """
import sys, urllib.error, urllib.request
for path in ("startup-status", "metrics", "health", "node-ready", "node-liveness", "nowhere"):
    try:
        answer = urllib.request.urlopen("http://127.0.0.1:8000/" + path, timeout=5)
    except urllib.error.HTTPError as error:
        answer = error
    print(answer.status, answer.headers, answer.read().decode())
"""


def spellings(keys: CredentialFiles) -> set[str]:
    """Return every part of the signing keys as hex, as base64 and as Python shows bytes.

    In base64 also of the files themselves, as a Secret has them.
    """
    found: set[str] = set()
    for file in (keys.by_name()["kes.skey"], keys.by_name()["vrf.skey"]):
        text = json.loads(file)["cborHex"]
        key = bytes.fromhex(text)
        for start in range(len(key) - _WINDOW + 1):
            part = key[start : start + _WINDOW]
            if len(set(part)) > 1:  # zeros are no secret
                shown = repr(part)[2:-1]
                found |= {part.hex(), part.hex().upper(), b64encode(part).decode(), shown}
        found |= {
            b64encode(text[start : start + 2 * _WINDOW].encode()).decode()
            for start in range(len(text) - 2 * _WINDOW + 1)
        }
    return found


def said(namespace: Namespace, containers: list[str]) -> dict[str, str]:
    """Return what a release says, by where it says it."""
    texts = {f"log of {name}": namespace.logs(POD, name) for name in containers}
    ask = ("exec", POD, f"--container={MANAGER}", "--", "python3", "-c", _ASK)
    texts["HTTP"] = namespace.run(*ask)
    texts["objects"] = namespace.run("get", _OBJECTS, "--output=yaml")
    texts["helm get all"] = steps.capture(
        [paths.LINKS / "bin" / "helm", "get", "all", NAME, "--namespace", namespace.name],
        what="helm get all",
        env={"KUBECONFIG": str(namespace.kubectl.kubeconfig)},
    )
    return texts
