"""The cache is found where the environment says, and nobody else's folder is taken for it."""

from pathlib import Path

import pytest

from devkit import mounts, paths
from devkit.paths import Cache


def test_the_cache_follows_the_environment() -> None:
    assert paths.cache({"FORGE_CACHE": "/f", "XDG_CACHE_HOME": "/x"}).root == Path("/f")
    assert paths.cache({"XDG_CACHE_HOME": "/x"}).root == Path("/x/cardano-forge-manager")
    home = Path.home() / ".cache" / "cardano-forge-manager"
    assert paths.cache({}).root == home
    assert paths.cache({"FORGE_CACHE": "", "XDG_CACHE_HOME": ""}).root == home


def test_a_folder_with_other_contents_is_refused(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("")
    with pytest.raises(ValueError, match="not ours"):
        Cache(tmp_path).create()
    assert not Cache(tmp_path).is_ours()


def test_a_folder_that_holds_what_is_made_before_it_alone_is_ours(tmp_path: Path) -> None:
    root = tmp_path / "fresh"
    (root / "venv").mkdir(parents=True)
    (root / "bytecode").mkdir()
    Cache(root).create()
    Cache(root).create()
    assert Cache(root).is_ours()


def test_a_file_in_the_place_of_the_cache_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ValueError, match=r"file cannot be used as a cache"):
        Cache(tmp_path / "file").create()


def test_mounts_inside_a_folder_are_found_the_deepest_first() -> None:
    info = "\n".join(
        f"36 35 98:0 / {point} rw,noatime - ext4 /dev/x rw"
        for point in (
            "/",
            "/c/engine/data",
            "/c/engine/data/overlay2/a/merged",
            r"/c/a\040b",
            "/cx",
        )
    )
    assert mounts.under(info, Path("/c")) == [
        "/c/engine/data/overlay2/a/merged",
        "/c/engine/data",
        "/c/a b",
    ]
