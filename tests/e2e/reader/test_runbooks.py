"""Every command of every runbook is carried out on a release with three replicas."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.docs.commands import commands
from tests.docs.pages import pages
from tests.e2e.reader.desk import desk_at
from tests.e2e.reader.replicas import install_three
from tests.support.producer import NAME, POD

if TYPE_CHECKING:
    from pathlib import Path

    from devkit.environment import Environment
    from tests.e2e.framework.deployment import Deployment
    from tests.support.keys import Pool

pytestmark = pytest.mark.timeout(400)

COMMANDS = {
    command.text: command
    for page in pages()
    if page.name.startswith("docs/runbooks/Cardano")
    for block in page.blocks
    if block.mark is None  # else it needs what is not here
    for command in commands(block)
}
# Fails on a release on which all is well: there is no earlier container to read of.
_WITHOUT_A_CRASH = "--previous"


def test_every_command_of_every_runbook_says_something(
    deployment: Deployment, environment: Environment, pool: Pool, tmp_path: Path
) -> None:
    assert COMMANDS
    install_three(deployment, pool)
    desk = desk_at(
        tmp_path / "desk",
        environment.cluster.kubeconfig,
        NAMESPACE=deployment.namespace.name,
        POD=POD,
        LEASE=f"{NAME}-leader",
        NAME=NAME,
    )
    failed = []
    for command in COMMANDS.values():
        done = desk.run(command.text)
        if _WITHOUT_A_CRASH in command.text:
            as_expected = "previous terminated container" in done.stderr
        else:
            as_expected = done.returncode == 0 and bool(done.stdout.strip())
        if not as_expected:
            failed.append(f"{command.where}\n{done.stdout}{done.stderr}")
    assert not failed, "\n".join(failed)
