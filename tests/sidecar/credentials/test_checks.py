"""Each check, violated alone; and a good set, in which nothing is found."""

from __future__ import annotations

from dataclasses import replace

import pytest

from forge_manager.base.reasons import Reason
from forge_manager.credentials.verdict import KesTime, blocks
from tests.sidecar.credentials.damage import GOOD, OTHER_POOL, POOL, Damage, damages
from tests.sidecar.credentials.judging import CLOCK, failed, judge
from tests.support.keys import sum6kes_generate


def test_a_good_set_passes_every_check() -> None:
    verdict = judge(GOOD, pool_id=POOL.pool_id)
    assert [check.ok for check in verdict.checks] == [True] * 9
    assert verdict.blocker is None
    assert verdict.warnings == ()
    assert verdict.pool_id == POOL.pool_id
    assert verdict.op_cert is not None
    assert verdict.op_cert.counter == 0


@pytest.mark.parametrize("damage", damages(), ids=lambda damage: damage.name)
def test_a_damage_is_found_and_blocks_only_if_the_node_would_exit(damage: Damage) -> None:
    verdict = judge(damage.files, pool_id=POOL.pool_id)
    assert damage.reason in {check.reason for check in failed(verdict)}
    if damage.node_exits:
        assert verdict.blocker is not None
        assert verdict.blocker.reason is damage.reason
    else:
        assert verdict.blocker is None
        assert verdict.warnings[0].reason is damage.reason


@pytest.mark.parametrize("damage", damages(), ids=lambda damage: damage.name)
def test_existence_mode_holds_back_only_what_is_not_there(damage: Damage) -> None:
    verdict = judge(damage.files, pool_id=POOL.pool_id, strict=False)
    assert failed(verdict), "it is still reported"
    assert (verdict.blocker is not None) == (damage.reason is Reason.SOURCE_EMPTY)


def test_every_blocking_reason_of_a_files_content_is_in_the_corpus() -> None:
    blocking = {damage.reason for damage in damages() if damage.node_exits}
    source = {reason for reason in Reason if reason.value.startswith("Source")}
    found = {reason for reason in Reason if blocks(reason, strict=True)}
    assert found - source == blocking - source


def test_messages_name_the_file_and_never_quote_it() -> None:
    for damage in damages():
        for check in judge(damage.files).checks:
            for secret in (damage.files.kes_skey, damage.files.vrf_skey):
                for start in range(0, len(secret) - 12, 4):
                    piece = secret[start : start + 12].decode("latin-1")
                    assert piece.isspace() or not _is_hex(piece) or piece not in check.detail


def test_a_file_to_come_is_reported_before_one_that_is_wrong() -> None:
    verdict = judge(replace(GOOD, kes_skey=b"wrong", op_cert=b""))
    assert verdict.blocker is not None
    assert verdict.blocker.reason is Reason.SOURCE_EMPTY
    assert {check.reason for check in failed(verdict)} >= {Reason.ENVELOPE_NOT_JSON}


@pytest.mark.parametrize(
    ("now", "reason"),
    [
        (0.0, None),
        (6_199.0, None),
        (6_200.0, Reason.KES_PERIOD_EXPIRED),
    ],
)
def test_a_kes_key_is_valid_for_its_evolutions_and_no_longer(
    now: float, reason: Reason | None
) -> None:
    assert [check.reason for check in failed(judge(GOOD, now=now))] == ([reason] if reason else [])


def test_a_certificate_begins_with_its_period() -> None:
    files = POOL.issue(kes_period=3)
    assert [c.reason for c in failed(judge(files, now=299.0))] == [Reason.KES_PERIOD_IN_FUTURE]
    assert failed(judge(files, now=300.0)) == []


def test_periods_left_count_the_present_one() -> None:
    kes = judge(GOOD, now=150.0).kes
    assert kes is not None
    assert (kes.current_period, kes.end_period, kes.remaining_periods) == (1, 62, 61)
    assert kes.expires == CLOCK.kes_period_start(62)


def test_an_expired_key_has_no_periods_left() -> None:
    kes = judge(GOOD, now=6_200.0).kes
    assert kes is not None
    assert kes.remaining_periods == 0


def test_what_blocks_is_no_warning() -> None:
    verdict = judge(replace(GOOD, kes_skey=b"wrong"))
    assert verdict.blocker is not None
    assert not [check for check in verdict.warnings if check.blocking]


def test_an_expiry_beyond_the_calendar_is_no_error() -> None:
    verdict = judge(POOL.issue(kes_period=2**64 - 1))
    assert [check.reason for check in failed(verdict)] == [Reason.KES_PERIOD_IN_FUTURE]


def test_without_a_clock_the_period_is_not_checked_and_that_is_said() -> None:
    check = judge(GOOD, clock=None).checks[-1]
    assert (check.ok, check.reason) == (None, Reason.KES_PERIOD_UNCHECKED)
    assert "no clock" in check.detail


@pytest.mark.parametrize("text", [POOL.pool_id, POOL.pool_id_hex, POOL.pool_id_hex.upper()])
def test_a_pool_id_may_be_written_both_ways(text: str) -> None:
    assert failed(judge(GOOD, pool_id=text)) == []


@pytest.mark.parametrize(
    "text", ["pool1", "mypool", POOL.pool_id[:-1] + "q", "addr1" + POOL.pool_id[5:], "ab" * 27]
)
def test_a_malformed_pool_id_warns(text: str) -> None:
    assert [c.reason for c in failed(judge(GOOD, pool_id=text))] == [Reason.POOL_ID_MALFORMED]


def test_the_message_of_a_wrong_pool_id_gives_the_right_one() -> None:
    (check,) = failed(judge(GOOD, pool_id=OTHER_POOL.pool_id))
    assert POOL.pool_id in check.detail


def test_an_evolved_kes_key_is_consistent() -> None:
    """After the first evolution the right sub-tree's seed has moved down and is erased."""
    from forge_manager.credentials import kes  # noqa: PLC0415 (only here)

    skey, _ = sum6kes_generate(bytes(32))
    right_seed = skey[32:64]
    evolved = right_seed + bytes(32) + skey[64:]
    assert kes.is_consistent(skey)
    assert kes.is_consistent(evolved)


def _is_hex(text: str) -> bool:
    return all(character in "0123456789abcdef" for character in text)


def test_a_certificate_of_the_first_period_is_valid_before_the_network_begins() -> None:
    clock = replace(CLOCK, shelley_start=1000.0)
    validity = judge(POOL.issue(), clock=clock).kes
    assert validity is not None
    assert [validity.at(time) for time in (0, 7199, 7200)] == [
        KesTime.NOW,
        KesTime.NOW,
        KesTime.OVER,
    ]
