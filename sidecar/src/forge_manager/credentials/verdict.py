"""What a check finds, and what all of them say together."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from forge_manager.base.reasons import Reason

if TYPE_CHECKING:
    from forge_manager.credentials.opcert import OpCert

#: Findings that rule out provisioning a file at all, whatever the mode.
_NO_CONTENT = frozenset(
    {
        Reason.SOURCE_MISSING,
        Reason.SOURCE_EMPTY,
        Reason.SOURCE_CHANGING,
        Reason.SOURCE_UNREADABLE,
        Reason.SOURCE_HANGS,
        Reason.SOURCE_TOO_LARGE,
        Reason.SOURCE_NOT_A_FILE,
        Reason.SOURCE_OUTSIDE_MOUNT,
    }
)

#: Findings with which cardano-node exits at its start: it reads the three envelopes and compares
#: the KES key with the certificate's (`opCertKesKeyCheck` in Cardano.Node.Protocol.Shelley). At its
#: start it verifies neither the certificate's signature, nor a VRF key's halves, nor the KES
#: period.
_NODE_EXITS = frozenset(
    {
        Reason.ENVELOPE_NOT_JSON,
        Reason.ENVELOPE_MALFORMED,
        Reason.ENVELOPE_TYPE_WRONG,
        Reason.PAYLOAD_NOT_CBOR,
        Reason.PAYLOAD_SHAPE_WRONG,
        Reason.KES_KEY_MISMATCH,
    }
)

#: Findings that mean "not there yet" rather than "wrong".
_WAITING = frozenset({Reason.SOURCE_MISSING, Reason.SOURCE_EMPTY, Reason.SOURCE_CHANGING})


class RejectionError(Exception):
    """A file or set is refused: a reason code and a message without any key material."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True)
class Check:
    """One finding. `ok` is None when the check could not be made; `detail` then says why."""

    name: str
    ok: bool | None
    detail: str
    blocking: bool
    reason: Reason | None = None


class KesTime(Enum):
    """Where a moment lies relative to the periods of a certificate."""

    NOT_YET = "before them"
    NOW = "within them, or unknown"
    OVER = "after them"


@dataclass(frozen=True)
class KesValidity:
    """From when until when a certificate's KES key can sign. Times are seconds of Unix time."""

    start_period: int
    end_period: int  # the first period in which it no longer can
    current_period: int
    begins: float  # 0: it could sign from the network's first slot on
    expires: float

    def at(self, time: float) -> KesTime:
        """Tell whether it can sign at this Unix time, in seconds."""
        if time < self.begins:
            return KesTime.NOT_YET
        return KesTime.NOW if time < self.expires else KesTime.OVER

    @property
    def remaining_periods(self) -> int:
        """Periods left, counting the current one; 0 when expired."""
        return max(0, self.end_period - max(self.current_period, self.start_period))


@dataclass(frozen=True)
class Verdict:
    """All findings about one set, and the public facts of its certificate."""

    checks: tuple[Check, ...]
    op_cert: OpCert | None = None
    pool_id: str | None = None
    kes: KesValidity | None = None

    def kes_at(self, time: float) -> KesTime:
        """Tell whether the set can sign at this Unix time; NOW if its period is not known."""
        return self.kes.at(time) if self.kes else KesTime.NOW

    @property
    def blocker(self) -> Check | None:
        """The finding to report: first a file that is still missing, then any that blocks."""
        blocking = [check for check in self.checks if check.ok is False and check.blocking]
        waiting = [check for check in blocking if check.reason in _WAITING]
        return next(iter(waiting or blocking), None)

    @property
    def warnings(self) -> tuple[Check, ...]:
        """Findings that need attention and do not block."""
        return tuple(check for check in self.checks if check.ok is False and not check.blocking)


def is_waiting(reason: Reason | None) -> bool:
    """Tell whether a finding means that files have not arrived yet."""
    return reason in _WAITING


def blocks(reason: Reason, *, strict: bool) -> bool:
    """Tell whether a finding keeps the node from starting."""
    return reason in _NO_CONTENT or (strict and reason in _NODE_EXITS)
