"""Claims of ledger and socket: for each pod, existing, or none at all."""

from __future__ import annotations

import pytest

from tests.chart.rendering import Object, RefusedError, Rendered, mounts, render
from tests.chart.samples import Values, at, merged, producer

VOLUMES = {"ledger": "cardano-data", "socket": "socket-dir"}
BOTH = merged(at("persistence.ledger.enabled", True), at("persistence.socket.enabled", True))


def claims(values: Values) -> dict[str, Object]:
    templates = render(values).statefulset["spec"].get("volumeClaimTemplates", [])
    return {claim["metadata"]["name"]: claim for claim in templates}


def volume(rendered: Rendered, name: str) -> Object:
    (found,) = [v for v in rendered.pod["volumes"] if v["name"] == name]
    return {key: value for key, value in found.items() if key != "name"}


def test_the_socket_goes_with_the_pod_by_default() -> None:
    assert volume(render(), "socket-dir") == {"emptyDir": {}}
    assert set(claims({})) == {"cardano-data"}


def test_the_socket_can_be_a_claim_of_each_pod() -> None:
    values = merged(BOTH, at("persistence.socket.storageClass", "shared"))
    assert claims(values)["socket-dir"]["spec"] == {
        "accessModes": ["ReadWriteOnce"],
        "resources": {"requests": {"storage": "10Mi"}},
        "storageClassName": "shared",
    }
    rendered = render(producer(**values))
    assert "socket-dir" not in {v["name"] for v in rendered.pod["volumes"]}
    for name in ("cardano-node", "forge-guard", "cardano-forge-manager"):
        assert mounts(rendered.container(name))["/ipc"]["name"] == "socket-dir"


@pytest.mark.parametrize("which", VOLUMES)
def test_no_class_at_all_can_be_asked_for(which: str) -> None:
    """As in the earlier chart: a volume that somebody has made, and no default class."""
    values = merged(BOTH, at(f"persistence.{which}.storageClass", "-"))
    found = claims(values)
    assert found[VOLUMES[which]]["spec"]["storageClassName"] == ""
    (other,) = found.keys() - {VOLUMES[which]}
    assert "storageClassName" not in found[other]["spec"]


@pytest.mark.parametrize("wrong", ["--", "-a", "a-"])
@pytest.mark.parametrize("which", VOLUMES)
def test_another_dash_is_no_class(which: str, wrong: str) -> None:
    with pytest.raises(RefusedError, match="storageClass"):
        render(merged(BOTH, at(f"persistence.{which}.storageClass", wrong)))


@pytest.mark.parametrize("which", VOLUMES)
def test_an_existing_claim_is_used(which: str) -> None:
    values = merged(BOTH, at(f"persistence.{which}.existingClaim", "mine"))
    rendered = render(values)
    name = VOLUMES[which]
    assert volume(rendered, name) == {"persistentVolumeClaim": {"claimName": "mine"}}
    assert name not in claims(values)


@pytest.mark.parametrize("which", VOLUMES)
def test_a_claim_that_is_off_leaves_no_mount_without_a_volume(which: str) -> None:
    values = at(f"persistence.{which}", {"enabled": False, "existingClaim": "mine"})
    assert volume(render(values), VOLUMES[which]) == {"emptyDir": {}}


@pytest.mark.parametrize("which", VOLUMES)
def test_every_field_of_a_claim_may_be_set(which: str) -> None:
    source = {"kind": "VolumeSnapshot", "name": "s", "apiGroup": "snapshot.storage.k8s.io"}
    own = {
        "spec": {"dataSource": source, "accessModes": ["ReadOnlyMany"]},
        "annotations": {"a": "b"},
    }
    claim = claims(merged(BOTH, at(f"persistence.{which}", own)))[VOLUMES[which]]
    assert claim["metadata"]["annotations"] == {"a": "b"}
    assert claim["spec"]["dataSource"] == source
    assert claim["spec"]["accessModes"] == ["ReadOnlyMany"]
    assert claim["spec"]["resources"]["requests"]["storage"]


@pytest.mark.parametrize("which", VOLUMES)
def test_labels_of_the_users_are_the_claims_and_the_charts_own_win(which: str) -> None:
    own = {"backup": "daily", "app.kubernetes.io/instance": "other"}
    found = claims(merged(BOTH, at(f"persistence.{which}.labels", own)))
    usual = claims(BOTH)
    for name, claim in found.items():
        added = {"backup": "daily"} if name == VOLUMES[which] else {}
        assert claim["metadata"]["labels"] == {**usual[name]["metadata"]["labels"], **added}


def classes(values: Values) -> list[str | None]:
    found = claims(merged(BOTH, values))
    return [found[name]["spec"].get("storageClassName") for name in VOLUMES.values()]


def test_a_class_of_the_volumes_own_wins_over_the_common_one() -> None:
    common = at("global.storageClass", "fast")
    assert classes({}) == [None, None]
    assert classes(common) == ["fast", "fast"]
    assert classes(merged(common, at("persistence.socket.storageClass", "shared"))) == [
        "fast",
        "shared",
    ]


def test_a_dash_is_no_class_and_so_no_volume_that_is_made() -> None:
    # A claim without the field gets the cluster's default class; one whose class is "" gets none.
    assert classes(at("persistence.ledger.storageClass", "-")) == ["", None]
    assert classes(at("global.storageClass", "-")) == ["", ""]


def test_claims_are_kept_unless_the_user_says_otherwise() -> None:
    spec = render().statefulset["spec"]
    kept = {"whenDeleted": "Retain", "whenScaled": "Retain"}
    assert spec["persistentVolumeClaimRetentionPolicy"] == kept
    values = at("persistence.retentionPolicy.whenScaled", "Delete")
    spec = render(values).statefulset["spec"]
    assert spec["persistentVolumeClaimRetentionPolicy"] == {**kept, "whenScaled": "Delete"}


def test_without_claims_nothing_is_said_of_them() -> None:
    spec = render(at("persistence.ledger.enabled", False)).statefulset["spec"]
    assert not {"volumeClaimTemplates", "persistentVolumeClaimRetentionPolicy"} & set(spec)


def test_two_replicas_on_one_socket_are_refused() -> None:
    own = {"enabled": True, "existingClaim": "mine"}
    values = merged(at("replicaCount", 2), at("persistence.socket", own))
    with pytest.raises(RefusedError, match=r"persistence\.socket\.existingClaim: 2 replicas"):
        render(values)
    render(merged(values, at("persistence.socket.enabled", False)))
