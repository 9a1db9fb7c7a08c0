"""The links of a checkout into the cache."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bootstrap import link


@pytest.mark.parametrize(
    "there",
    [
        lambda path: None,
        lambda path: path.write_text("a file"),
        lambda path: (path / "sub").mkdir(parents=True),
        lambda path: path.symlink_to("nowhere"),
        lambda path: path.symlink_to(path.parent / "target"),
    ],
    ids=["nothing", "a file", "a directory", "a link to nowhere", "the link"],
)
def test_the_link_is_made_whatever_stands_there(
    tmp_path: Path, there: Callable[[Path], object]
) -> None:
    target = tmp_path / "target"
    target.mkdir()
    (target / "kept").touch()
    there(tmp_path / "link")
    link(tmp_path / "link", target)
    assert (tmp_path / "link").readlink() == target
    assert (tmp_path / "link" / "kept").exists()
