"""A real API server takes what the chart renders, where the `restricted` standard is enforced.

Also the pods of parts whose images are not at hand here, which never run on this cluster.
"""

from __future__ import annotations

import json
import secrets
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from devkit.kubectl import Kubectl
from devkit.namespace import Namespace
from devkit.steps import StepError
from tests.chart.rendering import CHART, ROOT, Rendered, render
from tests.chart.samples import ci_files
from tests.e2e.conftest import KUBECTL
from tests.e2e.framework.namespaces import begin_deletion, create

if TYPE_CHECKING:
    from collections.abc import Iterator

    from devkit.environment import Environment

Object = dict[str, Any]
FILES = [*ci_files(), *sorted((ROOT / "examples").glob("*.yaml"))]
#: Of Prometheus' operator, which is not there.
UNKNOWN_HERE = {"ServiceMonitor", "PodMonitor", "PrometheusRule"}
DRY_RUN = ("--dry-run=server", "--filename=-", "--output=name")


@pytest.fixture(scope="module")
def restricted(environment: Environment) -> Iterator[Namespace]:
    """A namespace that enforces the standard, in a cluster that has the chart's CRDs."""
    kubectl = Kubectl(KUBECTL, environment.cluster.kubeconfig)
    kubectl.text("apply", "--server-side", "--force-conflicts", f"--filename={CHART / 'crds'}")
    namespace = Namespace(kubectl, f"admission-{secrets.token_hex(3)}")
    create(namespace)
    yield namespace
    begin_deletion(kubectl, namespace.name)


def pod_of(rendered: Rendered) -> Object:
    """The pod that the StatefulSet's controller would create, but for its account and priority.

    Both must exist, and a dry run leaves nothing behind.
    """
    spec = rendered.statefulset["spec"]
    claims = [
        {"name": claim["metadata"]["name"], "persistentVolumeClaim": {"claimName": "a-claim"}}
        for claim in spec.get("volumeClaimTemplates", [])
    ]
    pod = {key: value for key, value in rendered.pod.items() if key != "priorityClassName"}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "a-pod", **spec["template"]["metadata"]},
        "spec": {
            **pod,
            "serviceAccountName": "default",
            "volumes": [*pod["volumes"], *claims],
        },
    }


def take(namespace: Namespace, *items: Object) -> None:
    """Have the server admit and validate objects, and not store them. Raises StepError."""
    listing = {"apiVersion": "v1", "kind": "List", "items": items}
    namespace.run("create", *DRY_RUN, text=json.dumps(listing))


def rendered_in(namespace: Namespace, values: Object) -> Rendered:
    return render(values, namespace=namespace.name)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_object_and_the_pod_are_taken(restricted: Namespace, path: Any) -> None:
    rendered = rendered_in(restricted, yaml.safe_load(path.read_text()))
    known = [item for item in rendered.objects if item["kind"] not in UNKNOWN_HERE]
    take(restricted, *known, pod_of(rendered))


def test_the_parts_that_never_run_here_are_among_them() -> None:
    names = {
        container["name"]
        for path in FILES
        for container in render(yaml.safe_load(path.read_text())).pod["initContainers"]
    }
    assert {"submit-api", "mithril-signer", "socket-over-tcp"} <= names


@pytest.mark.parametrize(
    ("values", "violation"),
    [
        ({"podSpec": {"hostNetwork": True}}, "host namespaces"),
        ({"securityContext": {"capabilities": {"drop": ["NET_RAW"]}}}, "unrestricted capabilities"),
        ({"securityContext": {"allowPrivilegeEscalation": True}}, "allowPrivilegeEscalation"),
        ({"podSecurityContext": {"runAsUser": 0}}, "runAsUser=0"),
    ],
)
def test_what_breaks_the_standard_is_refused(
    restricted: Namespace, values: Object, violation: str
) -> None:
    with pytest.raises(StepError) as refusal:
        take(restricted, pod_of(rendered_in(restricted, values)))
    assert 'violates PodSecurity "restricted' in str(refusal.value)
    assert violation in str(refusal.value)
