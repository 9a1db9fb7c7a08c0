"""Samples are read as Prometheus' own parser reads them, and a broken line costs only itself."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry, Gauge, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from forge_manager.base.samples import Sample, samples

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
VALUES = st.floats(allow_nan=False)


@given(st.lists(st.tuples(TEXTS, TEXTS, VALUES), max_size=5))
def test_a_page_is_read_as_prometheus_reads_it(rows: list[tuple[str, str, float]]) -> None:
    registry = CollectorRegistry()
    gauge = Gauge("some_gauge", "Help, {x} 1", ["one", "two"], registry=registry)
    for one, two, value in rows:
        gauge.labels(one, two).set(value)
    page = generate_latest(registry).decode()
    theirs = [
        Sample(sample.name, sample.labels, sample.value)
        for family in text_string_to_metric_families(page)
        for sample in family.samples
    ]
    assert list(samples(page)) == theirs


def test_the_nodes_own_forms_are_read() -> None:
    page = (
        "# TYPE cardano_node_metrics_slotNum_int gauge\ncardano_node_metrics_slotNum_int 17\n"
        'cardano_node_metrics_tipBlock{hash="ab",issuer="}"} 1\nrts_gc_wall_real 1.5e-3\n# EOF\n'
    )
    assert list(samples(page)) == [
        Sample("cardano_node_metrics_slotNum_int", {}, 17.0),
        Sample("cardano_node_metrics_tipBlock", {"hash": "ab", "issuer": "}"}, 1.0),
        Sample("rts_gc_wall_real", {}, 0.0015),
    ]


def test_a_line_that_is_no_sample_is_passed_over() -> None:
    page = 'no value\n{} 1\n1x 2\nname\nopen{a="b 3\nnan NaN\nright 4\n'
    found = {sample.name: sample.value for sample in samples(page)}
    assert set(found) == {"nan", "right"}
    assert math.isnan(found["nan"])


@given(st.text(max_size=200))
def test_no_page_is_too_strange(page: str) -> None:
    list(samples(page))
