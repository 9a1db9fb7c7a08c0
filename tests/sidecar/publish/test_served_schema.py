"""A definition that drops what is written is noticed at the start, also by who writes nothing."""

from __future__ import annotations

import copy
import logging
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from devkit.paths import REPOSITORY
from forge_manager.kube.resources import Collection
from forge_manager.kube.troubles import Troubles
from forge_manager.publish import forge_cluster_status, leader_status
from forge_manager.publish.served_schema import SchemaCheck, lacking
from tests.sidecar.publish.scripted import FORGING, POD

if TYPE_CHECKING:
    from tests.sidecar.kube.conftest import Serve
    from tests.sidecar.kube.fake_api import Link, Received

LEADERS = Collection("cardano.io", "v1", "cardanoleaders", "pools")
CLUSTERS = Collection("cardano.io", "v1", "cardanoforgeclusters", "pools")
WRITTEN = {LEADERS: leader_status.WRITTEN, CLUSTERS: forge_cluster_status.WRITTEN}
CRDS = REPOSITORY / "charts" / "cardano-node" / "crds"
Object = dict[str, Any]


def published() -> Object:
    """What an API server publishes of the chart's definitions."""
    schemas = {}
    for file in CRDS.iterdir():
        spec = yaml.safe_load(file.read_text())["spec"]
        (version,) = spec["versions"]
        of = {"group": spec["group"], "version": version["name"], "kind": spec["names"]["kind"]}
        schema = version["schema"]["openAPIV3Schema"]
        schemas[of["kind"]] = {**schema, "x-kubernetes-group-version-kind": [of]}
    return {"components": {"schemas": schemas}}


def status_of(document: Object, kind: str) -> Object:
    found: Object = document["components"]["schemas"][kind]["properties"]["status"]
    return found


@pytest.mark.parametrize("collection", WRITTEN)
def test_the_charts_own_definitions_lack_nothing(collection: Collection) -> None:
    assert lacking(published(), collection, WRITTEN[collection]) == frozenset()


def test_a_field_that_is_not_there_is_named() -> None:
    document = published()
    del status_of(document, "CardanoLeader")["properties"]["message"]
    assert lacking(document, LEADERS, leader_status.WRITTEN) == {"message"}


def test_conditions_of_other_types_alone_are_refused() -> None:
    document = published()
    conditions = status_of(document, "CardanoLeader")["properties"]["conditions"]
    conditions["items"]["properties"]["type"]["enum"] = ["Ready", "Forging"]
    assert lacking(document, LEADERS, leader_status.WRITTEN) == {"conditions"}


def test_a_definition_that_keeps_anything_lacks_nothing() -> None:
    document = published()
    status = status_of(document, "CardanoLeader")
    del status["properties"]
    assert lacking(document, LEADERS, leader_status.WRITTEN) == leader_status.WRITTEN.fields
    status["x-kubernetes-preserve-unknown-fields"] = True
    assert lacking(document, LEADERS, leader_status.WRITTEN) == frozenset()


@pytest.mark.parametrize("document", [{}, {"components": 3}, {"components": {"schemas": {"a": 1}}}])
def test_what_says_nothing_of_the_kind_is_not_judged(document: Object) -> None:
    assert lacking(document, LEADERS, leader_status.WRITTEN) == frozenset()


def test_what_is_looked_for_is_what_is_written() -> None:
    status = leader_status.desired_status(FORGING, POD, {"metadata": {}}, 0.0)
    assert status is not None
    assert status.keys() == leader_status.WRITTEN.fields
    assert {one["type"] for one in status["conditions"]} == leader_status.WRITTEN.conditions


def test_it_is_said_once_and_that_it_is_over(
    serve: Serve, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("forge_manager.publish.served_schema._AGAIN_S", 0.0)
    outdated = copy.deepcopy(published())
    del status_of(outdated, "CardanoLeader")["properties"]["reason"]
    answers = iter([outdated, outdated, published()])

    def handle(_received: Received, link: Link) -> None:
        link.answer(200, next(answers))

    api, connection = serve(handle)
    counted: list[tuple[str, str]] = []
    check = SchemaCheck(
        connection,
        LEADERS,
        leader_status.WRITTEN,
        troubles=Troubles("cardanoleaders"),
        count=lambda verb, outcome, _seconds: counted.append((verb, outcome)),
    )
    with caplog.at_level(logging.INFO):
        assert check.turn() is not None
        assert check.turn() is not None
        assert check.turn() is None
        assert check.turn() is None
    assert len(caplog.records) == 2
    assert api.requests[0].path == "/openapi/v3/apis/cardano.io/v1"
    assert counted == [("get", "200")] * 3


def test_a_server_that_does_not_say_is_asked_again(serve: Serve) -> None:
    def handle(_received: Received, link: Link) -> None:
        link.refuse(503)

    _, connection = serve(handle)
    check = SchemaCheck(
        connection,
        LEADERS,
        leader_status.WRITTEN,
        troubles=Troubles("cardanoleaders"),
        count=lambda *_: None,
    )
    wait_s = check.turn()
    assert wait_s is not None
    assert wait_s > 0
