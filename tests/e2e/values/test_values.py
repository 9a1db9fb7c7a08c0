"""What schema and checks let through, a real API server takes: 500 random sets of values."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from devkit import toolchain
from tests.chart.rendering import Object, Rendered, render
from tests.e2e.framework.dry_run import DryRun
from tests.e2e.framework.namespaces import admit_all_pods
from tests.e2e.framework.record import FIGURES
from tests.e2e.values import operator_kinds, trial

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from devkit.environment import Environment
    from devkit.namespace import Namespace

SETS = 500
# The same each time, so that a red run can be looked at; `make test-values` draws others.
SEED = 1
# A set costs a fifth of a second where nothing is kept; other tests run beside it.
DEADLINE_S = 600


@pytest.fixture
def server(environment: Environment, namespace: Namespace) -> Iterator[DryRun]:
    admit_all_pods(namespace)
    with closing(DryRun(environment.cluster.kubeconfig, namespace.name)) as server:
        yield server


@pytest.mark.timeout(DEADLINE_S)
def test_whatever_is_let_through_is_taken(
    server: DryRun, namespace: Namespace, record_property: Callable[[str, object], None]
) -> None:
    with operator_kinds.known(namespace.kubectl):
        verdict = trial.run(SETS, SEED, server, rendered)
    record_property(FIGURES, str(verdict))
    assert verdict.tried == SETS
    assert not verdict.invalid, str(verdict)


def rendered(values: Object) -> Rendered:
    return render(values, kube_version=toolchain.kubernetes_version())


SERVICE: Object = {
    "apiVersion": "v1",
    "kind": "Service",
    "metadata": {"name": "a"},
    "spec": {"type": "ClusterIP", "ports": [{"port": 1}], "clusterIP": "None"},
}


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"metadata": {"name": "a.b"}}, "metadata.name"),
        ({"spec": {**SERVICE["spec"], "type": "NodePort"}}, "may not be set to 'None'"),
        ({"spec": {**SERVICE["spec"], "port": 1}}, "spec.port"),
        ({"spec": {**SERVICE["spec"], "externalIPs": ["192.0.2.1"]}}, "warning"),
    ],
    ids=["a name", "fields that do not go together", "an unknown field", "one that is ignored"],
)
def test_the_judge_notices(server: DryRun, wrong: Object, said: str) -> None:
    assert not server.problems(SERVICE)
    found = server.problems({**SERVICE, **wrong})
    assert [problem.split()[0] for problem in found] == ["create", "apply"]
    assert all(said in problem for problem in found)
