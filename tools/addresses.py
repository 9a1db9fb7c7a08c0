"""Where the project is published, in every document that says so.

`python tools/addresses.py` rewrites them from one line, `home` in Chart.yaml, with its version.
Charts and images are packages of the same owner (ghcr.io for GitHub).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]
CHART = ROOT / "charts" / "cardano-node"
_NAME = "cardano-forge-manager"
_OWNER = "[A-Za-z0-9-]+"
#: The owner of a repository that has not been given one yet.
PLACEHOLDER = "OWNER"
_REGISTRY = "ghcr.io/"
# What stands before an owner and after.
_FORMS = (
    ("github.com/", f"/{_NAME}"),
    ("raw.githubusercontent.com/", f"/{_NAME}"),
    (_REGISTRY, "/charts/cardano-node"),
    (_REGISTRY, f"/{_NAME}"),
)


@dataclass(frozen=True)
class Addresses:
    """The owner of the repository, from its page, and the version shown in image references."""

    owner: str
    version: str

    @classmethod
    def of(cls, home: str, version: str) -> Addresses:
        """Return those of a page. Raises ValueError if it is not on GitHub."""
        found = re.fullmatch(rf"https://github\.com/({_OWNER})/{_NAME}", home)
        if not found:
            raise ValueError(f"home of Chart.yaml, {home}: not https://github.com/OWNER/{_NAME}")
        return cls(found[1], version)

    def written(self, text: str) -> str:
        """Return a document with these addresses in place of others of the same form."""
        for before, after in _FORMS:
            form = f"{re.escape(before)}{_OWNER}{re.escape(after)}\\b"
            # A registry accepts no capitals; the placeholder must be visible.
            lower = before == _REGISTRY and self.owner != PLACEHOLDER
            owner = self.owner.lower() if lower else self.owner
            text = re.sub(form, f"{before}{owner}{after}", text)
        shown = rf"(/{_NAME}:|/charts/cardano-node:|@refs/tags/v)\d+\.\d+\.\d+"
        return re.sub(shown, rf"\g<1>{self.version}", text)


def documents() -> list[Path]:
    """Return the documents that may name them."""
    pages = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("examples/*.yaml")]
    return [*pages, CHART / "README.md", CHART / "values.schema.json"]


def main() -> None:
    """Write them."""
    said = yaml.safe_load((CHART / "Chart.yaml").read_text())
    addresses = Addresses.of(said["home"], said["version"])
    for document in documents():
        text = document.read_text()
        if (written := addresses.written(text)) != text:
            document.write_text(written)


if __name__ == "__main__":
    main()
