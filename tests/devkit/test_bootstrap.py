"""The links of a checkout into the cache, and what is compiled while packages are installed."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from bootstrap import headstart, link
from devkit import steps

#: Compiles for a minute.
SLOW_GO = """\
#!/bin/sh
if [ "$1" = env ]; then echo go1.99.0 auto; exit; fi
echo $$ > "$(dirname "$0")/started"
exec sleep 60
"""


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


def test_the_compiler_is_ended_with_the_installation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go = tmp_path / "go"
    go.write_text(SLOW_GO)
    go.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    started = tmp_path / "started"
    with headstart():
        number = steps.wait_for(
            "the compiler to start",
            lambda: started.read_text().strip() if started.exists() else "",
            deadline_s=30,
        )
        assert Path("/proc", number).exists()
    # The process that started it has waited for it, so it is gone altogether.
    assert not Path("/proc", number).exists()


def test_an_installation_goes_on_without_a_compiler(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with headstart():
        pass
