"""The relations between objects hold, and each notices what breaks it."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from tests.chart import relations
from tests.chart.relations import RELATIONS, Relation
from tests.chart.rendering import Object, Rendered, render
from tests.chart.samples import SIGNER, Values, producer
from tests.chart.strategies import BASES, ON

# All kinds of objects beside one producer, and beside relays.
PARTS: Values = {"submitApi": ON, "ingress": ON, "networkPolicy": ON, "podDisruptionBudget": ON}
EVERYTHING = producer(
    **PARTS,
    **SIGNER,
    cardanoNode={"network": "preprod"},
    monitoring={"serviceMonitor": ON},
)
RELAYS: Values = {**PARTS, "autoscaling": ON, "monitoring": {"podMonitor": ON}}
CASES = [*BASES, EVERYTHING, RELAYS]


@pytest.mark.parametrize("relation", RELATIONS, ids=lambda relation: relation.__name__)
def test_it_holds(relation: Relation) -> None:
    for values in CASES:
        assert not [*relation(render(values))], values


def put(value: Any, *path: str | int) -> Callable[[Object], None]:
    """Change one field of an object."""

    def change(item: Object) -> None:
        found: Any = item
        for key in path[:-1]:
            found = found[key]
        found[path[-1]] = value

    return change


def of_container(name: str, change: Callable[[Object], None]) -> Callable[[Object], None]:
    """Change a container of the StatefulSet's pod."""

    def changed(item: Object) -> None:
        pod = item["spec"]["template"]["spec"]
        (found,) = [c for c in (*pod["initContainers"], *pod["containers"]) if c["name"] == name]
        change(found)

    return changed


def again(*path: str | int) -> Callable[[Object], None]:
    """Put the first entry of a list into it once more."""

    def change(item: Object) -> None:
        found: Any = item
        for key in path:
            found = found[key]
        found.append(deepcopy(found[0]))

    return change


NODE, MANAGER = "cardano-node", "cardano-forge-manager"
BACKEND = ("spec", "rules", 0, "http", "paths", 0, "backend", "service")
# A relation, the kind of object that is changed, how, and a word of what is said.
BREAKS: list[tuple[Relation, str, Callable[[Object], None], str]] = [
    (relations.ingress_leads_to_a_service, "Ingress", put("none", *BACKEND, "name"), "none"),
    (
        relations.ingress_leads_to_a_service,
        "Ingress",
        put({"number": 8099}, *BACKEND, "port"),
        "8099",
    ),
    (
        relations.service_leads_to_a_port,
        "Service",
        put(7, "spec", "ports", 0, "targetPort"),
        "7 is no port",
    ),
    (
        relations.service_leads_to_a_port,
        "Service",
        lambda item: item["spec"]["ports"].append({"name": "p2p", "port": 8}),
        "8 is no port",
    ),
    *(
        (relations.selectors_select_the_pods, kind, put({"a": "b"}, *path, "matchLabels"), kind)
        for kind, path in {
            "StatefulSet": ("spec", "selector"),
            "PodDisruptionBudget": ("spec", "selector"),
            "NetworkPolicy": ("spec", "podSelector"),
        }.items()
    ),
    (
        relations.selectors_select_the_pods,
        "PodMonitor",
        put({"app.kubernetes.io/name": "other"}, "spec", "selector", "matchLabels"),
        "PodMonitor",
    ),
    (
        relations.selectors_select_the_pods,
        "Service",
        put("b", "spec", "selector", "a"),
        "are no labels",
    ),
    (
        relations.monitors_scrape_ports,
        "ServiceMonitor",
        put("none", "spec", "endpoints", 0, "port"),
        "none",
    ),
    (
        relations.monitors_scrape_ports,
        "PodMonitor",
        put("none", "spec", "podMetricsEndpoints", 0, "port"),
        "none",
    ),
    (
        relations.statefulset_is_named_by_its_service,
        "StatefulSet",
        put("none", "spec", "serviceName"),
        "no headless Service none",
    ),
    (
        relations.statefulset_is_named_by_its_service,
        "HorizontalPodAutoscaler",
        put("none", "spec", "scaleTargetRef", "name"),
        "scales",
    ),
    (
        relations.statefulset_is_named_by_its_service,
        "RoleBinding",
        put("none", "roleRef", "name"),
        "no Role none",
    ),
    (
        relations.statefulset_is_named_by_its_service,
        "StatefulSet",
        put(2, "spec", "replicas"),
        "are not its pods",
    ),
    (
        relations.revision_label_fits,
        "StatefulSet",
        put("a" * 53, "metadata", "name"),
        "no room",
    ),
    *(
        (
            relations.probes_ask_a_port_of_their_container,
            "StatefulSet",
            of_container(NODE, put({handler: {"port": "none"}}, "readinessProbe")),
            "none is none of its ports",
        )
        for handler in ("httpGet", "tcpSocket")
    ),
    (
        relations.probes_ask_where_something_listens,
        "StatefulSet",
        of_container(MANAGER, put(7, "startupProbe", "httpGet", "port")),
        "nothing listens on 7",
    ),
    (
        relations.every_path_is_mounted_once,
        "StatefulSet",
        of_container(NODE, again("volumeMounts")),
        "is mounted twice",
    ),
    (
        relations.every_path_is_mounted_once,
        "StatefulSet",
        of_container(NODE, put("none", "volumeMounts", 0, "name")),
        "no volume none",
    ),
    (
        relations.every_path_is_mounted_once,
        "StatefulSet",
        again("spec", "template", "spec", "volumes"),
        "is there twice",
    ),
    (
        relations.every_name_stands_once,
        "Service",
        put("test-cardano-node", "metadata", "name"),
        "is there twice",
    ),
    (
        relations.every_name_stands_once,
        "StatefulSet",
        again("spec", "template", "spec", "initContainers"),
        "is there twice",
    ),
    (
        relations.every_name_stands_once,
        "StatefulSet",
        of_container(MANAGER, again("env")),
        "stands twice",
    ),
    (
        relations.the_account_may_elect,
        "Role",
        put([], "rules"),
        "no Role reaches it",
    ),
]


@pytest.mark.parametrize(
    ("relation", "kind", "change", "said"), BREAKS, ids=lambda part: getattr(part, "__name__", "")
)
def test_it_notices_what_breaks_it(
    relation: Relation, kind: str, change: Callable[[Object], None], said: str
) -> None:
    for values in (EVERYTHING, RELAYS):
        objects = deepcopy(render(values).objects)
        if chosen := [item for item in objects if item["kind"] == kind]:
            change(chosen[-1])
            assert any(said in problem for problem in relation(Rendered(objects)))
            return
    raise AssertionError(f"no {kind} is rendered")


def test_the_table_has_every_relation() -> None:
    assert {relation for relation, *_ in BREAKS} == {*RELATIONS}
