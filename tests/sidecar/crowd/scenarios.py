"""Directed beginnings: who forges is cut off from its own server alone; then others act.

Each is a generator that yields for how long nothing is done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from forge_manager.base.moment import MILLISECOND, SECOND

if TYPE_CHECKING:
    from tests.sidecar.crowd.faults import Faults
    from tests.sidecar.crowd.pod import Pod

Scenario = Callable[["Faults"], Iterator[int]]


def _leader(faults: Faults) -> Pod:
    """Return who forges beside a hub, rather than somebody."""
    pods = faults.world.pods
    bound = [pod for pod in pods if pod.on and pod.settings.bound]
    return faults.world.random.choice(bound or [pod for pod in pods if pod.on] or pods)


def _holder(faults: Faults) -> Pod | None:
    return next((pod for pod in faults.world.pods if faults.holds_own(pod)), None)


def _until(faults: Faults, true: Callable[[], bool], most_s: int) -> Iterator[int]:
    for _ in range(4 * most_s):
        if true():
            return
        yield SECOND // 4


def _others(faults: Faults) -> list[str]:
    """Return kinds of settings that do not go by hub A."""
    return ["several", "only", "hub B", "alone", "old"]


def followed_early(faults: Faults) -> Iterator[int]:
    """Who forges is cut off from its own server alone; others follow it early, and things happen.

    The follower ends, is deleted by force, dies (and a person says so), restarts, changes hubs; a
    pod of other settings comes.
    """
    world = faults.world
    yield from _until(faults, lambda: any(p.on and p.settings.bound for p in world.pods), 60)
    first = _leader(faults)
    faults.cut(first, (0,))
    lasts_ns = world.mixture.longest_ns + 20 * SECOND
    world.at(lasts_ns, lambda: faults.mend(first))

    def followed() -> bool:
        found = _holder(faults)
        return found is not None and found is not first

    for _ in range(world.random.choice((1, 1, 2, 3))):
        yield from _until(faults, followed, 40)
        follower = _holder(faults)
        if follower is None or follower is first:
            return
        yield world.random.choice((0, MILLISECOND, SECOND, faults.edge_ns()))
        yield from _do_something(faults, first, follower)


def _do_something(faults: Faults, first: Pod, follower: Pod) -> Iterator[int]:
    return faults.world.random.choice(_AFTER_A_FOLLOWER)(faults, first, follower)


def _replaced(faults: Faults, _: Pod, follower: Pod) -> Iterator[int]:
    faults.replace(follower, *_others(faults))
    yield 0


def _forced(faults: Faults, _: Pod, follower: Pod) -> Iterator[int]:
    faults.delete_by_force(follower, *_others(faults))
    yield 0


def _killed(faults: Faults, _: Pod, follower: Pod) -> Iterator[int]:
    faults.kill(follower, *_others(faults))
    yield faults.edge_ns() // 2
    faults.say_gone()


def _restarted(faults: Faults, _: Pod, follower: Pod) -> Iterator[int]:
    follower.restart(faults.world.random.choice((0, SECOND)))
    yield faults.world.random.choice((SECOND, 2 * SECOND))
    if faults.world.chance(0.7):
        faults.replace(follower, *_others(faults))


def _redirected(faults: Faults, first: Pod, follower: Pod) -> Iterator[int]:
    faults.redirect(faults.world.random.choice((first, follower)))
    yield 2 * SECOND


def _others_come(faults: Faults, first: Pod, follower: Pod) -> Iterator[int]:
    for pod in list(faults.world.slots):
        if pod is not first and pod is not follower:
            faults.delete_by_force(pod, *_others(faults))
    yield SECOND
    faults.replace(follower)


def _hub_lease_deleted(faults: Faults, _: Pod, follower: Pod) -> Iterator[int]:
    faults.delete_hub_lease()
    yield 0


_AFTER_A_FOLLOWER = (
    _replaced,
    _forced,
    _killed,
    _restarted,
    _redirected,
    _others_come,
    _hub_lease_deleted,
)


def words_lost(faults: Faults) -> Iterator[int]:
    """Who forges changes hubs while answers are lost: it does not know which mark others see."""
    world = faults.world
    yield from _until(faults, lambda: any(p.on and p.settings.bound for p in world.pods), 60)
    first = _leader(faults)
    faults.lose_answers(first, faults.edge_ns() + SECOND)
    faults.redirect(first)
    yield world.random.choice((SECOND, 2 * SECOND, 3 * SECOND, faults.edge_ns()))
    faults.cut(first, (0,))
    world.at(world.mixture.longest_ns, lambda: faults.mend(first))
    yield world.random.choice((0, MILLISECOND, SECOND))
    faults.redirect(first)
    yield world.random.choice((SECOND, faults.edge_ns()))
    for pod in list(world.slots):
        if pod is not first and world.chance(0.7):
            if world.chance(0.5):
                faults.redirect(pod)
            else:
                faults.kill(pod, "hub B", "several")


def hub_taken_out(faults: Faults) -> Iterator[int]:
    """Who forges is cut off, deleted by force, and the hub is taken out of the values."""
    world = faults.world
    yield from _until(faults, lambda: any(p.on for p in world.pods), 60)
    first = _leader(faults)
    faults.cut(first, world.random.choice(((0,), (0,), (0, 1, 2))))
    world.at(world.mixture.longest_ns + SECOND, lambda: faults.mend(first))
    yield world.random.choice((0, SECOND, faults.edge_ns()))
    others = _others(faults)
    kind = world.random.choice(others)
    for pod in list(world.slots):
        if pod is first:
            faults.delete_by_force(pod, kind)
        elif world.chance(0.8):
            faults.kill(pod, kind)
        yield world.random.choice((0, SECOND))


def hubs_exchanged(faults: Faults) -> Iterator[int]:
    """Who forges gets another hub, and its manager stops while the node is switched off."""
    world = faults.world
    yield from _until(faults, lambda: any(p.on and p.settings.bound for p in world.pods), 60)
    first = _leader(faults)
    # The others know the other hub's Lease well.
    other = "hub A" if first.hub == 2 else "hub B"
    for pod in list(world.slots):
        if pod is not first and pod.hub != 3 - first.hub:
            faults.kill(pod, other)
    yield 2 * world.mixture.hub_terms.duration_ns
    if not first.on or not first.hub:
        return
    faults.redirect(first)
    first.off_ns = 3 * SECOND
    for _ in range(100):
        if first.switching or not first.on:
            break
        yield SECOND // 20
    yield world.random.choice((0, MILLISECOND, SECOND // 2, SECOND))
    if not first.stalled:
        first.stall(True)
        world.at(world.mixture.longest_ns, lambda: first.stall(False) if first.stalled else None)


def lease_shortened(faults: Faults) -> Iterator[int]:
    """Who forges has a longer lease than its followers, and whoever comes then saw neither."""
    world = faults.world
    yield from _until(faults, lambda: any(p.on and p.settings.bound for p in world.pods), 60)
    first = _leader(faults)
    for pod in list(world.slots):
        if pod is not first:
            faults.kill(pod, settings=world.mixture.all["hub A"][0])
    yield SECOND
    faults.cut(first, (0,))
    world.at(world.mixture.longest_ns + 20 * SECOND, lambda: faults.mend(first))
    yield from _until(faults, lambda: _holder(faults) not in (None, first), 40)
    yield world.random.choice((0, SECOND, faults.edge_ns()))
    for pod in list(world.slots):
        if pod is not first:
            if world.chance(0.5):
                faults.kill(pod, *_others(faults))
            else:
                faults.replace(pod, *_others(faults))


def carried_along(faults: Faults) -> Iterator[int]:
    """A pod of an older version leads after one beside a hub; its writes keep the annotation."""
    world = faults.world
    yield from _until(faults, lambda: any(p.on and p.settings.bound for p in world.pods), 60)
    first = _leader(faults)
    faults.replace(first, "old")
    for pod in list(world.slots):
        if pod is not first:
            faults.kill(pod, "old", "hub A")
            break
    yield from _until(faults, lambda: any(p.on and p.settings.old for p in world.pods), 60)
    leader = next((p for p in world.pods if p.on and p.settings.old), None)
    if leader is not None and world.chance(0.7):
        leader.stall(True)
        world.at(faults.edge_ns(), lambda: leader.stall(False) if leader.stalled else None)


SCENARIOS: tuple[Scenario, ...] = (
    followed_early,
    followed_early,
    followed_early,
    words_lost,
    hub_taken_out,
    hubs_exchanged,
    hubs_exchanged,
    lease_shortened,
    lease_shortened,
    carried_along,
)
