"""The chart as released: it names its image by digest, and where everything about it is."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

import valuesdefaults
from devkit import steps
from devkit.images import SIDECAR
from devkit.steps import StepError

if TYPE_CHECKING:
    from pathlib import Path

#: Its folder in the repository.
FOLDER = "charts/cardano-node"
_DEADLINE_S = 60.0
_LINK = re.compile(r"\]\((?:\.\./)+([^)]+)\)")
_HERE = re.compile(r"\]\((?!\w+:|#|/)([^)]+)\)")
_MARKDOWN_LINK = re.compile(r"\[([^]]*)\]\([^)]*\)")
_KINDS = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


@dataclass(frozen=True)
class Released:
    """What a chart is released with.

    `files`: where the repository's released files are. `source`: its page.
    """

    version: str
    files: str
    source: str
    #: Where charts are in the registry.
    charts: str
    #: The sidecar's image, without tag, and its digest.
    image: str
    digest: str

    def page(self, path: str) -> str:
        """Return the address of a file of the repository as it is in this version."""
        return f"{self.files}/{path}"


def metadata(chart: Path) -> dict[str, Any]:
    """Return what Chart.yaml says."""
    found: dict[str, Any] = yaml.safe_load((chart / "Chart.yaml").read_text())
    return found


def settle(chart: Path, released: Released, changelog: str) -> None:
    """Write into a copy of the chart what it is released with.

    Raises:
        StepError: values.yaml lacks a value that must be set.

    """
    values = chart / "values.yaml"
    text = values.read_text()
    for key, value in (("repository", released.image), ("digest", released.digest)):
        text = with_scalar(text, ("image", "forgeManager", key), value)
    values.write_text(text)
    schema = json.loads((chart / "values.schema.json").read_text())
    defaults = valuesdefaults.document(schema, yaml.safe_load(text))
    (chart / "files" / "defaults.json").write_text(defaults)
    readme = chart / "README.md"
    readme.write_text(with_addresses(readme.read_text(), released))
    said = metadata(chart) | _metadata(released)
    said["annotations"] |= _annotations(chart, released, changelog)
    (chart / "Chart.yaml").write_text(yaml.safe_dump(said, sort_keys=False, width=1000))


def package(helm: Path, chart: Path, into: Path) -> Path:
    """Return the packaged chart. Raises StepError."""
    steps.run(
        [helm, "package", chart, "--destination", into], what="helm package", deadline_s=_DEADLINE_S
    )
    (made,) = into.glob("*.tgz")
    return made


def with_scalar(text: str, path: tuple[str, ...], value: str) -> str:
    """Return YAML in which the scalar at `path` is `value`, and all else as it was.

    Raises:
        StepError: there is none.

    """
    node = yaml.compose(text)
    for key in path:
        entries = node.value if isinstance(node, yaml.MappingNode) else ()
        node = next((inner for name, inner in entries if name.value == key), None)
    if not isinstance(node, yaml.ScalarNode):
        raise StepError(f"values.yaml has no {'.'.join(path)}")
    return text[: node.start_mark.index] + json.dumps(value) + text[node.end_mark.index :]


def with_addresses(page: str, released: Released) -> str:
    """Return a page of the chart whose links and addresses hold outside the repository."""
    page = _LINK.sub(lambda found: f"]({released.page(found[1])})", page)
    page = _HERE.sub(lambda found: f"]({released.page(f'{FOLDER}/{found[1]}')})", page)
    page = re.sub(r"oci://\S+/cardano-node\b", f"oci://{released.charts}/cardano-node", page)
    page = re.sub(r"ghcr\.io/[^/\s]+/cardano-forge-manager\b", released.image, page)
    return re.sub(r"https://github\.com/[^/\s]+/cardano-forge-manager\b", released.source, page)


def changes(changelog: str, version: str) -> list[dict[str, str]]:
    """Return the entries of a version, or of the unreleased part, in Artifact Hub's form."""
    sections = re.split(r"^## (.+)\n", changelog, flags=re.MULTILINE)
    by_title = dict(zip(sections[1::2], sections[2::2], strict=True))
    found = next(
        (text for title, text in by_title.items() if version in title.split()),
        by_title.get("Unreleased", ""),
    )
    parts = re.split(r"^### (.+)\n", found, flags=re.MULTILINE)
    return [
        {"kind": kind.lower(), "description": _MARKDOWN_LINK.sub(r"\1", line.removeprefix("- "))}
        for kind, text in zip(parts[1::2], parts[2::2], strict=True)
        for line in text.splitlines()
        if kind in _KINDS and line.startswith("- ")
    ]


def _metadata(released: Released) -> dict[str, Any]:
    owner = released.source.rsplit("/", 2)[1]
    return {
        "home": released.source,
        "sources": [released.source],
        "icon": released.page("docs/icon.svg") + "?raw=true",
        "maintainers": [{"name": owner, "url": released.source.rsplit("/", 1)[0]}],
    }


def _annotations(chart: Path, released: Released, changelog: str) -> dict[str, str]:
    """Return what Artifact Hub reads (https://artifacthub.io/docs/topics/annotations/helm/)."""
    crds = [yaml.safe_load(file.read_text()) for file in sorted((chart / "crds").glob("*.yaml"))]
    pages = {"Documentation": "README.md", "Changes": "CHANGELOG.md", "Security": "SECURITY.md"}
    found = {
        "images": [{"name": SIDECAR.repository, "image": f"{released.image}@{released.digest}"}],
        "crds": [
            {
                "kind": crd["spec"]["names"]["kind"],
                "version": crd["spec"]["versions"][-1]["name"],
                "name": crd["metadata"]["name"],
                "displayName": crd["spec"]["names"]["kind"],
                "description": _description(crd),
            }
            for crd in crds
        ],
        "links": [{"name": name, "url": released.page(page)} for name, page in pages.items()],
        "changes": changes(changelog, released.version),
    }
    dumped = {
        name: yaml.safe_dump(value, sort_keys=False, width=1000) for name, value in found.items()
    }
    return {f"artifacthub.io/{name}": text for name, text in dumped.items()}


def _description(crd: dict[str, Any]) -> str:
    described: str = crd["spec"]["versions"][-1]["schema"]["openAPIV3Schema"]["description"]
    return described
