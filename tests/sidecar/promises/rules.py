"""The times of an election by promises, and every rule with a switch, so that one can be missed."""

from __future__ import annotations

from dataclasses import dataclass, fields

_LONGEST_PROVEN = 0.95
_LEAST_MARGIN = 1.5
_USUAL = 15.0


@dataclass(frozen=True)
class Rules:
    """`usual`: L, the lease; `more`: F, failsafeSeconds; 0 for today's rules.

    Each of the switches is a rule; a sabotage sets one to False.
    """

    usual: float = 15.0
    more: float = 300.0

    # The armed block
    block_names_its_tenure: bool = True
    acquisition_is_disarmed: bool = True
    armed_lease_is_longer: bool = True  # leaseDurationSeconds = L + F, for old versions
    arms_only_when_all_answer: bool = True
    writes_take_marks_away: bool = True  # repair: whoever writes is alive, or has followed

    # How long others wait
    waits_long_at_first_sight: bool = True
    waits_long_when_missing: bool = True
    waits_long_at_another_uid: bool = True
    waits_long_at_a_fall: bool = True
    waits_long_as_an_outsider: bool = True
    waits_long_after_a_gap: bool = True  # a record that changed while nobody listened
    waits_for_the_recorded_lease: bool = True  # repair: a record without a block may be longer
    shortens_by_a_newer_stamp_only: bool = True
    never_shortens_otherwise: bool = True
    only_known_wait_briefly: bool = True  # repair: L while disarmed only once the holder asked
    only_members_wait_briefly: bool = False  # L for members alone, L + F for all others
    never_shortens: bool = False  # a renewal shortens no wait
    waits_long_after_silence: bool = False  # who heard nothing for long, though nothing changed

    # The promise
    promise_binds: bool = True
    promise_binds_former_tenures: bool = True
    promise_binds_marks: bool = True
    no_promise_while_a_write_may_land: bool = True
    no_promise_for_another_tenure: bool = True
    no_promise_longer_than_a_lease: bool = True
    no_promise_by_a_holder: bool = True

    # The extension
    all_must_promise: bool = True
    later_members_count: bool = True
    not_after_disarming: bool = True
    only_within_the_limit: bool = True
    limit_has_a_margin: bool = True
    only_unbroken: bool = True
    alone_a_promise_at_a_time: bool = True
    restart_needs_an_answer: bool = True
    counted_from_sending: bool = True
    answers_are_fresh: bool = True
    promise_has_a_margin: bool = True

    # Today's
    tenures_end: bool = True
    ends_at_another_record: bool = True

    @property
    def margin(self) -> float:
        return max(_LEAST_MARGIN, self.usual / 10)

    @property
    def scale(self) -> float:
        """Of the times that are fixed for the usual 15 s."""
        return min(1.0, self.usual / _USUAL)

    @property
    def retry(self) -> float:
        return 2.0 if self.usual >= _USUAL else 1.0

    @property
    def off_before(self) -> float:
        """An orderly switch-off begins so long before the fence."""
        return 3.5 if self.usual >= _USUAL else 1.0

    @property
    def quiet(self) -> float:
        """After how much silence the holder asks for promises."""
        return 4.0 * self.scale

    @property
    def request(self) -> float:
        return 3.3 if self.usual >= _USUAL else 1.0

    @property
    def attention(self) -> float:
        return 3 * self.retry + self.request

    @property
    def limit(self) -> float:
        """How long after the last acknowledged renewal was sent one may forge by promises."""
        if not self.limit_has_a_margin:
            return self.usual + self.more
        return min(self.more, _LONGEST_PROVEN * (self.usual + self.more) - _LEAST_MARGIN)


#: Switches that the rules as they were given did not have.
REPAIRS = ("writes_take_marks_away", "waits_for_the_recorded_lease", "only_known_wait_briefly")

#: Stricter ones that were tried, too, and are off.
TRIED = ("only_members_wait_briefly", "never_shortens", "waits_long_after_silence")

SWITCHES = tuple(field.name for field in fields(Rules) if field.type == "bool")
