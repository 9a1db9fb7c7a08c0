"""The alerts about blocks and chain, by a real Prometheus: each on its fault, and no other."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

import pytest

from devkit import steps
from tests.e2e.monitoring.alerts import SHORT_MINUTE_S
from tests.e2e.monitoring.watched import COMMANDED, ON_PREVIEW, PREVIEW, watched_release

if TYPE_CHECKING:
    from collections.abc import Iterator

    from devkit.environment import Environment
    from tests.e2e.monitoring.watched import Watched

pytestmark = pytest.mark.timeout(900)

# What the node is told of a slot, or what is wrong with its chain; the alert; how many minutes
# until it fires at the latest, and until it is over after the fault is.
OF_A_SLOT = [
    ("miss", "CardanoBlockMissed", 3, 13),
    ("cannot", "CardanoCouldNotForge", 1, 11),
    ("future", "CardanoClockOff", 6, 32),
]
OF_THE_CHAIN = [
    ("stuck", "CardanoTipStuck", 11, 2),
    ("alone", "CardanoNoPeers", 6, 1),
    ("syncing", "CardanoForgingWhileNotInSync", 11, 1),
    ("late", "CardanoClockOff", 36, 31),
]
TOO_OLD = "CardanoNodeTooOldForNetwork"
ABOUT_BLOCKS = {TOO_OLD} | {alert for _, alert, _, _ in OF_A_SLOT + OF_THE_CHAIN}
# A scrape, an evaluation, and a machine that is busy.
LATER_S = 20


@pytest.fixture(scope="module")
def short(environment: Environment, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    with watched_release(environment, tmp_path_factory, "blocks-short") as watched:
        yield watched


def raised_now(watched: Watched) -> dict[str, str]:
    """Return the alerts that fire, and those about blocks and chain that are pending.

    Of the others some are pending at a scrape that meets a hand-over: for as long nobody forges.
    """
    states = watched.prometheus.alerts()
    return {n: state for n, state in states.items() if state == "firing" or n in ABOUT_BLOCKS}


def none_but(allowed: set[str], watched: Watched, raised: set[str]) -> dict[str, str]:
    """Return what is raised; note in `raised` what was so far, and fail at what is not allowed."""
    now = raised_now(watched)
    raised |= now.keys()
    assert raised <= allowed, f"{sorted(raised)}\n{watched.deployment.diagnosis()}"
    return now


@pytest.mark.parametrize(("word", "alert", "fires_min", "over_min"), OF_A_SLOT + OF_THE_CHAIN)
def test_each_fires_on_its_fault_alone(
    word: str, alert: str, fires_min: int, over_min: int, short: Watched
) -> None:
    watched, prometheus, deployment = short, short.prometheus, short.deployment
    settled_s = max(row[3] for row in OF_A_SLOT + OF_THE_CHAIN) * SHORT_MINUTE_S + LATER_S
    deployment.wait_for("no alert", lambda: not raised_now(watched), deadline_s=settled_s)
    leader = watched.wait_for_leader()
    # A block is made as well, so that a count which is there is not enough for an alert.
    watched.slot(leader, "lead")
    adopted = f'cardano_node_metrics_Forge_adopted_counter{{pod="{leader}"}} >= 1'
    deployment.wait_for("a block of its own", lambda: prometheus.query(adopted))

    begun = monotonic()
    if (word, alert, fires_min, over_min) in OF_A_SLOT:
        watched.slot(leader, word)
    else:
        watched.fault(leader, word)
    raised: set[str] = set()
    deployment.wait_for(
        f"{alert} to fire",
        lambda: none_but({alert}, watched, raised).get(alert) == "firing",
        deadline_s=fires_min * SHORT_MINUTE_S + LATER_S,
    )
    fired_s = monotonic() - begun
    watched.well(leader)
    over = monotonic()
    deployment.wait_for(
        f"{alert} to be over",
        lambda: not none_but({alert}, watched, raised),
        deadline_s=over_min * SHORT_MINUTE_S + LATER_S,
    )
    steps.say(
        f"{word:<8}{alert:<32}fired after {fired_s / SHORT_MINUTE_S:.0f} of its minutes, "
        f"over {(monotonic() - over) / SHORT_MINUTE_S:.0f} later; no other was raised"
    )


def changes_over(watched: Watched) -> None:
    """Blocks on both sides of hand-overs and of a rotation."""
    for change in (watched.hand_over, watched.rotate, watched.hand_over):
        watched.slot(watched.wait_for_leader(), "lead")
        change()
        watched.slot(watched.wait_for_leader(), "lead")


@pytest.mark.parametrize("minute_s", [SHORT_MINUTE_S, 60])
def test_a_hand_over_and_a_rotation_raise_none_and_a_missed_block_after_one_does(
    minute_s: int, environment: Environment, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """With short minutes for 20 of them after the changes; with real ones for as they are."""
    name = f"blocks-changed-{minute_s}"
    with watched_release(environment, tmp_path_factory, name, minute_s=minute_s) as watched:
        deployment = watched.deployment
        raised: set[str] = set()
        changes_over(watched)
        quiet_until = monotonic() + 20 * SHORT_MINUTE_S

        def quiet() -> bool:
            none_but(set(), watched, raised)
            return monotonic() > quiet_until

        deployment.wait_for("quiet to have lasted", quiet, deadline_s=20 * SHORT_MINUTE_S + LATER_S)

        leader = watched.hand_over()
        handed_over = monotonic()
        watched.slot(leader, "miss")
        after_s = monotonic() - handed_over
        assert after_s < minute_s
        deployment.wait_for(
            "the missed block to be told",
            lambda: "firing" in none_but({"CardanoBlockMissed"}, watched, raised).values(),
            deadline_s=3 * minute_s + LATER_S,
        )
        steps.say(
            f"a minute of {minute_s} s: missed {after_s:.1f} s after a hand-over, told "
            f"{monotonic() - handed_over:.0f} s after it; {sorted(raised)} raised in all"
        )


@pytest.mark.parametrize(("version", "raised"), [("10.7.1", {TOO_OLD}), ("11.0.1", set())])
def test_a_node_that_is_too_old_for_its_network_is_told(
    version: str,
    raised: set[str],
    environment: Environment,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """As an image by a digest may be; the stand-in's says nothing of its version either."""
    node = {"extraEnvVars": [*COMMANDED, {"name": "NODE_VERSION", "value": version}]}
    with watched_release(
        environment,
        tmp_path_factory,
        "blocks-too-old",
        network=PREVIEW,
        overrides={**ON_PREVIEW, **node},
    ) as watched:
        until = monotonic() + 6 * SHORT_MINUTE_S + LATER_S
        seen: set[str] = set()

        def told() -> bool:
            now = none_but(raised, watched, seen)
            firing = {name for name, state in now.items() if state == "firing"}
            return firing == raised and (bool(raised) or monotonic() > until)

        watched.deployment.wait_for(f"{raised or 'nothing'} to fire", told)
        steps.say(f"cardano-node {version} on preview: {sorted(seen) or 'no alert'}")
