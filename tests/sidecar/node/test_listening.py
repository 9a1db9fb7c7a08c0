"""The kernel's list of local sockets, as it is and as somebody may make it look."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from forge_manager.node.listening import NOT_LISTED, Listing, look_up, read_list

HEAD = "Num       RefCount Protocol Flags    Type St Inode Path\n"
NAME = "/ipc/node.socket"


def entry(name: str, inode: int = 39102, flags: str = "00010000", state: str = "01") -> str:
    """A line as the kernel writes it: a stream socket's, the inode in at least five places."""
    line = f"0000000041124bd2: 00000002 00000000 {flags} 0001 {state} {inode:5}"
    return f"{line} {name}" if name else line


def listed(*lines: str, name: str = NAME) -> Listing:
    return look_up((HEAD + "".join(f"{line}\n" for line in lines)).encode(), name.encode())


def found(*lines: str, name: str = NAME) -> set[int]:
    return set(listed(*lines, name=name).listening)


WAITING = entry(NAME, inode=0, flags="00000000", state="02")


def test_a_listener_is_found_by_its_name() -> None:
    assert found(entry("/other"), entry(NAME), entry("")) == {39102}
    assert found(entry(NAME, inode=7)) == {7}
    assert found(entry("./node.socket"), name="./node.socket") == {39102}


def test_what_does_not_listen_is_none() -> None:
    connected = entry(NAME, flags="00000000", state="03")
    assert found(connected, WAITING) == set()
    assert found() == set()


def test_a_connection_that_waits_to_be_accepted_is_told_from_one_that_was() -> None:
    connected = entry(NAME, flags="00000000", state="03")
    assert listed(entry(NAME), connected) == Listing(frozenset({39102}), waiting=False)
    assert listed(entry(NAME), connected, WAITING) == Listing(frozenset({39102}), waiting=True)
    assert not listed(entry(NAME), WAITING.replace(NAME, "/other")).waiting


def test_a_longer_or_a_shorter_name_is_another() -> None:
    assert found(entry(NAME + ".old"), entry("/host" + NAME), entry("/ipc/nodeXsocket")) == set()
    assert found(entry(NAME + " "), entry("@" + NAME)) == set()


def test_two_of_one_name_are_both_found() -> None:
    assert found(entry(NAME, inode=1), entry(NAME, inode=2)) == {1, 2}


def test_a_name_with_newlines_is_at_most_one_listener_more() -> None:
    """The kernel writes names as they are, so this is what it writes for it."""
    hostile = f"/x\n{entry(NAME, inode=666)}\n{HEAD}\n: 1"
    assert found(entry(NAME, inode=1), entry(hostile, inode=2)) == {1, 666}


@pytest.mark.parametrize(
    "line",
    [
        entry(NAME)[:40],
        entry(NAME).replace("00010000", "0001000"),
        entry(NAME, inode=10**25),
        NAME,
        "",
        "\0\xff\r " + NAME,
    ],
    ids=["cut", "short flags", "huge inode", "only the name", "empty", "rubbish"],
)
def test_a_line_that_is_not_the_kernels_is_passed_over(line: str) -> None:
    assert found(line, entry("/other")) == set()
    assert found(line, entry(NAME)) == {39102}


def test_the_list_of_this_machine_has_a_socket_that_listens_here(tmp_path: Path) -> None:
    path = tmp_path / "node.socket"
    with socket.socket(socket.AF_UNIX) as listener:
        own = frozenset({os.fstat(listener.fileno()).st_ino})
        listener.bind(str(path))
        assert _on_this_machine(path) == NOT_LISTED, "bound only"
        listener.listen()
        assert _on_this_machine(path) == Listing(own, waiting=False)
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(str(path))
            assert _on_this_machine(path) == Listing(own, waiting=True)
            with listener.accept()[0]:
                assert _on_this_machine(path) == Listing(own, waiting=False)
    assert _on_this_machine(path) == NOT_LISTED


def test_a_list_that_is_too_long_or_unreadable_says_nothing(tmp_path: Path) -> None:
    path = tmp_path / "unix"
    assert read_list(path) is None
    path.write_bytes(b"x" * 10_000)
    assert read_list(path, 10_000) == b"x" * 10_000
    assert read_list(path, 9_999) is None
    assert read_list(tmp_path) is None, "a directory"


def _on_this_machine(path: Path) -> Listing:
    content = read_list()
    assert content is not None
    return look_up(content, os.fsencode(path))
