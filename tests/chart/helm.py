"""Helm in one process for many renders: most of what a run of its own costs is its start."""

from __future__ import annotations

import atexit
import json
import os
import subprocess
from dataclasses import asdict, dataclass, replace
from functools import cache, lru_cache
from pathlib import Path
from threading import Timer

from devkit import paths
from tests.chart.kept_renders import KeptRenders

RENDERER = paths.LINKS / "bin" / "helm-render"
CHART = paths.REPOSITORY / "charts" / "cardano-node"
RENDER_DEADLINE_S = 60.0
END_DEADLINE_S = 10.0
# Less often than by default: a render leaves little, and a worker may take this memory.
ENVIRONMENT = {**os.environ, "GOGC": "1600"}


@dataclass(frozen=True)
class Request:
    """What `helm template RELEASE CHART --namespace N --kube-version V --values -` is told."""

    chart: str
    release: str
    namespace: str
    kubeVersion: str  # noqa: N815 - a field of tools/go/helm/helm-render/main.go
    values: str


@dataclass(frozen=True)
class Answer:
    """The objects as text, what Helm prints after an installation, or why it refused."""

    manifest: str
    notes: str
    error: str


@lru_cache(maxsize=2048)
def ask(request: Request) -> Answer:
    """Render, or return the answer to the same request before."""
    if Path(request.chart) != CHART:  # a copy, broken on purpose
        return render_anew(request)
    # By any checkout that has the same chart.
    kept, asked = _kept(), json.dumps(asdict(replace(request, chart="")))
    seen = kept.look()
    if (found := kept.find(asked, seen)) is not None:
        return Answer(**found)
    answer = render_anew(request)
    kept.keep(asked, seen, asdict(answer))
    return answer


@cache
def _kept() -> KeptRenders:
    return KeptRenders(paths.cache().root / "renders", CHART, RENDERER.resolve().name)


def render_anew(request: Request) -> Answer:
    """Render, and keep nothing of it."""
    helm = _process()
    assert helm.stdin
    assert helm.stdout
    # A renderer that hangs is ended, and the read of its answer with it.
    alarm = Timer(RENDER_DEADLINE_S, helm.kill)
    alarm.start()
    try:
        helm.stdin.write(json.dumps(asdict(request)) + "\n")
        helm.stdin.flush()
        line = helm.stdout.readline()
    finally:
        alarm.cancel()
    assert line, f"helm-render gave no answer, ended with {helm.wait(END_DEADLINE_S)}: {request}"
    return Answer(**json.loads(line))


@cache
def _process() -> subprocess.Popen[str]:
    atexit.register(end)
    return subprocess.Popen(
        [RENDERER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=ENVIRONMENT
    )


def end() -> None:
    """End the renderer, if one was started."""
    if not _process.cache_info().currsize:
        return
    helm = _process()
    _process.cache_clear()
    assert helm.stdin
    assert helm.stdout
    helm.stdin.close()
    helm.wait(END_DEADLINE_S)
    helm.stdout.close()
