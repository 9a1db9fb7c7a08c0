"""The times of a lease: which go together, and which go with a length alone."""

import pytest

from forge_manager.base.moment import MILLISECOND
from forge_manager.election.record import LONGEST_DURATION_S
from forge_manager.election.terms import Terms, terms_for, with_failsafe


@pytest.mark.parametrize(
    ("duration_s", "margin_ms"), [(1, 1500), (15, 1500), (16, 1600), (300, 30_000)]
)
def test_the_fence_falls_a_tenth_of_the_lease_before_its_end_and_1_5_s_at_least(
    duration_s: int, margin_ms: int
) -> None:
    assert Terms(duration_s).margin_ns == margin_ms * MILLISECOND


@pytest.mark.parametrize(
    ("duration_s", "words"),
    [
        (0, "choose 1 to"),
        (1, ""),
        (LONGEST_DURATION_S, ""),
        (LONGEST_DURATION_S + 1, "choose 1 to"),
    ],
)
def test_a_length_out_of_range_is_told(duration_s: int, words: str) -> None:
    told = [problem for problem in Terms(duration_s, 1, 1).problems() if "choose 1 to" in problem]
    assert bool(told) is bool(words)


@pytest.mark.parametrize("duration_s", [5, 6, 7, 10, 15, 16, 20, 60, 300, LONGEST_DURATION_S])
def test_what_goes_with_a_length_fits_together_and_proves_as_long_as_it_can(
    duration_s: int,
) -> None:
    terms = terms_for(duration_s)
    assert terms.problems() == []
    longer = Terms(duration_s, terms.renew_deadline_s + 1, terms.retry_period_s)
    two_thirds = terms.renew_deadline_s == duration_s * 2 // 3
    assert two_thirds or longer.problems() != []


def test_the_usual_times() -> None:
    assert terms_for(15) == Terms(15, 10, 2) == Terms()
    assert terms_for(5) == Terms(5, 2, 1)


def test_the_only_replica_goes_on_for_nearly_all_of_a_long_lease() -> None:
    terms = with_failsafe(Terms(), 300)
    assert terms == Terms(315, 294, 2, usual=Terms())
    assert terms.problems() == []


@pytest.mark.parametrize("failsafe_s", [1, 5, 30, 300, 3000])
@pytest.mark.parametrize("duration_s", [5, 15, 60, 300])
def test_a_failsafe_of_any_length_fits_together(duration_s: int, failsafe_s: int) -> None:
    usual = terms_for(duration_s)
    terms = with_failsafe(usual, failsafe_s)
    assert terms.problems() == []
    assert terms.renew_deadline_s >= usual.renew_deadline_s
    assert terms.usual == usual


def test_without_a_failsafe_nothing_changes() -> None:
    assert with_failsafe(Terms(), 0) == Terms()


@pytest.mark.parametrize("duration_s", [5, 15, 60, 300, LONGEST_DURATION_S])
def test_one_look_may_fail_at_once_before_a_candidate_counts_as_inattentive(
    duration_s: int,
) -> None:
    terms = terms_for(duration_s)
    latest_look_ns = terms.look_ns * 5 // 4  # the jitter of Elector
    assert latest_look_ns + terms.next_look_ns <= terms.attention_ns
