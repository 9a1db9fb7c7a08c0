"""Histories that broke the first rules, or break these when one is missing. Times are of 15/10/2.

Each raises TwoForgeError where two forge.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.sidecar.promises.lease import Lease, Record
from tests.sidecar.promises.manager import Ask, Manager, Reply
from tests.sidecar.promises.story import Story

if TYPE_CHECKING:
    from tests.sidecar.promises.rules import Rules
    from tests.sidecar.promises.world import Pod


def long(rules: Rules) -> float:
    return rules.usual + rules.more


def all_cut_off_then_one_returns(rules: Rules) -> None:
    """The leader forges on by two promises; one of the two reaches the API server again."""
    story = Story(rules).armed()
    story.cut(story.leader, *story.others)
    story.last(rules.usual * 2)
    assert story.leader.forges
    story.heal(story.others[0])
    story.leader.stopped = True
    story.last(2 * rules.usual)


def one_of_two_does_not_promise(rules: Rules) -> None:
    """One member reaches the API server and refuses, the other promises."""
    story = Story(rules).armed()
    story.cut(story.leader, story.others[0])
    story.last(2 * rules.usual)


def a_member_is_added_and_the_answer_lost(rules: Rules) -> None:
    """The leader was alone; its renewal that adds a replica lands, and no answer comes back."""
    story = _a_member_is_added_unheard(rules)
    story.cut(story.leader)
    story.last(2 * rules.usual + 5)


def _a_member_is_added_unheard(rules: Rules) -> Story:
    story = Story(rules, rates=(1.0,)).armed()
    other = story.add()
    _ask_at_once(story)
    story.deaf.add(story.leader)
    story.last(rules.retry)
    lease = story.world.lease
    assert lease is not None
    assert lease.record.block is not None
    assert other.uid in lease.record.block.members
    return story


def _ask_at_once(story: Story) -> None:
    """Have the leader ask whether it would be understood, before its next renewal."""
    story.last(0.1, 0.05)
    manager = story.leader.manager
    assert isinstance(manager, Manager)
    manager.tested_at = -1.0e9
    story.last(0.1, 0.05)


def alone_to_the_limit_at_once(rules: Rules) -> None:
    """A leader that forges on alone comes back, adds a replica, and freezes."""
    story = Story(rules, rates=(1.0,)).armed()
    story.cut(story.leader)
    story.last(rules.usual)
    other = story.add()
    story.heal(story.leader)
    _freeze_once_it_is_member(story, other)
    story.last(2 * rules.usual)


def with_others_to_the_limit_at_once(rules: Rules) -> None:
    """The same of a leader with one member, that promised for longer than a lease."""
    story = Story(rules, rates=(1.0, 1.0)).armed()
    story.cut(story.leader, *story.others)
    story.last(rules.usual)
    other = story.add()
    story.heal(story.leader)
    _freeze_once_it_is_member(story, other)
    story.last(2 * rules.usual)


def _freeze_once_it_is_member(story: Story, other: Pod) -> None:
    for _ in range(100):
        story.last(0.25, 0.25)
        lease = story.world.lease
        if lease and lease.record.block and other.uid in lease.record.block.members:
            break
    story.leader.stopped = True
    story.cut(story.leader)


def a_restarted_holder_goes_on(rules: Rules) -> None:
    """It had added a replica, got no answer, and its next manager does not know of that."""
    story = _a_member_is_added_unheard(rules)
    story.cut(story.leader)
    story.world.restart_manager(story.leader)
    story.last(2 * rules.usual + 5)


def disarmed_and_the_answer_lost(rules: Rules) -> None:
    """A replica that does not answer appears; the disarming renewal lands without an answer."""
    story = Story(rules, rates=(1.0, 1.0)).armed()
    other = story.add()
    story.keeps = lambda message: message.sender == other.uid  # it hears, and is not heard
    _ask_at_once(story)
    story.deaf.add(story.leader)
    story.last(4 * rules.retry)
    story.cut(story.leader, *story.others)
    story.last(2 * rules.usual + 5)


def beyond_the_limit(rules: Rules) -> None:
    """A leader goes on alone; a replica that it cannot know of waits L + F."""
    story = Story(rules, rates=(1.0,)).armed()
    story.cut(story.leader)
    story.add()
    story.last(long(rules) + 3 * rules.usual, rules.retry / 2)


def clocks_four_percent_apart(rules: Rules) -> None:
    """The same, with a leader whose clock is slow and a replica whose clock is fast."""
    story = Story(rules, rates=(0.98,)).armed()
    story.cut(story.leader)
    story.add(rate=1.02)
    story.last(long(rules) + 3 * rules.usual, rules.retry / 2)


def promises_by_a_fast_clock(rules: Rules) -> None:
    """A member that could not lead promised, by a fast clock; now it could, and takes the Lease."""
    story = _with_a_member_that_cannot_lead(rules, (0.98, 1.02))
    story.cut(story.leader)
    story.last(rules.usual + 5, 0.25)
    _freeze_right_after_an_extension(story)
    story.others[0].able = True
    story.last(2 * rules.usual, 0.05)


def _with_a_member_that_cannot_lead(rules: Rules, rates: tuple[float, ...] = (1.0, 1.0)) -> Story:
    """It reaches the API server, so it need not wait anew when it can lead again."""
    story = Story(rules, rates=rates).armed()
    story.others[0].able = False
    return story


def _freeze_right_after_an_extension(story: Story) -> None:
    before = story.world.extensions
    for _ in range(200):
        story.last(0.1, 0.1)
        if story.world.extensions > before:
            break
    story.leader.stopped = True


def a_late_promise(rules: Rules) -> None:
    """A promise is under way for most of its time."""
    story = _with_a_member_that_cannot_lead(rules)
    story.keeps = lambda message: isinstance(message, Reply) and not message.test
    story.cut(story.leader)
    while not story.kept:
        story.last(0.25)
    story.leader.stopped = True
    story.last(rules.usual / 3)
    story.keeps = lambda message: False
    story.leader.stopped = False
    story.release_kept()
    story.leader.stopped = True
    story.others[0].able = True
    story.last(2 * rules.usual, 0.1)


def a_promise_is_replayed(rules: Rules) -> None:
    """An answer of the first round is heard again in later ones, whose asks are lost."""
    story = _with_a_member_that_cannot_lead(rules)
    seen: list[Reply] = []

    def keep_asks(message: Ask | Reply) -> bool:
        if isinstance(message, Reply) and not message.test:
            seen.append(message)
        return bool(seen) and isinstance(message, Ask) and not message.test

    story.keeps = keep_asks
    story.cut(story.leader)
    while not story.kept:
        story.last(0.25, 0.25)
    story.others[0].able = True
    for _ in range(20 * 4):
        story.last(0.25, 0.25)
        story.world.send_message(seen[0])
        story.deliver()


def an_old_version_after_a_rollback(rules: Rules) -> None:
    """A pod of a version that knows of no promises is created while the members are cut off."""
    story = Story(rules).armed()
    story.cut(story.leader, *story.others)
    story.last(rules.usual)
    story.add("old")
    story.last(long(rules) + rules.usual, rules.retry / 2)


def a_replica_beside_members_that_are_cut_off(rules: Rules) -> None:
    """The same with a new version, which first sees the armed Lease."""
    story = Story(rules).armed()
    story.cut(story.leader, *story.others)
    story.last(rules.usual)
    story.add()
    story.last(long(rules) + rules.usual, rules.retry / 2)


def an_outsider_sees_a_renewal(rules: Rules) -> None:
    """A replica that is no member yet sees the last renewals of a leader that does not see it."""
    story = Story(rules, rates=(1.0, 1.0)).armed()
    other = story.add()
    _keep_the_pods_from(story, story.leader)
    story.last(3 * rules.retry)
    story.cut(story.leader, *story.others)
    story.last(3 * rules.usual)
    assert other.living


def _keep_the_pods_from(story: Story, pod: Pod) -> None:
    """Have this replica's watch of the pods say nothing more."""
    manager = pod.manager
    story.world.wires.clear()
    assert hasattr(manager, "known_number")
    manager.known_number = 10**9
    for each in story.world.pods:
        story.world.catch_up(each)


