"""What must agree between the objects of one release, which no look at one of them shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from tests.chart.rendering import Object, Rendered

Problems = Iterator[str]
# A pod's label of its StatefulSet's revision: name, dash and a hash of up to ten characters
# (Kubernetes 1.29 to 1.34, pkg/controller/history/controller_history.go, ControllerRevisionName).
_REVISION_CHARACTERS = 11
_LABEL_LIMIT = 63
# Set on a pod by its manager while it forges.
_AT_RUN_TIME = {"cardano.io/forging"}
# An endpoint of the user's own, and the managers' Service where it is left out, which is warned of.
_MAY_BE_OFF = {"mithril", "forge-metrics"}
_PROBES = ("startupProbe", "readinessProbe", "livenessProbe")


def containers(rendered: Rendered) -> list[Object]:
    """All of the pod's."""
    return [*rendered.pod["initContainers"], *rendered.pod["containers"]]


def _twice(names: list[Any]) -> list[Any]:
    return sorted({name for name in names if names.count(name) > 1})


def _ports(rendered: Rendered) -> dict[str, int]:
    """The pod's ports by name."""
    found = [port for each in containers(rendered) for port in each.get("ports", [])]
    return {port["name"]: port["containerPort"] for port in found}


def _pod_labels(rendered: Rendered) -> dict[str, str]:
    labels: dict[str, str] = rendered.statefulset["spec"]["template"]["metadata"]["labels"]
    return labels


def ingress_leads_to_a_service(rendered: Rendered) -> Problems:
    """Each backend is a Service of the release with that port, by name or number."""
    services = rendered.of_kind("Service")
    for ingress in rendered.of_kind("Ingress").values():
        for rule in ingress["spec"]["rules"]:
            for path in rule["http"]["paths"]:
                backend = path["backend"]["service"]
                ports = services.get(backend["name"], {"spec": {"ports": []}})["spec"]["ports"]
                if not any(backend["port"].items() <= _as_backend(port) for port in ports):
                    yield f"{backend}: no such port of a Service"


def _as_backend(port: Object) -> Any:
    return {"name": port["name"], "number": port["port"]}.items()


def service_leads_to_a_port(rendered: Rendered) -> Problems:
    """Each target port is one of the pod's; without one it is the Service's own number."""
    ports = _ports(rendered)
    for name, service in rendered.of_kind("Service").items():
        for port in service["spec"]["ports"]:
            target = port.get("targetPort", port["port"])
            # Others are further ones of the user's, and lead where they say.
            if port["name"] in ports and target not in {*ports, *ports.values()}:
                yield f"Service {name}: {target} is no port of the pod"


def selectors_select_the_pods(rendered: Rendered) -> Problems:
    """Of Services, the StatefulSet, the budget and the policy."""
    labels = _pod_labels(rendered).items()
    selectors = {
        f"Service {n}": s["spec"]["selector"] for n, s in rendered.of_kind("Service").items()
    }
    for kind, field in {
        "StatefulSet": "selector",
        "PodDisruptionBudget": "selector",
        "NetworkPolicy": "podSelector",
        "PodMonitor": "selector",
    }.items():
        for name, item in rendered.of_kind(kind).items():
            selectors[f"{kind} {name}"] = item["spec"][field]["matchLabels"]
    for what, selector in selectors.items():
        needed = {key: value for key, value in selector.items() if key not in _AT_RUN_TIME}
        # A ServiceMonitor's own labels are the user's to set on what it should find.
        if what.startswith("PodMonitor"):
            needed = {key: needed[key] for key in needed if key.startswith("app.kubernetes.io/")}
        if not needed.items() <= labels:
            yield f"{what}: {needed} are no labels of the pods"


def monitors_scrape_ports(rendered: Rendered) -> Problems:
    """Each endpoint's port is one of the pod's, or of a Service."""
    services = rendered.of_kind("Service").values()
    of_services = {port["name"] for each in services for port in each["spec"]["ports"]}
    for kind, field, known in (
        ("ServiceMonitor", "endpoints", of_services),
        ("PodMonitor", "podMetricsEndpoints", {*_ports(rendered)}),
    ):
        for name, monitor in rendered.of_kind(kind).items():
            for endpoint in monitor["spec"][field]:
                if endpoint["port"] not in known | _MAY_BE_OFF:
                    yield f"{kind} {name}: {endpoint['port']} is the name of no port"


def statefulset_is_named_by_its_service(rendered: Rendered) -> Problems:
    """Its headless Service is there; autoscaler and roles name what there is."""
    name, spec = rendered.statefulset["metadata"]["name"], rendered.statefulset["spec"]
    service = rendered.of_kind("Service").get(spec["serviceName"])
    if service is None or service["spec"].get("clusterIP") != "None":
        yield f"StatefulSet {name}: no headless Service {spec['serviceName']}"
    for scaler in rendered.of_kind("HorizontalPodAutoscaler").values():
        if scaler["spec"]["scaleTargetRef"]["name"] != name:
            yield f"HorizontalPodAutoscaler: scales {scaler['spec']['scaleTargetRef']}"
    for binding in rendered.of_kind("RoleBinding").values():
        if binding["roleRef"]["name"] not in rendered.of_kind("Role"):
            yield f"RoleBinding {binding['metadata']['name']}: no Role {binding['roleRef']['name']}"
    pods = {f"{name}-{ordinal}" for ordinal in range(spec.get("replicas", 0))}
    for role in rendered.of_kind("Role").values():
        for rule in role["rules"]:
            if rule["resources"] == ["pods"] and {*rule["resourceNames"]} != pods:
                yield f"Role {role['metadata']['name']}: {rule['resourceNames']} are not its pods"


