"""The configuration that the node reads says that it starts non-producing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forge_manager.commands.prepare.command import prepare
from forge_manager.commands.prepare.json_text import with_true
from tests.sidecar.base.test_logs import restored
from tests.sidecar.commands.prepare.conftest import Pod

if TYPE_CHECKING:
    pass

__all__ = ["restored"]

KEY = "StartAsNonProducingNode"
#: What other parsers would change: a large number, digits behind a point, spacing, an escape.
ODD = (
    '{ "Big": 12345678901234567890123,\n\t"Exact": 0.10000000000000000001, '
    '"e": 1E400 ,"\\u0041":[]}'
)


def _prepared(pod: Pod, text: str | bytes, **variables: str) -> bytes:
    content = text.encode() if isinstance(text, str) else text
    (pod.root / "config-src" / "config.json").write_bytes(content)
    assert prepare(pod.environment | variables) == 0
    return (pod.target / "config.json").read_bytes()


@pytest.mark.parametrize("said", ["absent", "false", "true", "null", '"no"'])
def test_it_says_so_whatever_its_source_says(pod: Pod, said: str) -> None:
    text = "{}" if said == "absent" else f'{{"{KEY}": {said}}}'
    written = _prepared(pod, text, START_AS_NON_PRODUCING="true")
    assert json.loads(written) == {KEY: True}


def test_nothing_is_changed_where_nobody_is_elected(pod: Pod) -> None:
    for variables in ({}, {"START_AS_NON_PRODUCING": "false"}):
        assert _prepared(pod, f'{{"{KEY}": false}}', **variables) == f'{{"{KEY}": false}}'.encode()


def test_everything_else_stays_as_it_is(pod: Pod) -> None:
    assert _prepared(pod, ODD, START_AS_NON_PRODUCING="true").decode() == ODD.replace(
        "{ ", f'{{ "{KEY}": true, ', 1
    )
    given_text = ODD.replace('"Exact"', f'"{KEY}" : false , "Exact"')
    assert _prepared(pod, given_text, START_AS_NON_PRODUCING="true").decode() == given_text.replace(
        "false", "true"
    )


def test_a_change_is_said_once_and_nothing_else_is(
    pod: Pod, capfd: pytest.CaptureFixture[str]
) -> None:
    for text, times in (("{}", 0), (f'{{"{KEY}": true}}', 0), (f'{{"{KEY}": false}}', 1)):
        _prepared(pod, text, START_AS_NON_PRODUCING="true")
        assert capfd.readouterr().err.count("starts non-producing") == times


def test_a_name_that_occurs_twice_or_is_escaped_says_so_everywhere() -> None:
    escaped = KEY.replace("N", "\\u004e")
    twice = f'{{"{KEY}": false, "in": {{"{KEY}": false}}, "{escaped}":null}}'
    assert with_true(twice.encode(), KEY).decode() == (
        f'{{"{KEY}": true, "in": {{"{KEY}": false}}, "{escaped}":true}}'
    )


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(
    st.lists(st.tuples(st.text() | st.just(KEY), _VALUES), max_size=5),
    st.sampled_from([None, 0, 2, "\t"]),
    st.booleans(),
)
def test_every_object_gets_it_and_keeps_the_rest(
    members: list[tuple[str, Any]],
    indent: int | str | None,
    ascii_only: bool,
) -> None:
    content = json.dumps(dict(members), indent=indent, ensure_ascii=ascii_only)
    written = with_true(content.encode(), KEY)
    assert json.loads(written) == dict(members) | {KEY: True}
