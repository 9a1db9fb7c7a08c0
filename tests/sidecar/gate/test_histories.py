"""Any history of updates, faults and restarts: a whole accepted set is in place, or none."""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from forge_manager.fence import swapped_set
from tests.sidecar.conftest import Volumes
from tests.sidecar.gate.test_provisioner import GOOD, NEWER, Bench

if TYPE_CHECKING:
    from collections.abc import Callable

ACCEPTED = [GOOD.by_name(), NEWER.by_name()]
SECRETS: dict[str, dict[str, bytes]] = {
    "good": ACCEPTED[0],
    "newer": ACCEPTED[1],
    "mixed": GOOD.with_kes_of(NEWER).by_name(),
    "partial": {"kes.skey": GOOD.kes_skey, "node.cert": GOOD.op_cert},
    "empty": ACCEPTED[0] | {"vrf.skey": b""},
    "garbage": ACCEPTED[1] | {"node.cert": b"\xff"},
    "none": {},
}
_WRITE = swapped_set._write_file
_REPLACE = Path.replace

_action = st.one_of(
    st.sampled_from(sorted(SECRETS)),
    st.sampled_from(["restart", "full", "no rename", "mended"]),
    st.floats(0.1, 40.0),
)


@settings(max_examples=100)
@given(st.lists(_action, min_size=1, max_size=15))
def test_the_node_is_never_given_anything_else(history: list[str | float]) -> None:
    with tempfile.TemporaryDirectory() as directory:
        _play(directory, history)


def _play(directory: str, history: list[str | float]) -> None:
    volumes = Volumes(Path(directory))
    volumes.source.mkdir()
    volumes.target.mkdir()
    bench = Bench(volumes)
    fault, given_set, was_ready = "mended", "none", False
    for action in history:
        seconds = 0.5
        if isinstance(action, float):
            seconds = action
        elif action in SECRETS:
            bench.secret.update(SECRETS[action])
            given_set = action
        elif action == "restart":
            bench.restart()
        else:
            fault = action
        with (
            patch.object(swapped_set, "_write_file", _failing(_WRITE, fault == "full")),
            patch.object(Path, "replace", _failing(_REPLACE, fault == "no rename")),
        ):
            state = bench.step(seconds)
        in_place = bench.in_place
        assert in_place is None or in_place in ACCEPTED
        if state is not None:
            assert state.ready == (in_place is not None)
            was_ready = was_ready or state.ready
        assert in_place is not None or not was_ready, "what was put in place stays"
    bench.step(60)
    if given_set in ("good", "newer"):
        assert bench.in_place == SECRETS[given_set], "when faults stop, the source is followed"


def _failing(real: Callable[..., object], fails: bool) -> Callable[..., object]:
    def act(*arguments: object) -> object:
        if fails and "/target/" in str(arguments[0]):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(*arguments)

    return act
