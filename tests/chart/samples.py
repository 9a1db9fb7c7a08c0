"""Value sets that several tests start from."""

from __future__ import annotations

from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tests.chart.rendering import CHART

Values = dict[str, Any]


def defaults() -> Values:
    """The chart's values.yaml."""
    return deepcopy(_defaults())


@cache
def _defaults() -> Values:
    loaded: Values = yaml.safe_load((CHART / "values.yaml").read_text())
    return loaded


def producer(**more: Any) -> Values:
    """A block producer with a forge manager; `more` is merged over it."""
    return merged({"cardanoNode": {"blockProducer": True}, "forgeManager": {"enabled": True}}, more)


# A Mithril signer; which tag fits is the user's to know.
SIGNER: Values = {"mithrilSigner": {"enabled": True}, "image": {"mithrilSigner": {"tag": "1"}}}
# All that can stand beside the node.
PARTS: Values = {"submitApi": {"enabled": True}, **SIGNER}


def custom_network(**more: Any) -> Values:
    """The least that a network of one's own needs."""
    node = {
        "network": "custom",
        "magic": 42,
        "genesisConfigMap": "g",
        "mithril": {"enabled": False},
    }
    return merged(producer(cardanoNode=node), more)


def merged(base: Values, *overs: Values) -> Values:
    """Deep merge of value sets; lists and scalars of a later one replace those of `base`."""
    out = dict(base)
    for over in overs:
        for key, value in over.items():
            both = isinstance(value, dict) and isinstance(out.get(key), dict)
            out[key] = merged(out[key], value) if both else value
    return out


def at(path: str, value: Any) -> Values:
    """The value set in which only `path` (dotted) is set."""
    for key in reversed(path.split(".")):
        value = {key: value}
    nested: Values = value
    return nested


def ci_files() -> list[Path]:
    """The value files that `ct` and these tests render."""
    return sorted((CHART / "ci").glob("*-values.yaml"))
