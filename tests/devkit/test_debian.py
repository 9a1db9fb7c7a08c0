"""The mirrors of the machine are found in both forms of apt's configuration."""

from pathlib import Path

import pytest

from devkit import debian, paths, rootfs, steps

ONE_LINE = """
# deb http://commented.example/debian bookworm main
deb [arch=amd64 signed-by=/k.gpg] https://mirror.example/debian bookworm main contrib
deb-src https://mirror.example/debian bookworm main
deb https://mirror.example/security bookworm-security main
deb https://vendor.example/apt vendor-bookworm main
"""

DEB822 = """
Types: deb
URIs: https://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: https://mirror.example/security
Suites: bookworm-security
Components: main

Types: deb
URIs: https://vendor.example/node
Suites: nodistro
Components: main
"""

BOTH = {"main": "https://mirror.example/debian", "security": "https://mirror.example/security"}


def test_one_line_entries() -> None:
    assert debian.mirrors(ONE_LINE, "bookworm") == BOTH


def test_deb822_stanzas() -> None:
    assert debian.mirrors(DEB822, "bookworm") == BOTH


def test_the_first_mirror_of_several_wins() -> None:
    second = "deb https://other.example/debian bookworm main\n"
    assert debian.mirrors(ONE_LINE + second, "bookworm")["main"] == BOTH["main"]


def test_disabled_and_third_party_entries_do_not_count() -> None:
    disabled = DEB822.replace("Types: deb\n", "Types: deb\nEnabled: no\n")
    assert debian.mirrors(disabled, "bookworm") == {}
    assert debian.mirrors("deb https://vendor.example bookworm stable\n", "bookworm") == {}


def test_the_release_of_the_machine_selects_the_entries() -> None:
    assert debian.mirrors(ONE_LINE, "trixie") == {}


def test_base_images_take_their_own_release_from_these_mirrors() -> None:
    rendered = rootfs.sources_list(BOTH)
    assert rendered.count("\n") == 3
    assert " https://mirror.example/debian bookworm main\n" in rendered
    assert " https://mirror.example/security bookworm-security main\n" in rendered


def test_a_base_image_is_keyed_by_its_packages_in_any_order() -> None:
    assert rootfs.reference("x", ["a", "b"]) == rootfs.reference("x", ["b", "a"])
    assert rootfs.reference("x", ["a", "b"]) != rootfs.reference("x", ["a"])


def test_a_package_in_the_cache_is_not_fetched_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORGE_CACHE", str(tmp_path))
    monkeypatch.setenv("PATH", "")  # neither apt-get nor dpkg-deb
    there = tmp_path / "debian" / "prometheus"
    there.mkdir(parents=True)
    assert debian.unpacked("prometheus") == there
    with pytest.raises(steps.StepError, match="apt-get"):
        paths.cache().scratch.mkdir()
        debian.unpacked("promtool")
    assert not (tmp_path / "debian" / "promtool").exists()
