"""One process makes the rounds of many guards."""

from __future__ import annotations

from pathlib import Path

from bench.scale.guards import Guards
from tests.sidecar.guard.pod import Pod
from tests.sidecar.waiting import until


def _pod(root: Path, name: str) -> Pod:
    (root / name).mkdir()
    return Pod(root / name)


def _beat_ns(pod: Pod) -> int:
    beat = pod.state.heartbeat()
    return beat.beat_ns if beat else 0


def test_each_pod_is_guarded_until_it_is_removed(tmp_path: Path) -> None:
    first, second = _pod(tmp_path, "first"), _pod(tmp_path, "second")
    with Guards(tmp_path / "log") as guards:
        for pod in (first, second):
            guards.add(pod.root.name, pod.environment())
        until(lambda: _beat_ns(first) and _beat_ns(second), "two heartbeats")
        guards.remove("first")
        until(lambda: _beat_ns(second) - _beat_ns(first) > 1_000_000_000, "only the second's")
        assert guards.ended() == []
    assert guards.ended() == ["all guards"]
