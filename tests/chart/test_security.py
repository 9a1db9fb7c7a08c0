"""What the `restricted` Pod Security Standard asks, of every container that the chart brings."""

from __future__ import annotations

from typing import Any

import pytest

from tests.chart.rendering import CHART, Object, Rendered, render
from tests.chart.samples import PARTS, Values, at, merged, producer

EVERYTHING = producer(**PARTS)
TOKEN = "/var/run/secrets/kubernetes.io/serviceaccount"  # noqa: S105 (a path)
LONGEST_TEMPLATE = 150
RESTRICTED_VOLUMES = {"configMap", "emptyDir", "projected", "secret", "persistentVolumeClaim"}


def containers(rendered: Rendered) -> dict[str, Object]:
    everyone = [*rendered.pod["initContainers"], *rendered.pod["containers"]]
    return {container["name"]: container for container in everyone}


NAMES = sorted(containers(render(EVERYTHING)))


@pytest.mark.parametrize("name", NAMES)
def test_a_container_may_do_nothing_special(name: str) -> None:
    context = containers(render(EVERYTHING))[name]["securityContext"]
    assert context["allowPrivilegeEscalation"] is False
    assert context["capabilities"] == {"drop": ["ALL"]}
    assert context["runAsNonRoot"] is True
    assert context["seccompProfile"] == {"type": "RuntimeDefault"}
    assert not {"privileged", "procMount"} & set(context)


@pytest.mark.parametrize("name", NAMES)
def test_only_the_nodes_root_file_system_may_be_written(name: str) -> None:
    context = containers(render(EVERYTHING))[name]["securityContext"]
    assert context["readOnlyRootFilesystem"] is (name != "cardano-node")


def test_the_pod_shares_nothing_with_its_machine() -> None:
    pod = render(EVERYTHING).pod
    assert not {"hostNetwork", "hostPID", "hostIPC"} & set(pod)
    kinds = {kind for volume in pod["volumes"] for kind in volume if kind != "name"}
    assert kinds <= RESTRICTED_VOLUMES
    for container in containers(render(EVERYTHING)).values():
        assert not [port for port in container.get("ports", []) if "hostPort" in port]


def test_only_the_manager_has_an_api_token() -> None:
    rendered = render(EVERYTHING)
    assert rendered.pod["automountServiceAccountToken"] is False
    mounted = [
        name
        for name, container in containers(rendered).items()
        if TOKEN in {mount["mountPath"] for mount in container["volumeMounts"]}
    ]
    assert mounted == ["cardano-forge-manager"]


def test_keys_are_where_they_are_needed_and_nowhere_else() -> None:
    who: dict[str, set[str]] = {}
    for name, container in containers(render(EVERYTHING)).items():
        for mount in container["volumeMounts"]:
            who.setdefault(mount["name"], set()).add(name)
    assert who["cardano-secrets"] == {"cardano-forge-manager"}
    assert who["mithril-keys"] == {"mithril-signer"}
    keepers = {"forge-guard", "cardano-forge-manager"}
    assert who["cardano-secrets-checked"] == keepers
    assert who["cardano-secrets-target"] == {*keepers, "cardano-node"}


@pytest.mark.parametrize("field", ["runAsUser", "fsGroup"])
def test_users_may_be_left_to_the_cluster(field: str) -> None:
    # OpenShift assigns them from the namespace's range, and refuses others.
    values: Values = merged(EVERYTHING, at(f"podSecurityContext.{field}", None))
    values = merged(values, at("securityContext.runAsUser", None))
    rendered = render(values)
    contexts: list[Any] = [rendered.pod["securityContext"]]
    contexts += [container["securityContext"] for container in containers(rendered).values()]
    assert field not in contexts[0]
    assert not [context for context in contexts[1:] if "runAsUser" in context]


def users(rendered: Rendered) -> set[int | None]:
    """As whom the containers run; None is as the pod says."""
    everyone = containers(rendered).values()
    return {container["securityContext"].get("runAsUser") for container in everyone}


def test_the_user_of_the_pod_is_that_of_its_containers() -> None:
    rendered = render(merged(EVERYTHING, at("podSecurityContext.runAsUser", 1234)))
    assert rendered.pod["securityContext"]["runAsUser"] == 1234
    assert users(rendered) == {None}


def test_another_user_of_the_containers_can_be_said() -> None:
    assert users(render(merged(EVERYTHING, at("securityContext.runAsUser", 1234)))) == {1234}


@pytest.mark.parametrize("where", ["podSecurityContext", "securityContext"])
def test_a_field_that_is_null_is_left_out(where: str) -> None:
    values = merged(EVERYTHING, at(where, {"runAsGroup": None, "runAsNonRoot": None}))
    rendered = render(values)
    context = rendered.pod if where == "podSecurityContext" else rendered.container("cardano-node")
    assert not {"runAsGroup", "runAsNonRoot"} & set(context["securityContext"])


def test_every_template_is_short_enough_to_be_read() -> None:
    lines = {
        path.name: len(path.read_text().splitlines())
        for path in (CHART / "templates").rglob("*")
        if path.is_file()
    }
    assert not {name: n for name, n in lines.items() if n > LONGEST_TEMPLATE}
