"""The two files: what is written is read; everything else is None, and nothing raises."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forge_manager.base.moment import SECOND, Moment
from forge_manager.fence.protocol import (
    _SUM,
    MAX_BYTES,
    Fence,
    Heartbeat,
    _with_sum,
    encode,
    parse_fence,
    parse_heartbeat,
)
from forge_manager.node.process import NodeProcess

BOOT = "4c3f0a52-0000-4000-8000-000000000001"
NODE = NodeProcess(41, 123456)
FENCE = Fence(BOOT, NODE, 100 * SECOND, 1000 * SECOND, off=False, tenures=("u/1/2",))
BEAT = Heartbeat(BOOT, 7, NODE)

nodes = st.none() | st.builds(NodeProcess, st.integers(1, 2**22), st.integers(0, 2**62))
times = st.integers(0, 2**63 - 1)


@given(nodes, times, st.integers(-(2**62), 2**62), st.booleans())
def test_a_fence_is_read_as_written(
    node: NodeProcess | None, until: int, offset: int, off: bool
) -> None:
    fence = Fence(BOOT, node, until, offset, off, ("a", "b"))
    assert parse_fence(encode(fence), BOOT) == fence


@given(nodes, times)
def test_a_heartbeat_is_read_as_written(node: NodeProcess | None, beat: int) -> None:
    assert parse_heartbeat(encode(Heartbeat(BOOT, beat, node)), BOOT) == Heartbeat(BOOT, beat, node)


def test_every_cut_short_file_is_none() -> None:
    for content in (encode(FENCE), encode(BEAT)):
        for length in range(len(content) - 2):
            assert parse_fence(content[:length], BOOT) is None
            assert parse_heartbeat(content[:length], BOOT) is None


def test_a_missing_file_and_one_of_another_boot_are_none() -> None:
    assert parse_fence(None, BOOT) is None
    assert parse_fence(encode(FENCE), "another") is None
    assert parse_heartbeat(None, BOOT) is None
    assert parse_heartbeat(encode(BEAT), "another") is None


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


def fields_of(fence: Fence) -> dict[str, object]:
    """What its file says, but for the sum of that."""
    return {name: value for name, value in json.loads(encode(fence)).items() if name != _SUM}


@given(st.sampled_from(sorted(fields_of(FENCE))), json_values)
def test_no_field_of_a_wrong_kind_is_believed(name: str, value: object) -> None:
    changed = {**fields_of(FENCE), name: value}
    parsed = parse_fence(_with_sum(changed), BOOT)
    if parsed is not None:
        assert fields_of(parsed) == changed
        known = [kind for kind in Fence._fields if kind != "node"]
        assert all(type(getattr(parsed, kind)) is type(getattr(FENCE, kind)) for kind in known)


@given(st.sampled_from(sorted(json.loads(encode(FENCE)))), json_values)
def test_no_field_that_was_changed_is_believed_under_the_sum_before(
    name: str, value: object
) -> None:
    fields = json.loads(encode(FENCE))
    parsed = parse_fence(json.dumps({**fields, name: value}).encode() + b"\n", BOOT)
    assert parsed is None or json.loads(encode(parsed)) == {**fields, name: value}


@pytest.mark.parametrize("node", [[0, 1], [-1, 1], [1, -1], [1], [1, 1, 1], [True, 1], "1"])
def test_what_is_no_process_is_not_believed(node: object) -> None:
    assert parse_fence(_with_sum({**fields_of(FENCE), "node": [1, 0]}), BOOT) is not None
    assert parse_fence(_with_sum({**fields_of(FENCE), "node": node}), BOOT) is None


@given(st.binary(max_size=200))
def test_no_content_raises(content: bytes) -> None:
    assert parse_fence(content, BOOT) is None
    assert parse_heartbeat(content, BOOT) is None


@pytest.mark.parametrize(
    "content",
    [
        b"[" * MAX_BYTES,
        b"9" * MAX_BYTES,
        encode(FENCE) + b" " * MAX_BYTES,
        b"null",
        b"[]",
        b"\xff\xfe",
    ],
)
def test_hostile_content_is_none(content: bytes) -> None:
    assert parse_fence(content, BOOT) is None
    assert parse_heartbeat(content, BOOT) is None


def test_a_permission_ends_by_either_clock() -> None:
    earned = Moment(90 * SECOND, 1090 * SECOND)
    assert not FENCE.passed(earned)
    assert FENCE.passed(Moment(100 * SECOND, 1100 * SECOND))
    assert FENCE.passed(Moment(91 * SECOND, 1105 * SECOND))  # a pause that boot time missed
    assert not FENCE.passed(Moment(99 * SECOND, 900 * SECOND))  # wall clock stepped back
    assert FENCE.passed(Moment(100 * SECOND, 900 * SECOND))


def test_a_permission_is_for_one_process() -> None:
    now = Moment(90 * SECOND, 1090 * SECOND)
    assert FENCE.permits(NODE, now)
    assert not FENCE.permits(NodeProcess(41, 123457), now)