def revision_label_fits(rendered: Rendered) -> Problems:
    """Else no pod is ever made."""
    name = rendered.statefulset["metadata"]["name"]
    if len(name) + _REVISION_CHARACTERS > _LABEL_LIMIT:
        yield f"StatefulSet {name}: a name of {len(name)} characters leaves no room for a revision"


def probes_ask_a_port_of_their_container(rendered: Rendered) -> Problems:
    """A name is one of the container's ports."""
    for container in containers(rendered):
        names = {port["name"] for port in container.get("ports", [])}
        for kind, probe in _probes(container):
            for handler in ("httpGet", "tcpSocket"):
                port = probe.get(handler, {}).get("port")
                if isinstance(port, str) and port not in names:
                    yield f"{container['name']}, {kind}: {port} is none of its ports"


def _probes(container: Object) -> Iterator[tuple[str, Object]]:
    return ((kind, container[kind]) for kind in _PROBES if kind in container)


def probes_ask_where_something_listens(rendered: Rendered) -> Problems:
    """A number is a port of the pod: of the chart's own probes, a user's may be of anything."""
    ports = {*_ports(rendered).values()}
    for container in containers(rendered):
        for kind, probe in _probes(container):
            port = probe.get("httpGet", {}).get("port")
            if isinstance(port, int) and port not in ports:
                yield f"{container['name']}, {kind}: nothing listens on {port}"


def every_path_is_mounted_once(rendered: Rendered) -> Problems:
    """In a container; of a volume that there is."""
    claims = rendered.statefulset["spec"].get("volumeClaimTemplates", [])
    volumes = [each["name"] for each in rendered.pod["volumes"]]
    volumes += [each["metadata"]["name"] for each in claims]
    for container in containers(rendered):
        mounts = container.get("volumeMounts", [])
        for path in _twice([mount["mountPath"].rstrip("/") for mount in mounts]):
            yield f"{container['name']}: {path} is mounted twice"
        for name in {mount["name"] for mount in mounts} - {*volumes}:
            yield f"{container['name']}: no volume {name}"
    for name in _twice(volumes):
        yield f"volume {name} is there twice"


def every_name_stands_once(rendered: Rendered) -> Problems:
    """Of objects of a kind, of containers, of variables in a container, of ports in a pod."""
    for what in _twice(
        [
            (item["kind"], item["metadata"].get("namespace"), item["metadata"]["name"])
            for item in rendered.objects
        ]
    ):
        yield f"{what} is there twice"
    for name in _twice([container["name"] for container in containers(rendered)]):
        yield f"container {name} is there twice"
    for container in containers(rendered):
        for name in _twice([each["name"] for each in container.get("env", [])]):
            yield f"{container['name']}: variable {name} stands twice"


def the_account_may_elect(rendered: Rendered) -> Problems:
    """By every Lease of which the manager is told, where the chart's Role says what it may."""
    own = [
        role for name, role in rendered.of_kind("Role").items() if name.endswith("-forge-manager")
    ]
    reached = {
        name
        for role in own
        for rule in role["rules"]
        if rule["resources"] == ["leases"]
        for name in rule.get("resourceNames", [])
    }
    for container in containers(rendered) if own else []:
        if container["name"] != "cardano-forge-manager":
            continue
        env = {each["name"]: each.get("value", "") for each in container["env"]}
        needed = {env.get("LEASE_NAME", ""), *env.get("FORMER_LEASES", "").split(",")} - {""}
        for name in needed - reached:
            yield f"Lease {name}: no Role reaches it"


Relation = Callable[[Rendered], Problems]
# For whatever the values are.
ALWAYS: tuple[Relation, ...] = (
    ingress_leads_to_a_service,
    service_leads_to_a_port,
    selectors_select_the_pods,
    monitors_scrape_ports,
    statefulset_is_named_by_its_service,
    revision_label_fits,
    probes_ask_a_port_of_their_container,
    every_path_is_mounted_once,
    every_name_stands_once,
    the_account_may_elect,
)
# And while the probes' ports are the chart's.
RELATIONS: tuple[Relation, ...] = (*ALWAYS, probes_ask_where_something_listens)


def broken(rendered: Rendered, relations: tuple[Relation, ...] = RELATIONS) -> list[str]:
    """What does not agree, a line each."""
    return [
        f"{relation.__name__}: {problem}"
        for relation in relations
        for problem in relation(rendered)
    ]
