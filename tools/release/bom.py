"""A bill of materials of the sidecar's image, from its locked requirements: CycloneDX, as JSON.

It lists the Python packages, each with the hashes of the files that the build accepts. What the
base image brings is in that image's own.
"""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

SIDECAR = Path(__file__).resolve().parents[1] / "sidecar"
_PACKAGE = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def component(name: str, version: str, hashes: list[str]) -> dict[str, Any]:
    """Return one package. It may be built from any of several files, each an own hash."""
    purl = f"pkg:pypi/{name.lower().replace('_', '-')}@{version}"
    files = [
        {"type": "distribution", "url": purl, "hashes": [{"alg": "SHA-256", "content": found}]}
        for found in hashes
    ]
    return {
        "type": "library",
        "bom-ref": purl,
        "name": name,
        "version": version,
        "purl": purl,
        "externalReferences": files,
    }


def bill(requirements: str, name: str) -> dict[str, Any]:
    """Return the bill of the image `name` by its locked requirements.

    Raises ValueError for a package without a hash.
    """
    parts = _PACKAGE.split(requirements)[1:]
    components = []
    for package, version, rest in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
        hashes = _HASH.findall(rest)
        if not hashes:
            raise ValueError(f"{package}=={version} is locked without a hash")
        components.append(component(package, version, hashes))
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": {"type": "container", "bom-ref": name, "name": name}},
        "components": components,
    }


def main() -> None:
    """Print it."""
    project = tomllib.loads((SIDECAR / "pyproject.toml").read_text())["project"]
    requirements = (SIDECAR / "requirements.txt").read_text()
    print(json.dumps(bill(requirements, project["name"]), indent=2))


if __name__ == "__main__":
    main()
