"""Every link of a page leads to a file and a heading that exist; external ones are well formed."""

from __future__ import annotations

import urllib.parse

import pytest

from devkit.paths import REPOSITORY
from tests.docs.pages import Page, pages


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_its_links_lead_somewhere(page: Page) -> None:
    broken = [
        f"{page.name}:{line}: {link}: {fault}"
        for line, link in page.links
        if (fault := _fault(page, link))
    ]
    assert not broken, "\n".join(broken)


def _fault(page: Page, link: str) -> str:
    parts = urllib.parse.urlsplit(link)
    if parts.scheme:
        return "" if parts.scheme == "https" and "." in parts.netloc else "is not https://host/…"
    target = (page.path.parent / parts.path).resolve() if parts.path else page.path
    if not target.exists() or REPOSITORY not in target.parents:
        return "there is no such file"
    if parts.fragment and parts.fragment not in Page(target).anchors:
        return (
            f"{target.name} has no such heading; it has {', '.join(sorted(Page(target).anchors))}"
        )
    return ""


def test_a_page_that_nothing_links_to_is_not_forgotten() -> None:
    """Every page of docs/ can be reached from the README by links (runbooks by their folder)."""
    seen: set[Page] = set()
    todo = [Page(REPOSITORY / "README.md")]
    while todo:
        page = todo.pop()
        if page in seen:
            continue
        seen.add(page)
        for _, link in page.links:
            target = (page.path.parent / link.partition("#")[0]).resolve()
            found = [target] if target.suffix == ".md" else sorted(target.glob("*.md"))
            todo += [Page(path) for path in found if path.is_file()]
    documents = {page.name for page in pages() if page.name.startswith("docs/")}
    lost = documents - {page.name for page in seen}
    assert not lost, f"no way leads from README.md to {', '.join(sorted(lost))}"
