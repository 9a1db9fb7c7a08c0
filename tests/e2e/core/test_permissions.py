"""What the manager's account may do, by a real API server, at every number of replicas."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.chart.rendering import render
from tests.chart.samples import producer

if TYPE_CHECKING:
    from devkit.namespace import Namespace

RELEASE = "rights"
NAME = f"{RELEASE}-cardano-node"
LEASES, PODS, EVENTS = "leases.coordination.k8s.io", "pods", "events.events.k8s.io"
LEADERS = "cardanoleaders.cardano.io"
READ = ("get", "list", "watch")
VERBS = (*READ, "create", "update", "patch", "delete", "deletecollection")


class Right(NamedTuple):
    verb: str
    resource: str
    name: str = ""
    subresource: str = ""


def allowed(replicas: int) -> set[Right]:
    """The table: all that the account may do of what is asked below."""
    own = [f"{NAME}-{ordinal}" for ordinal in range(replicas)]
    return {
        *(Right(verb, LEASES, f"{NAME}-leader") for verb in (*READ, "update", "create")),
        *(Right("create", LEASES, name) for name in ("", "another")),
        *(Right(verb, PODS, pod) for verb in (*READ, "patch") for pod in own),
        *(Right("create", EVENTS, name) for name in ("", "another")),
        *(Right(verb, LEADERS, f"{NAME}-leader") for verb in (*READ, "patch")),
        *(Right(verb, LEADERS, f"{NAME}-leader", "status") for verb in ("patch", "update")),
    }


def asked() -> list[Right]:
    """All verbs on its own objects, on another's and on all; and what nobody's manager needs."""
    pods = [f"{NAME}-{ordinal}" for ordinal in range(4)]
    names = {LEASES: [f"{NAME}-leader"], PODS: pods, EVENTS: [], LEADERS: [f"{NAME}-leader"]}
    return [
        *(
            Right(verb, resource, name)
            for resource, own in names.items()
            for name in (*own, "another", "")
            for verb in VERBS
        ),
        *(Right(verb, LEADERS, f"{NAME}-leader", "status") for verb in VERBS),
        *(Right("create", PODS, pods[0], sub) for sub in ("exec", "attach", "portforward")),
        *(Right("get", resource) for resource in ("secrets", "nodes", "configmaps")),
        Right("create", "serviceaccounts", "", "token"),
    ]


def review(namespace: str, right: Right) -> dict[str, object]:
    resource, _, group = right.resource.partition(".")
    return {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SubjectAccessReview",
        "spec": {
            "user": f"system:serviceaccount:{namespace}:{NAME}",
            "resourceAttributes": {
                "namespace": namespace,
                "verb": right.verb,
                "group": group,
                "resource": resource,
                "subresource": right.subresource,
                "name": right.name,
            },
        },
    }


@pytest.mark.parametrize("replicas", [0, 1, 3])
def test_the_account_may_do_what_the_table_says_and_no_more(
    namespace: Namespace, replicas: int
) -> None:
    rendered = render(producer(replicaCount=replicas), release=RELEASE, namespace=namespace.name)
    for item in rendered.objects:
        if item["kind"] in ("Role", "RoleBinding", "ServiceAccount"):
            namespace.apply(item)
    reviews = [review(namespace.name, right) for right in asked()]
    text = json.dumps({"apiVersion": "v1", "kind": "List", "items": reviews})
    verdict = '--output=jsonpath={.status.allowed}{"\\n"}'
    answers = namespace.run("create", "--filename=-", verdict, text=text).split()
    found = {right for right, yes in zip(asked(), answers, strict=True) if yes == "true"}
    assert found == allowed(replicas) & {*asked()}
