"""Try thousands of random sets of values on the cluster; what is invalid is told with its set."""

from __future__ import annotations

import argparse
import multiprocessing
import secrets
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from devkit import environment, paths, steps, toolchain
from devkit.kubectl import Kubectl
from devkit.namespace import Namespace
from tests.chart.rendering import Object, Rendered, render_anew
from tests.e2e.framework import namespaces
from tests.e2e.framework.dry_run import DryRun
from tests.e2e.values import operator_kinds, trial
from tests.e2e.values.trial import Verdict

_BATCH = 250
_BATCH_DEADLINE_S = 20 * 60.0


def main() -> int:
    """Run; 0 when nothing was invalid."""
    parser = argparse.ArgumentParser(prog="python -m tests.e2e.values", description=__doc__)
    parser.add_argument("--sets", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1_000_000))
    parser.add_argument("--processes", type=int, default=2)
    arguments = parser.parse_args()
    steps.say(f"{arguments.sets} sets of values, seed {arguments.seed}")
    cluster = environment.load().cluster
    kubectl = Kubectl(paths.LINKS / "bin" / "kubectl", cluster.kubeconfig)
    namespace = Namespace(kubectl, f"values-{secrets.token_hex(3)}")
    whole = Verdict()
    with operator_kinds.known(kubectl):
        namespaces.create(namespace)
        namespaces.admit_all_pods(namespace)
        try:
            tried = try_all(cluster.kubeconfig, namespace.name, arguments)
            for verdict in tried:
                whole.add(verdict)
                steps.say(f"- {whole.tried} tried, {whole.invalid.total()} invalid")
        finally:
            namespaces.begin_deletion(kubectl, namespace.name)
    steps.say(f"seed {arguments.seed}: {whole}")
    return 1 if whole.invalid else 0


def try_all(kubeconfig: Path, namespace: str, arguments: argparse.Namespace) -> Iterator[Verdict]:
    """Try batches side by side, each within its deadline."""
    sizes = [_BATCH] * (arguments.sets // _BATCH) + [arguments.sets % _BATCH]
    pool = multiprocessing.Pool(arguments.processes)
    with pool:  # ends its processes, whatever they do
        batches = [
            pool.apply_async(batch, (kubeconfig, namespace, size, arguments.seed * 1_000 + number))
            for number, size in enumerate(filter(None, sizes))
        ]
        for each in batches:
            yield each.get(_BATCH_DEADLINE_S)


def batch(kubeconfig: Path, namespace: str, sets: int, seed: int) -> Verdict:
    """Try so many, in a process of its own."""
    with closing(DryRun(kubeconfig, namespace)) as server:
        return trial.run(sets, seed, server, anew)


def anew(values: Object) -> Rendered:
    """Render for the cluster's version, and keep nothing of it."""
    return render_anew(values, kube_version=toolchain.kubernetes_version())


if __name__ == "__main__":
    raise SystemExit(main())