def the_lease_is_deleted(rules: Rules) -> None:
    """Somebody deletes the Lease of a leader that is cut off with its members."""
    story = Story(rules).armed()
    story.cut(story.leader, *story.others)
    story.last(rules.usual)
    story.world.delete_lease()
    story.add()
    story.last(long(rules) + rules.usual, rules.retry / 2)


def the_cluster_is_rebuilt(rules: Rules) -> None:
    """Nothing of the old one is there; its pods live on, cut off, and promise each other."""
    story = Story(rules).armed()
    story.cut(story.leader, *story.others)
    story.last(rules.usual)
    story.world.rebuild()
    story.add()
    story.last(long(rules) + rules.usual, rules.retry / 2)


def a_backup_with_a_former_member(rules: Rules) -> None:
    """A removed replica saw the leader's later records; the store falls to one that names it."""
    story = Story(rules).armed()
    removed = story.others[1]
    story.world.remove_object(removed)
    story.last(3 * rules.retry)
    assert story.world.lease is not None and story.world.lease.record.block is not None
    assert removed.uid not in story.world.lease.record.block.members
    story.cut(story.leader, story.others[0])
    story.last(2.0)
    story.world.fall_back(4)
    block = story.world.lease.record.block
    assert block is not None
    assert removed.uid in block.members, story.world.lease
    story.last(3 * rules.usual)


