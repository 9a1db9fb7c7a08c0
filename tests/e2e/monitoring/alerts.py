"""The alerts of a release, their minutes as long as a case can wait for."""

from __future__ import annotations

import json
import re
from typing import Any

from tests.chart.rendering import render
from tests.chart.samples import producer
from tests.support.producer import NAME

Object = dict[str, Any]
_TIME = re.compile(r"\b(\d+)([mh])\b")
_MINUTES = {"m": 1, "h": 60}
#: Two scrapes: the shortest range of a rule is two minutes, and `changes` needs two samples.
SHORT_MINUTE_S = 4


def alerts_of(namespace: str, replicas: int, *, minute_s: int = SHORT_MINUTE_S) -> Object:
    """Return the release's groups of rules. A minute of theirs takes `minute_s` seconds."""
    values = producer(
        fullnameOverride=NAME,
        replicaCount=replicas,
        monitoring={"prometheusRule": {"enabled": True}},
    )
    found = render(values, release=NAME, namespace=namespace).get("PrometheusRule", NAME)["spec"]
    spec: Object = json.loads(json.dumps(found))

    def shortened(text: str) -> str:
        return _TIME.sub(lambda time: f"{int(time[1]) * _MINUTES[time[2]] * minute_s}s", text)

    for rule in spec["groups"][0]["rules"]:
        rule["expr"] = shortened(rule["expr"])
        if "for" in rule:
            rule["for"] = shortened(rule["for"])
    return spec
