"""What a set of credentials must match by the settings. Touches only the clock passed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forge_manager.credentials.checks import Expectations, FileNames, check_credentials
from forge_manager.settings.manager import CheckMode

if TYPE_CHECKING:
    from collections.abc import Callable

    from forge_manager.credentials.checks import CredentialSet
    from forge_manager.credentials.paths import CredentialPaths
    from forge_manager.credentials.verdict import Verdict
    from forge_manager.gate.slot_clock_reader import KnownClock
    from forge_manager.settings.manager import Settings


def expectations(settings: Settings, known: KnownClock) -> Expectations:
    """Build them from the settings and the network's clock as it is known. Pure."""
    pool_ids = {"POOL_ID": settings.pool.id, "POOL_ID_HEX": settings.pool.id_hex}
    clock, why_not = known
    return Expectations(
        pool_ids={name: value for name, value in pool_ids.items() if value},
        clock=clock,
        no_clock=why_not,
        strict=settings.checks is CheckMode.STRICT,
    )


def judge_of(
    settings: Settings, paths: CredentialPaths, clock: Callable[[], KnownClock]
) -> Callable[[CredentialSet, float], Verdict]:
    """Return the function that judges a set read from these paths, at a time since 1970.

    `clock`: the network's (slot_clock_reader); asked each time, because its genesis may come late.
    """
    names = FileNames(*(str(path) for path in paths))
    return lambda files, now: check_credentials(files, names, expectations(settings, clock()), now)
