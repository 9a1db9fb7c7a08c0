"""Which history notices that a rule is missing; the time of one history is a fraction of a second.

`BY_SEED`: found at random, with the terms and the seed that show it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.sidecar.promises import histories

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.sidecar.promises.rules import Rules

BY_HISTORY: dict[str, Callable[[Rules], None]] = {
    "armed_lease_is_longer": histories.an_old_version_after_a_rollback,
    "writes_take_marks_away": histories.a_stale_mark,
    "waits_long_at_first_sight": histories.a_replica_beside_members_that_are_cut_off,
    "waits_long_when_missing": histories.the_lease_is_deleted,
    "waits_long_at_a_fall": histories.a_backup_with_a_former_member,
    "waits_long_as_an_outsider": histories.an_outsider_sees_a_renewal,
    "only_known_wait_briefly": histories.an_outsider_knows_the_state_before,
    "promise_binds": histories.promises_by_a_fast_clock,
    "promise_binds_marks": histories.a_mark_that_a_member_reads,
    "no_promise_longer_than_a_lease": histories.with_others_to_the_limit_at_once,
    "all_must_promise": histories.one_of_two_does_not_promise,
    "later_members_count": histories.a_member_is_added_and_the_answer_lost,
    "not_after_disarming": histories.disarmed_and_the_answer_lost,
    "only_within_the_limit": histories.beyond_the_limit,
    "limit_has_a_margin": histories.clocks_four_percent_apart,
    "alone_a_promise_at_a_time": histories.alone_to_the_limit_at_once,
    "restart_needs_an_answer": histories.a_restarted_holder_goes_on,
    "counted_from_sending": histories.a_late_promise,
    "answers_are_fresh": histories.a_promise_is_replayed,
    "promise_has_a_margin": histories.promises_by_a_fast_clock,
    "block_names_its_tenure": histories.an_old_version_that_carries_the_block_along,
    "waits_long_after_a_gap": histories.a_record_that_changed_while_nobody_listened,
    "shortens_by_a_newer_stamp_only": histories.a_copy_of_an_older_record,
    "never_shortens_otherwise": histories.a_copy_of_an_older_record,
}

#: (L, F, seed)
BY_SEED: dict[str, tuple[float, float, int]] = {"tenures_end": (6.0, 20.0, 252)}

#: A second line: what no history of this model needs while the other rules stand.
NOT_NOTICED = (
    "acquisition_is_disarmed",
    "arms_only_when_all_answer",
    "waits_long_at_another_uid",
    "waits_for_the_recorded_lease",
    "promise_binds_former_tenures",
    "no_promise_while_a_write_may_land",
    "no_promise_for_another_tenure",
    "no_promise_by_a_holder",
    "only_unbroken",
    "ends_at_another_record",
)