def a_stale_mark(rules: Rules) -> None:
    """A person called the leader dead, who then renewed; later it forges on by a promise."""
    story = Story(rules, rates=(1.0, 1.0)).armed()
    story.world.mark_gone()
    story.last(6 * rules.retry)
    story.cut(story.leader, *story.others)
    story.add()
    story.last(3 * rules.usual)


def a_mark_that_a_member_reads(rules: Rules) -> None:
    """The same where it is a member that has promised and comes back."""
    story = Story(rules, rates=(1.0, 1.0)).armed()
    story.cut(story.leader, *story.others)
    story.last(2 * rules.usual)
    story.world.mark_gone()
    story.leader.stopped = True
    story.heal(*story.others)
    story.last(rules.usual)


def an_only_replica_of_today(rules: Rules) -> None:
    """The old version's only replica holds for L + F, with no block; a new version looks on."""
    story = Story(rules, rates=(1.0,), kind="old and alone")
    story.last(3 * rules.retry)
    story.add()
    story.last(3 * rules.retry)
    story.cut(story.leader)
    story.last(3 * rules.usual)


def an_outsider_knows_the_state_before(rules: Rules) -> None:
    """A new replica, not seen by the leader yet, saw the Lease before it was armed; that was lost.

    The leader disarms while a replica ends, arms again when it has ended, and is cut off. The store
    falls back by the arming renewals, exactly to what the new replica saw last.
    """
    story = Story(rules).armed()
    ending, member = story.others
    ending.ending = True
    story.world.tell_of_pods()
    story.last(2 * rules.retry)
    other = story.add()
    story.world.wires.clear()
    for each in story.world.pods:
        story.world.catch_up(each)
    story.last(3 * rules.retry)  # it sees renewals, disarmed
    story.cut(other)
    ending.ending = False
    registered = frozenset({story.leader.uid, member.uid})
    story.leader.manager.pods_are(10**6, registered, none_ends=True)  # type: ignore[attr-defined]
    story.world.end_pod(ending)
    story.last(2 * rules.retry + 1)
    story.cut(story.leader, member)
    known = other.manager.lease
    assert known is not None
    steps = next(n for n, (_, kept) in enumerate(reversed(story.world.past), 1) if kept == known)
    story.world.fall_back(steps)
    story.heal(other)
    story.last(3 * rules.usual)


def an_old_version_sees_no_lease(rules: Rules) -> None:
    """All members are cut off, the Lease is deleted, and a pod of an old version starts."""
    story = Story(rules).armed()
    story.cut(story.leader, *story.others)
    story.last(rules.usual)
    story.world.delete_lease()
    story.add("old")
    story.last(2 * rules.usual)


def a_released_record_is_restored(rules: Rules) -> None:
    """Left open: a replica that starts finds a record that says "released", and waits L."""
    story = Story(rules).armed()
    story.cut(story.leader, *story.others)
    story.last(rules.usual)
    lease = story.world.lease
    assert lease is not None
    mark = ((lease.uid, 0, 0), 0)
    story.world.write(lease._replace(record=Record(mark=mark)))
    story.add()
    story.last(2 * rules.usual)


def _a_removed_replica(rules: Rules, *, cut_off: bool) -> tuple[Story, Pod]:
    """Tell of one that was known and not heard, so the Lease was disarmed; then it is removed.

    It lives on, cut off from the API server or not; the leader arms again, without it.
    """
    story = Story(rules).armed()
    removed = story.others[1]
    story.keeps = lambda message: message.sender == removed.uid
    story.last(6 * rules.retry)
    assert _disarmed(story.world.lease)
    if cut_off:
        story.cut(removed)
    story.last(2 * rules.retry)
    story.world.remove_object(removed)
    story.last(2 * rules.retry)
    assert not _disarmed(story.world.lease)
    return story, removed


