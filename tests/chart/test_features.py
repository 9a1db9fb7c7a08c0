"""The tables of docs/features.md; and features that no other file tests."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.chart.rendering import CHART, ROOT, environment, mounts, render, warnings
from tests.chart.samples import PARTS, Values, at, defaults, merged, producer
from tests.docs.pages import Page

PAGE = Page(ROOT / "docs" / "features.md")
#: What public charts for cardano-node offer between them, and more that operators asked for.
CHECKLIST = """
Block-producer role
Relay role
Producer and relays in one release
Several producer replicas, one forging
Network chosen by one value
Custom network
Network magic check
Other node implementations
Node config and tracing from values
Whole config file from the user
Extra arguments, RTS flags, mempool
Topology from values
Warm valency in local roots
Peer snapshot file
Genesis files, mirrors
Genesis hashes in the config
Start as non-producing
Mithril bootstrap
Mithril keys follow the network
Snapshot digest pin, forced re-download
Mithril signer, relay endpoint
submit-api
submit-api Ingress
Ledger PVC: class, size
Existing claim, PVC annotations, access mode
Running without PVC, retention policy, backup hook
Socket shared with sidecars
Socket for other pods, by PVC
Socket over TCP (ntc)
p2p (ntn) Service: type, annotations
Load-balancer class, ranges, traffic policy
Headless Service behind `serviceName`
Node metrics port and Service
Pod or Service monitor
Prometheus 3 fallback protocol
Sidecar metrics
Status resource (CardanoLeader)
Alert rules
Grafana dashboard
KES expiry metric, JSON log
Non-root, seccomp, no capabilities
ServiceAccount and RBAC
NetworkPolicy
Keys kept off disk
Key files for the owner only
Read-only root, image digests
API token kept from the node container
imagePullSecrets
Immutable default tags
Existing Secret
Secret created from values
Key file names configurable
External secret stores
Key rotation without restart
Rollout on key or config change
Startup gate on keys, status endpoints
Node probes
Leader election by Lease, timings
SIGHUP forging toggle
Stale keys removed at start
Keys checked before start (KES, opcert, pool)
Fencing when the sidecar or API dies
Lease released on shutdown
Gate again after a node-container restart
Several pools in one cluster
Multi-cluster priority failover
Cluster health check
Manual override with reason, expiry
CRDs in own chart, kept on delete
Maintenance (sleep) mode
PodDisruptionBudget
HPA for relays
Update strategy
Grace period for a clean node stop
nodeSelector, affinity, tolerations
Topology spread, priority class, hostNetwork, DNS
Leader-only Service or pod label
Resources per container
Labels, annotations on pods and all objects
extraEnv, extraVolumes, extraVolumeMounts
Extra containers, init containers, objects
Name overrides
Fail-fast checks in templates
CI chart lint
values.schema.json
Rendering tests, e2e, helm test
NOTES.txt
Chart README, examples
Changelog, upgrade path
OCI distribution, automatic image bumps
Signed chart, SBOM
kubeVersion bound
""".strip().splitlines()


def rows(first: str) -> list[list[str]]:
    """The rows of the table whose first column has this heading."""
    (table,) = [table for table in PAGE.tables if table[0][0] == first]
    return table[1:]


FEATURES = {row[0]: row[1:] for row in rows("feature")}
DEFECTS = {row[0]: row[1] for row in rows("defect elsewhere")}
TESTS = {
    **{feature: tests for feature, (_, tests) in FEATURES.items()},
    **DEFECTS,
}
#: What it says in code that is a file's path, and not a value's.
FILE = re.compile(r".*/.*|.*\.(?:md|yaml|json)")


def exists(path: str) -> bool:
    """Whether this dotted path is in values.yaml."""
    found: Any = defaults()
    for key in path.split("."):
        if key not in found:
            return False
        found = found[key]
    return True


def test_every_feature_of_the_checklist_has_a_row() -> None:
    assert set(CHECKLIST) <= set(FEATURES)
    assert len(rows("feature")) == len(FEATURES)


@pytest.mark.parametrize("feature", FEATURES)
def test_a_feature_names_values_and_files_that_exist(feature: str) -> None:
    by, _ = FEATURES[feature]
    assert by
    for name in re.findall(r"`([^` ]+)`", by):  # a command has spaces in it
        there = (ROOT / name).is_file() if FILE.fullmatch(name) else exists(name)
        assert there, name


@pytest.mark.parametrize("row", TESTS)
def test_a_row_names_tests_that_exist(row: str) -> None:
    for named in TESTS[row].split(", "):
        found = re.fullmatch(r"`(\S+\.py)::(test_\w+)`", named)
        assert found, f"no test as `file::test`: {named}"
        path = ROOT / "tests" / found[1]
        assert path.is_file(), path
        assert f"\ndef {found[2]}(" in path.read_text(), named


def test_the_pods_template_is_a_table_of_contents() -> None:
    text = (CHART / "templates" / "statefulset.yaml").read_text()
    parts = set(re.findall(r'include "(cardano-node\.pod\.\w+)" \. \| nindent', text))
    parts.remove("cardano-node.pod.extraContainer")  # the user's
    files = [path.read_text() for path in sorted((CHART / "templates" / "pod").glob("*.tpl"))]
    homes = [[f'define "{part}"' in content for content in files].index(True) for part in parts]
    assert len(set(homes)) == len(parts) > 6  # a file each
    assert not re.findall(r"^ *(?:- )?(?:image|command|args|env|ports|volumeMounts):", text, re.M)


def test_local_roots_keep_every_field_of_theirs() -> None:
    root = {
        "accessPoints": [{"address": "relay", "port": 3001}],
        "advertise": False,
        "trustable": True,
        "hotValency": 1,
        "warmValency": 2,
    }
    topology = render(at("cardanoNode.topology.localRoots", [root])).topology()
    assert topology["localRoots"] == [root]


def test_pull_secrets_are_the_pods() -> None:
    secrets = [{"name": "mine"}]
    assert render({"imagePullSecrets": secrets}).pod["imagePullSecrets"] == secrets
    assert "imagePullSecrets" not in render().pod


@pytest.mark.parametrize("image", sorted(defaults()["image"]))
def test_a_tag_that_moves_is_the_default_of_no_image_without_a_warning(image: str) -> None:
    parts = producer(**PARTS)
    tag = defaults()["image"][image]["tag"]
    moves = tag in ("latest", "main", "unstable")
    assert (f"image.{image}.tag" in warnings(parts)) is moves
    own = merged(parts, at(f"image.{image}.tag", "99.1.0"))
    assert f"image.{image}.tag" not in warnings(own)


def test_keys_of_an_external_store_come_by_a_volume_of_the_users() -> None:
    driver = {"name": "store", "csi": {"driver": "secrets-store.csi.k8s.io", "readOnly": True}}
    mount = {"name": "store", "mountPath": "/store", "readOnly": True}
    keys = {"kesKey": "/store/kes", "vrfKey": "/store/vrf", "opCert": "/store/cert"}
    own: Values = {"sourceKeys": keys, "extraVolumeMounts": [mount]}
    rendered = render(producer(extraVolumes=[driver], forgeManager=own))
    assert driver in rendered.pod["volumes"]
    manager = rendered.container("cardano-forge-manager")
    assert mounts(manager)["/store"] == mount
    env = environment(manager)
    names = ("SOURCE_KES_KEY", "SOURCE_VRF_KEY", "SOURCE_OP_CERT")
    assert [env[name] for name in names] == list(keys.values())
    assert "/store" not in mounts(rendered.container("cardano-node"))


def test_an_update_may_wait_for_an_operator() -> None:
    waits = render(at("updateStrategy", {"type": "OnDelete", "rollingUpdate": None}))
    assert waits.statefulset["spec"]["updateStrategy"] == {"type": "OnDelete"}
    held = render(at("updateStrategy.rollingUpdate.partition", 2)).statefulset["spec"]
    assert held["updateStrategy"] == {"type": "RollingUpdate", "rollingUpdate": {"partition": 2}}


def test_names_are_the_users() -> None:
    assert set(render(at("nameOverride", "node")).of_kind("StatefulSet")) == {"test-node"}
    assert set(render(at("fullnameOverride", "mine")).of_kind("StatefulSet")) == {"mine"}
