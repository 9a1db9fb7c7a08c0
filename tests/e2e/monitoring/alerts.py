"""The alerts of a release, their minutes as long as a case can wait for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tests.e2e.framework.deployment import merged

if TYPE_CHECKING:
    from tests.e2e.framework.deployment import Deployment

Object = dict[str, Any]
_TIME = re.compile(r"\b(\d+)([mh])\b")
_MINUTES = {"m": 1, "h": 60}
#: Two scrapes: the shortest range of a rule is two minutes, and `changes` needs two samples.
SHORT_MINUTE_S = 4


def alerts_of(deployment: Deployment, values: Object, *, minute_s: int) -> Object:
    """Return the groups of rules of a release with these values.

    A minute of theirs takes `minute_s` seconds.
    """
    wanted = merged(values, {"monitoring": {"prometheusRule": {"enabled": True}}})
    (rule_object,) = deployment.rendered(wanted, "templates/prometheusrule.yaml")
    spec: Object = rule_object["spec"]

    def shortened(text: str) -> str:
        return _TIME.sub(lambda time: f"{int(time[1]) * _MINUTES[time[2]] * minute_s}s", text)

    for rule in spec["groups"][0]["rules"]:
        rule["expr"] = shortened(rule["expr"])
        if "for" in rule:
            rule["for"] = shortened(rule["for"])
    return spec