def a_record_that_changed_while_nobody_listened(rules: Rules) -> None:
    """The store falls back to a disarmed record that the removed replica has not seen."""
    story, removed = _a_removed_replica(rules, cut_off=True)
    story.cut(story.leader, story.others[0])
    steps = next(
        n for n, (_, lease) in enumerate(reversed(story.world.past), 1) if _disarmed(lease)
    )
    story.world.fall_back(steps)
    assert not story.world.knows_exactly(removed, story.world.lease)
    story.last(rules.usual)
    story.heal(removed)
    story.last(3 * rules.usual)


def _disarmed(lease: Lease | None) -> bool:
    return lease is not None and lease.record.holder != 0 and lease.record.block is None


def another_lease_by_the_same_name(rules: Rules) -> None:
    """Somebody deletes the Lease and creates it from a copy, which was disarmed."""
    story, removed = _a_removed_replica(rules, cut_off=True)
    story.cut(story.leader, story.others[0])
    copy = next(lease for _, lease in reversed(story.world.past) if _disarmed(lease))
    assert copy is not None
    story.world.delete_lease()
    story.world.uids += 1
    story.world.write(copy._replace(uid=story.world.uids))
    story.last(rules.usual)
    story.heal(removed)
    story.last(3 * rules.usual)


def a_copy_of_an_older_record(rules: Rules) -> None:
    """Somebody writes a copy of an older record of this holding, which was disarmed."""
    story, removed = _a_removed_replica(rules, cut_off=False)
    story.cut(story.leader, story.others[0])
    copy = next(lease for _, lease in reversed(story.world.past) if _disarmed(lease))
    assert copy is not None
    assert story.world.lease is not None
    story.world.write(story.world.lease._replace(record=copy.record))
    story.last(3 * rules.usual)
    assert removed.living


def an_old_version_that_carries_the_block_along(rules: Rules) -> None:
    """The only replica of an old version follows, and writes back an annotation it cannot read."""
    story = Story(rules, rates=(1.0, 1.0)).armed()
    member = story.others[0]
    member.able = False
    story.world.end_pod(story.leader)
    follower = story.add("old and alone")
    story.last(long(rules) + 5, rules.retry / 2)
    assert follower.forges
    story.cut(follower)
    member.able = True
    story.last(3 * rules.usual)


def exactly_what_a_removed_replica_saw(rules: Rules) -> None:
    """Left open: the store falls back to the very record that the removed replica saw last."""
    story, removed = _a_removed_replica(rules, cut_off=True)
    story.cut(story.leader, story.others[0])
    known = removed.manager.lease
    past = enumerate(reversed(story.world.past), 1)
    story.world.fall_back(next(n for n, (_, lease) in past if lease == known))
    story.last(rules.usual)
    story.heal(removed)
    story.last(3 * rules.usual)


def a_stale_mark_of_an_older_version(rules: Rules) -> None:
    """An only replica whose renewals keep the mark was called dead; it is cut off, and replaced."""
    story = Story(rules, rates=(1.0,), kind="old and alone")
    story.last(3 * rules.retry)
    story.world.mark_gone()
    story.last(6 * rules.retry)
    story.cut(story.leader)
    story.world.remove_object(story.leader)
    story.add("old and alone")
    story.last(3 * rules.usual)


WELL = (
    all_cut_off_then_one_returns,
    one_of_two_does_not_promise,
    a_member_is_added_and_the_answer_lost,
    alone_to_the_limit_at_once,
    with_others_to_the_limit_at_once,
    a_restarted_holder_goes_on,
    disarmed_and_the_answer_lost,
    beyond_the_limit,
    clocks_four_percent_apart,
    promises_by_a_fast_clock,
    a_late_promise,
    a_promise_is_replayed,
    an_old_version_after_a_rollback,
    a_replica_beside_members_that_are_cut_off,
    an_outsider_sees_a_renewal,
    the_lease_is_deleted,
    the_cluster_is_rebuilt,
    a_backup_with_a_former_member,
    a_stale_mark,
    a_mark_that_a_member_reads,
    an_only_replica_of_today,
    an_outsider_knows_the_state_before,
    a_record_that_changed_while_nobody_listened,
    another_lease_by_the_same_name,
    a_copy_of_an_older_record,
    an_old_version_that_carries_the_block_along,
)

LEFT_OPEN = (
    a_stale_mark_of_an_older_version,
    exactly_what_a_removed_replica_saw,
    an_old_version_sees_no_lease,
    a_released_record_is_restored,
)
