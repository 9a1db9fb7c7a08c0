"""What the running pod has: rights, users, tokens, disks; and what it says."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from forge_manager.commands.timeline.observations import MANAGER, NODE
from tests.e2e.framework.history import is_up
from tests.e2e.security.intruder import (
    EXTRA,
    LOOK_AROUND,
    LOOK_INSIDE,
    RIGHTS,
    SEARCH_DISKS,
    run,
)
from tests.e2e.security.leaks import said, spellings
from tests.support.producer import KEYS_SECRET, NAME, POD

if TYPE_CHECKING:
    from tests.e2e.framework.deployment import Deployment
    from tests.support.keys import CredentialFiles, Pool

pytestmark = pytest.mark.timeout(300)

GUARD = "forge-guard"
SETUP = "init-cardano-setup"
OURS = [NODE, MANAGER, GUARD]
ASSIGNED_USER = 1000650000  # as OpenShift assigns them, from the range of a namespace


def test_no_process_of_the_pod_has_a_capability(producer: Deployment) -> None:
    rights = run(producer.namespace, NODE, RIGHTS)
    ours = {name: held for name, held in rights.items() if not name.startswith("pause")}
    assert len(ours) >= 4, rights
    for name, held in ours.items():
        expected = dict.fromkeys(("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"), 0)
        # Filter mode of seccomp(2): the runtime's profile.
        assert held == expected | {"NoNewPrivs": 1, "Seccomp": 2}, name


@pytest.mark.parametrize("where", OURS)
def test_a_container_writes_to_its_volumes_alone(producer: Deployment, where: str) -> None:
    found = run(producer.namespace, where, LOOK_AROUND)
    assert "/" not in found["writable"]
    expected = {
        NODE: {"/data", "/ipc"},
        MANAGER: {"/opt/cardano/config", "/opt/cardano/secrets", "/checked", "/state"},
        GUARD: {"/opt/cardano/secrets", "/checked", "/state"},
    }
    volumes = {path for path in found["writable"] if not path.startswith("/dev")}
    assert volumes == expected[where]


@pytest.mark.parametrize("where", OURS)
def test_keys_are_in_memory_and_for_their_user_alone(producer: Deployment, where: str) -> None:
    keys = run(producer.namespace, where, LOOK_AROUND)["keys"]
    assert keys, "a leader has keys"
    for path, (file_system, mode, own) in keys.items():
        assert file_system == "tmpfs", path
        if not path.startswith("/secrets/"):  # the Secret's volume is the kubelet's, in memory
            assert (mode, own) == ("0o400", True), path


def test_no_disk_of_the_pod_holds_key_bytes(producer: Deployment, keys: CredentialFiles) -> None:
    parts = [json.loads(keys.by_name()[name])["cborHex"][8:72] for name in ("kes.skey", "vrf.skey")]
    for where in (NODE, MANAGER):
        known = run(producer.namespace, where, SEARCH_DISKS, json.dumps(["PraosMode"]))
        assert known != [], "the search does not find what is there"
        assert run(producer.namespace, where, SEARCH_DISKS, json.dumps(parts)) == [], where


def test_only_the_managers_container_has_a_token(producer: Deployment) -> None:
    containers = (*OURS, EXTRA)
    has = {name: run(producer.namespace, name, LOOK_AROUND)["token"] for name in containers}
    assert has == {NODE: False, MANAGER: True, GUARD: False, EXTRA: False}


def test_nothing_that_a_release_says_holds_key_bytes(
    producer: Deployment, keys: CredentialFiles
) -> None:
    secret = spellings(keys)
    stored = producer.namespace.run("get", "secret", KEYS_SECRET, "--output=yaml")
    assert any(part in stored for part in secret), "the search does not find what is there"
    texts = said(producer.namespace, [SETUP, *OURS])
    assert all(texts.values()), {name: len(text) for name, text in texts.items()}
    assert not [name for name, text in texts.items() if any(part in text for part in secret)]


@pytest.mark.parametrize(
    ("may", "asked"),
    [
        ("yes", ("update", f"leases.coordination.k8s.io/{NAME}-leader")),
        ("yes", ("patch", f"pods/{POD}")),
        ("no", ("update", "leases.coordination.k8s.io/another")),
        ("no", ("delete", f"leases.coordination.k8s.io/{NAME}-leader")),
        ("no", ("get", f"secrets/{KEYS_SECRET}")),
        ("no", ("list", "secrets")),
        ("no", ("patch", "pods/another")),
        ("no", ("create", "pods")),
        ("no", ("delete", f"pods/{POD}")),
        ("no", ("create", f"pods/{POD}", "--subresource=exec")),
        ("no", ("patch", f"pods/{POD}", "--subresource=ephemeralcontainers")),
        ("no", ("get", f"pods/{POD}", "--subresource=log")),
        ("no", ("create", "serviceaccounts", "--subresource=token")),
        ("no", ("get", "nodes")),
    ],
)
def test_the_managers_account_may_do_its_work_and_no_more(
    producer: Deployment, may: str, asked: tuple[str, ...]
) -> None:
    account = f"system:serviceaccount:{producer.namespace.name}:{NAME}"
    verb, resource, *options = asked
    group_resource, _, name = resource.partition("/")
    plural, _, group = group_resource.partition(".")
    attributes = {
        "namespace": producer.namespace.name,
        "verb": verb,
        "group": group,
        "resource": plural,
        "name": name,
        "subresource": options[0].partition("=")[2] if options else "",
    }
    review = {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SubjectAccessReview",
        "spec": {"user": account, "resourceAttributes": attributes},
    }
    answer = producer.namespace.run(
        "create", "--filename=-", "--output=json", text=json.dumps(review)
    )
    assert json.loads(answer)["status"]["allowed"] is (may == "yes")


@pytest.mark.parametrize("group", [None, ASSIGNED_USER])
def test_a_user_that_the_cluster_assigns_serves(
    deployment: Deployment, pool: Pool, group: int | None
) -> None:
    """As on OpenShift: none in the values, one on the pod, which no image knows."""
    deployment.put_secret(pool.issue())
    deployment.install(
        {
            "podSecurityContext": {"runAsUser": ASSIGNED_USER, "fsGroup": group},
            "securityContext": {"runAsUser": None},
        }
    )
    deployment.wait_for_pod("a ready node", lambda pod: is_up(pod, NODE))
    deployment.wait_for_reason("CredentialsProvisioned")
    for where in OURS:
        found = run(deployment.namespace, where, LOOK_AROUND)
        assert found["uid"] == ASSIGNED_USER
    inside = run(deployment.namespace, NODE, LOOK_INSIDE)
    assert "root" in inside.pop("unprotected")
    assert inside == {"manager": [], "guard": []}


def test_a_relay_runs_where_the_restricted_standard_is_enforced(deployment: Deployment) -> None:
    relay = {"blockProducer": False}
    deployment.install({"cardanoNode": relay, "forgeManager": {"enabled": False}})
    pod = deployment.wait_for_pod("a ready node", lambda pod: is_up(pod, NODE))
    labels = deployment.namespace.kubectl.text(
        "get", "namespace", deployment.namespace.name, "--output=jsonpath={.metadata.labels}"
    )
    assert json.loads(labels)["pod-security.kubernetes.io/enforce"] == "restricted"
    assert pod["spec"]["automountServiceAccountToken"] is False
    assert run(deployment.namespace, NODE, LOOK_AROUND)["token"] is False
