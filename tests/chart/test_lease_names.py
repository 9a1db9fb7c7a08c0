"""The Leases of a release: those by which its pods may elect before, during and after a change."""

from __future__ import annotations

from itertools import product

import pytest

from tests.chart.hub_values import POOL_ID, hubbed, managed
from tests.chart.rendering import (
    assert_refused,
    assert_warned,
    environment,
    notes,
    render,
    warnings,
)
from tests.chart.samples import Values, at, merged

BASE = "test-cardano-node-leader"
OF_POOL = "cardano-leader-mainnet-pool1qqqqq"
OF_HEX = "cardano-leader-mainnet-abababab"
FORMER = "forgeManager.election.formerLeases"


def tenant(*, enabled: bool = True, **pool: str) -> Values:
    return managed(multiTenant={"enabled": enabled, "pool": pool})


def leases(values: Values) -> list[str]:
    """All that a pod is told of, its own first."""
    env = environment(render(values).container("cardano-forge-manager"))
    return [env["LEASE_NAME"], *filter(None, env.get("FORMER_LEASES", "").split(","))]


NAMED: dict[str, tuple[Values, list[str]]] = {
    "one that was never renamed": (managed(), [BASE]),
    "with a pool": (tenant(id=POOL_ID), [OF_POOL, BASE]),
    "a pool that is not asked for any more": (tenant(enabled=False, id=POOL_ID), [BASE, OF_POOL]),
    "a pool by both of its ids": (
        tenant(id=POOL_ID, idHex="AB" * 28),
        [OF_POOL, BASE, OF_HEX],
    ),
    "what is no id": (tenant(enabled=False, id="My Pool"), [BASE]),
    "a name of the user's": (managed(legacy={"lease": {"name": "mine"}}), ["mine", BASE]),
    "a name of the user's under a pool's": (
        merged(tenant(id=POOL_ID), at("forgeManager.legacy.lease.name", "mine")),
        [OF_POOL, BASE, "mine"],
    ),
    "with a hub": (hubbed(), [OF_POOL, BASE]),
    "one of another release name": (
        managed(election={"formerLeases": ["old", BASE]}),
        [BASE, "old"],
    ),
}


@pytest.mark.parametrize("case", NAMED)
def test_the_own_and_those_that_it_could_have_had(case: str) -> None:
    values, names = NAMED[case]
    assert leases(values) == names


def test_whatever_changes_old_and_new_pods_have_a_lease_in_common() -> None:
    for (before, _), (after, _) in product(NAMED.values(), repeat=2):
        assert {*leases(before)} & {*leases(after)}


@pytest.mark.parametrize("case", NAMED)
def test_the_role_reaches_all_of_them_and_no_other(case: str) -> None:
    values, names = NAMED[case]
    role = render(values).get("Role", "test-cardano-node-forge-manager")
    (reach,) = [
        rule["resourceNames"]
        for rule in role["rules"]
        if rule["resources"] == ["leases"] and rule["verbs"] != ["create"]
    ]
    assert reach == names


@pytest.mark.parametrize("created", [True, False])
def test_the_role_says_which_leases_count_where_it_is_the_charts(created: bool) -> None:
    values = merged(tenant(id=POOL_ID), at("forgeManager.rbac.create", created))
    env = environment(render(values).container("cardano-forge-manager"))
    assert env["ROLE_NAMES_LEASES"] == str(created).lower()


def test_no_two_releases_of_a_namespace_share_what_follows_from_their_names() -> None:
    other = render(tenant(id="pool1" + "p" * 51), release="other")
    env = environment(other.container("cardano-forge-manager"))
    assert not {env["LEASE_NAME"], env["FORMER_LEASES"]} & {*leases(tenant(id=POOL_ID))}


def test_a_former_lease_is_none_of_the_hubs() -> None:
    values = merged(hubbed(kubeconfigSecret="", leaseName="mine"), at(FORMER, ["mine"]))
    assert_refused(values, "forgeManager.clusterManagement.hub.leaseName", "Set another name")


def test_the_notes_name_all_of_them() -> None:
    assert f"Lease {OF_POOL}, and with it {BASE}, 15 s" in notes(tenant(id=POOL_ID))
    assert f"Lease {BASE}, 15 s" in notes(managed())


WARNED: dict[str, tuple[Values, str]] = {
    FORMER: (managed(election={"formerLeases": ["old"]}), "Remove them"),
    "forgeManager.legacy.lease.name": (
        merged(tenant(id=POOL_ID), at("forgeManager.legacy.lease.name", "mine")),
        "one of the two never forges",
    ),
    "forgeManager.rbac.create": (
        merged(tenant(id=POOL_ID), at("forgeManager.rbac.create", False)),
        f"{OF_POOL}, {BASE}",
    ),
}


@pytest.mark.parametrize("path", WARNED)
def test_what_is_held_beside_the_own_is_warned_of_where_it_costs_or_may_fail(path: str) -> None:
    values, text = WARNED[path]
    assert_warned(values, path, text)


def test_a_name_of_the_users_that_is_in_use_is_nothing_to_warn_of() -> None:
    assert not warnings(managed(legacy={"lease": {"name": "mine"}}))
