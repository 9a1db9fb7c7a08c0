"""The Secret with the keys, created from values: on test networks, and never silently."""

from __future__ import annotations

import base64

import pytest

from tests.chart.rendering import RefusedError, mounts, render, warnings
from tests.chart.samples import Values, at, merged, producer

DATA = {key: base64.b64encode(key.encode()).decode() for key in ("kesKey", "vrfKey", "opCert")}
CREATED = producer(cardanoNode={"network": "preprod"}, secrets={"create": True, "data": DATA})
NAME = "test-cardano-node-forging-keys"


def test_there_is_none_by_default() -> None:
    assert not render(producer(cardanoNode={"network": "preprod"})).of_kind("Secret")


def test_the_pod_reads_what_is_created() -> None:
    rendered = render(CREATED)
    secret = rendered.get("Secret", NAME)
    assert secret["data"] == {
        "kes.skey": DATA["kesKey"],
        "vrf.skey": DATA["vrfKey"],
        "node.cert": DATA["opCert"],
    }
    mount = mounts(rendered.container("cardano-forge-manager"))["/secrets"]
    (volume,) = [v for v in rendered.pod["volumes"] if v["name"] == mount["name"]]
    assert volume["secret"]["secretName"] == NAME


def test_what_looks_like_a_number_stays_text() -> None:
    own = {"forgeManager": {"sourceKeys": {"kesKey": "/secrets/1"}}}
    values = merged(CREATED, merged(own, at("secrets.data.kesKey", "1234")))
    assert render(values).get("Secret", NAME)["data"]["1"] == "1234"


def test_name_files_and_annotations_are_the_users() -> None:
    own = {"secretName": "mine", "sourceKeys": {"kesKey": "/secrets/k"}}
    values = merged(CREATED, {"forgeManager": own, "secrets": {"annotations": {"a": "b"}}})
    secret = render(values).get("Secret", "mine")
    assert secret["data"]["k"] == DATA["kesKey"]
    assert secret["metadata"]["annotations"] == {"a": "b"}


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (
            at("cardanoNode.network", "mainnet"),
            r"secrets\.create: Helm's release record keeps keys",
        ),
        (at("secrets.data.vrfKey", ""), r"secrets\.create: secrets\.data\.vrfKey is empty"),
        (at("secrets.data.vrfKey", "{}"), "secrets/data/vrfKey"),
    ],
    ids=["mainnet", "a file is missing", "not base64"],
)
def test_refused(values: Values, message: str) -> None:
    with pytest.raises(RefusedError, match=message):
        render(merged(CREATED, values))


def test_the_warnings_say_where_the_keys_lie() -> None:
    assert "release record" in warnings(CREATED)["secrets.create"]
