"""What the settings say a set of credentials must match."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forge_manager.credentials.checks import Expectations, FileNames, check_credentials
from forge_manager.networks import (
    PUBLIC_NETWORKS,
    GenesisUnusableError,
    SlotClock,
    clock_from_shelley_genesis,
)
from forge_manager.settings import CheckMode

if TYPE_CHECKING:
    from collections.abc import Callable

    from forge_manager.credentials.checks import CredentialSet
    from forge_manager.credentials.verdict import Verdict
    from forge_manager.settings import CredentialPaths, NetworkSettings, Settings


def expectations(settings: Settings) -> Expectations:
    """Build them; reads the Shelley genesis file of a custom network, which may come late."""
    pool_ids = {"POOL_ID": settings.pool.id, "POOL_ID_HEX": settings.pool.id_hex}
    clock, why_not = slot_clock(settings.network)
    return Expectations(
        pool_ids={name: value for name, value in pool_ids.items() if value},
        clock=clock,
        no_clock=why_not,
        strict=settings.checks is CheckMode.STRICT,
    )


def judge_of(
    settings: Settings, paths: CredentialPaths
) -> Callable[[CredentialSet, float], Verdict]:
    """Return what judges a set read from these paths, at a time in seconds since 1970."""
    names = FileNames(*(str(path) for path in paths))
    return lambda files, now: check_credentials(files, names, expectations(settings), now)


def slot_clock(network: NetworkSettings) -> tuple[SlotClock | None, str]:
    """Return the network's clock, or None and why its KES period cannot be told."""
    public = PUBLIC_NETWORKS.get(network.name)
    if public is not None:
        return public.clock, ""
    if network.shelley_genesis is None:
        return None, (
            f"{network.name} is not a public network and no SHELLEY_GENESIS_FILE is given, so its "
            "KES periods are not known"
        )
    try:
        return clock_from_shelley_genesis(network.shelley_genesis), ""
    except GenesisUnusableError as error:
        return None, str(error)
