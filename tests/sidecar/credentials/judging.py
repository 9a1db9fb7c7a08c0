"""Judge sets of files with everything else as it should be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forge_manager.base.reasons import Reason
from forge_manager.credentials.checks import (
    CredentialSet,
    Expectations,
    FileNames,
    check_credentials,
)
from forge_manager.credentials.networks import SlotClock
from forge_manager.credentials.verdict import RejectionError
from tests.support.keys import KES_FILE, OP_CERT_FILE, VRF_FILE

if TYPE_CHECKING:
    from forge_manager.credentials.verdict import Check, Verdict
    from tests.support.keys import CredentialFiles

#: One period lasts 100 s; certificates from period 0 are valid for 62.
CLOCK = SlotClock(
    shelley_start=0.0,
    shelley_slot=0,
    slot_seconds=1.0,
    slots_per_kes_period=100,
    max_kes_evolutions=62,
)
NAMES = FileNames(KES_FILE, VRF_FILE, OP_CERT_FILE)


def content(data: bytes) -> bytes | RejectionError:
    """Return a file's content as the reader of source files does."""
    return data or RejectionError(Reason.SOURCE_EMPTY, "empty")


def judge(
    files: CredentialFiles,
    *,
    pool_id: str = "",
    now: float = 50.0,
    clock: SlotClock | None = CLOCK,
    strict: bool = True,
) -> Verdict:
    """Make all checks."""
    return check_credentials(
        CredentialSet(content(files.kes_skey), content(files.vrf_skey), content(files.op_cert)),
        NAMES,
        Expectations({"POOL_ID": pool_id} if pool_id else {}, clock, "no clock", strict=strict),
        now,
    )


def judge_files(files: CredentialSet, _: float) -> Verdict:
    """Make all checks but that of the KES period: whoever asks later has the real time."""
    return check_credentials(files, NAMES, Expectations({}, None, "no clock"), 50.0)


def failed(verdict: Verdict) -> list[Check]:
    """Return the checks that failed."""
    return [check for check in verdict.checks if check.ok is False]
