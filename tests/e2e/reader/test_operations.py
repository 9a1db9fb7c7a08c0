"""Holding forging off and handing over as docs/operations.md says; the timeline shows both."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from devkit import steps
from tests.e2e.framework.leader import forgers
from tests.e2e.framework.told import story
from tests.e2e.reader.desk import commands_of, desk_at
from tests.e2e.reader.replicas import install_three
from tests.support.producer import NAME

if TYPE_CHECKING:
    from pathlib import Path

    from devkit.environment import Environment
    from tests.e2e.framework.deployment import Deployment
    from tests.support.keys import Pool

pytestmark = pytest.mark.timeout(600)

#: The pod that the page's command names.
NAMED = f"{NAME}-2"


def test_hold_and_hand_over_by_the_pages_commands_and_see_them_in_the_timeline(
    deployment: Deployment, environment: Environment, pool: Pool, tmp_path: Path
) -> None:
    test = "test_hold_and_hand_over_by_the_pages_commands_and_see_them_in_the_timeline"
    hold, release, hand_over = commands_of("docs/operations.md", test)
    install_three(deployment, pool)
    kubeconfig, namespace = environment.cluster.kubeconfig, deployment.namespace
    desk = desk_at(tmp_path / "desk", kubeconfig, pools=namespace.name)

    def reported(what: str) -> str | None:
        told = story(namespace, NAME)
        return told if re.search(what, told, re.MULTILINE) else None

    # The label may be there before the manager is sure; what is held before that left nothing.
    deployment.wait_for("the manager to be sure", lambda: reported("█ .* ForgingConfirmed"))
    assert desk.run(hold.text).returncode == 0
    deployment.wait_for("nobody to forge", lambda: not forgers(namespace))
    assert desk.run(release.text).returncode == 0
    (leader,) = deployment.wait_for("somebody to forge", lambda: forgers(namespace))
    left = r"ForgingConfirmed, \d+\.\d s after .* left Forging"
    deployment.wait_for("the manager to be sure again", lambda: reported(left))
    target = NAMED if leader != NAMED else f"{NAME}-0"
    assert desk.run(hand_over.text.replace(NAMED, target)).returncode == 0
    deployment.wait_for(f"{target} to forge", lambda: forgers(namespace) == [target])

    handed = rf"█ .* {target} ForgingConfirmed, \d+\.\d s after {NAME}-\d left Forging"
    told = deployment.wait_for("the timeline to have it", lambda: reported(handed))
    steps.say(told)
    assert "HeldOff" in told
    assert re.search(rf"^{target} .* Forging .* yes ", told, re.MULTILINE)
