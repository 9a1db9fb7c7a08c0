"""A bill of materials of the sidecar's image: CycloneDX 1.5, as JSON.

`python -m release.bom` prints the Python packages, each with the hashes of the files that the build
accepts. A release adds the Debian packages below them, from the records that they bring.
"""

from __future__ import annotations

import json
import re
import tomllib
from email.parser import Parser
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from devkit import paths

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SIDECAR = paths.REPOSITORY / "sidecar"
#: How cosign calls the format, and where the format is defined.
PREDICATE = "cyclonedx"
# As os-release(5) of the base names it: ID and VERSION_ID.
_DISTRO = "debian-12"
_PACKAGE = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")

Component = dict[str, Any]


def python_packages(requirements: str) -> Iterator[Component]:
    """Give every locked package; it may be installed from any of several files, each an own hash.

    Raises ValueError for a package without a hash.
    """
    parts = _PACKAGE.split(requirements)[1:]
    for name, version, rest in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
        hashes = _HASH.findall(rest)
        if not hashes:
            raise ValueError(f"{name}=={version} is locked without a hash")
        purl = f"pkg:pypi/{name.lower().replace('_', '-')}@{version}"
        files = [
            {"type": "distribution", "url": purl, "hashes": [{"alg": "SHA-256", "content": found}]}
            for found in hashes
        ]
        yield _component(name, version, purl) | {"externalReferences": files}


def debian_packages(records: Iterable[Path]) -> Iterator[Component]:
    """Give every package by its control file (deb-control(5)), named as package URLs are."""
    for record in sorted(records):
        said = Parser().parsestr(record.read_text())
        name, version, processor = said["Package"], said["Version"], said["Architecture"]
        # https://github.com/package-url/purl-spec, types: deb
        # Advisories are about sources: NAME, or NAME (VERSION) where that is another.
        source = (said["Source"] or name).partition(" ")[0]
        where = f"arch={processor}&distro={_DISTRO}&upstream={quote(source)}"
        purl = f"pkg:deb/debian/{name}@{quote(version, safe=':~')}?{where}"
        hashes = [{"alg": "SHA-256", "content": said["SHA256"]}]
        yield _component(name, version, purl) | {"hashes": hashes}


def operating_system() -> Component:
    """Return Debian itself: a scanner looks only for packages of a system that it knows."""
    name, version = _DISTRO.split("-")
    return {"type": "operating-system", "bom-ref": _DISTRO, "name": name, "version": version}


def bill(name: str, version: str, components: Iterable[Component]) -> dict[str, Any]:
    """Return the bill of the image `name`; what several processors share is listed once."""
    subject = {"type": "container", "bom-ref": name, "name": name, "version": version}
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": subject},
        "components": list({each["bom-ref"]: each for each in components}.values()),
    }


def _component(name: str, version: str, purl: str) -> Component:
    return {"type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl}


def main() -> None:
    """Print the Python packages of the checkout."""
    project = tomllib.loads((SIDECAR / "pyproject.toml").read_text())["project"]
    packages = python_packages((SIDECAR / "requirements.txt").read_text())
    print(json.dumps(bill(project["name"], "checkout", packages), indent=2))


if __name__ == "__main__":
    main()
