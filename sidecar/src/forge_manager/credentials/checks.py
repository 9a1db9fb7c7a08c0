"""All checks of a set of three signing files, in the order in which a person would check."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar

from forge_manager.base.reasons import Reason
from forge_manager.credentials import kes, opcert, pool_id, vrf
from forge_manager.credentials.verdict import (
    Check,
    KesValidity,
    RejectionError,
    Verdict,
    blocks,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from forge_manager.credentials.networks import SlotClock
    from forge_manager.credentials.opcert import OpCert

ParsedT = TypeVar("ParsedT")


@dataclass(frozen=True)
class CredentialSet:
    """The content of the three files, or why there is none."""

    kes: bytes | RejectionError
    vrf: bytes | RejectionError
    op_cert: bytes | RejectionError


@dataclass(frozen=True)
class FileNames:
    """The files as messages name them."""

    kes: str
    vrf: str
    op_cert: str


@dataclass(frozen=True)
class Expectations:
    """What the set must match.

    `pool_ids`: ids by where each was configured. `clock`: None skips the check of the KES period,
    and `no_clock` says why.
    """

    pool_ids: Mapping[str, str]
    clock: SlotClock | None
    no_clock: str = ""
    strict: bool = True


def check_credentials(
    files: CredentialSet, names: FileNames, expected: Expectations, now: float
) -> Verdict:
    """Make every check; `now` is Unix time in seconds. Never raises for anything in the files."""
    judge = _Judge(strict=expected.strict)
    kes_key = judge.file("kes_file", files.kes, names.kes, kes.parse)
    vrf_key = judge.file("vrf_file", files.vrf, names.vrf, vrf.parse)
    cert = judge.file("opcert_file", files.op_cert, names.op_cert, opcert.parse)

    judge.check(
        "kes_matches_opcert",
        None if kes_key is None or cert is None else kes.verification_key(kes_key) == cert.kes_vkey,
        Reason.KES_KEY_MISMATCH,
        good=f"{names.kes} is the key that {names.op_cert} names",
        bad=f"{names.kes} is not the key that {names.op_cert} was issued for; use a pair that was "
        "made together, or issue a new certificate for this key",
    )
    judge.check(
        "kes_key_consistent",
        None if kes_key is None else kes.is_consistent(kes_key),
        Reason.KES_KEY_INCONSISTENT,
        good=f"the seeds in {names.kes} belong to its verification keys",
        bad=f"{names.kes} is damaged inside: the node would start, but the network would refuse "
        "its blocks; copy the file again, or make a new key and certificate",
    )
    judge.check(
        "vrf_key_consistent",
        None if vrf_key is None else vrf.is_consistent(vrf_key),
        Reason.VRF_KEY_INCONSISTENT,
        good=f"the public half of {names.vrf} belongs to its seed",
        bad=f"{names.vrf} is damaged inside: the node would start, but the network would refuse "
        "its blocks; copy the file again from a backup",
    )
    judge.check(
        "opcert_signature",
        None if cert is None else cert.signature_is_valid(),
        Reason.OP_CERT_SIGNATURE_INVALID,
        good=f"{names.op_cert} is signed by its cold key",
        bad=f"{names.op_cert} is not signed by the cold key in it: the node would start, but the "
        "network would refuse its blocks; issue the certificate again",
    )
    if cert is not None:
        _check_pool_ids(judge, cert, names, expected)
    validity = _kes_validity(cert, expected.clock, now) if cert and expected.clock else None
    _check_kes_period(judge, validity, names, expected)
    return Verdict(
        checks=tuple(judge.checks),
        op_cert=cert,
        pool_id=pool_id.to_bech32(pool_id.of_cold_key(cert.cold_vkey)) if cert else None,
        kes=validity,
    )


class _Judge:
    """Collects findings; knows which of them keep the node from starting."""

    def __init__(self, *, strict: bool) -> None:
        self.checks: list[Check] = []
        self._strict = strict

    def file(
        self,
        name: str,
        content: bytes | RejectionError,
        file: str,
        parse: Callable[..., ParsedT],
    ) -> ParsedT | None:
        """Parse one file and record whether that went well."""
        try:
            if isinstance(content, RejectionError):
                raise content
            parsed = parse(content, file=file)
        except RejectionError as rejection:
            self.fail(name, rejection.reason, rejection.detail)
            return None
        self.checks.append(
            Check(name, ok=True, detail=f"{file} is a well-formed file of its type", blocking=True)
        )
        return parsed

    def check(self, name: str, ok: bool | None, reason: Reason, *, good: str, bad: str) -> None:  # noqa: FBT001 (the finding itself)
        """Record a finding; None: not made, because a file it needs could not be used."""
        if ok is False:
            self.fail(name, reason, bad)
            return
        detail = good if ok else "not checked: a file it needs could not be used"
        self.checks.append(Check(name, ok, detail, blocks(reason, strict=self._strict)))

    def fail(self, name: str, reason: Reason, detail: str) -> None:
        """Record that something is wrong."""
        blocking = blocks(reason, strict=self._strict)
        self.checks.append(Check(name, ok=False, detail=detail, blocking=blocking, reason=reason))

    def skip(self, name: str, reason: Reason, detail: str) -> None:
        """Record that a check could not be made for a reason of its own."""
        self.checks.append(Check(name, ok=None, detail=detail, blocking=False, reason=reason))


def _check_pool_ids(judge: _Judge, cert: OpCert, names: FileNames, expected: Expectations) -> None:
    actual = pool_id.of_cold_key(cert.cold_vkey)
    shown = pool_id.to_bech32(actual)
    for source, text in expected.pool_ids.items():
        configured = pool_id.parse(text)
        if configured is None:
            judge.fail(
                "pool_id",
                Reason.POOL_ID_MALFORMED,
                f"{source} is not a pool id (pool1... or 56 hexadecimal digits), so it cannot be "
                f"compared; {names.op_cert} belongs to pool {shown}",
            )
            continue
        judge.check(
            "pool_id",
            configured == actual,
            Reason.POOL_ID_MISMATCH,
            good=f"{names.op_cert} belongs to the pool that {source} names",
            bad=f"{names.op_cert} belongs to pool {shown}, but {source} names another; give this "
            "pool its own files, or correct the id",
        )


def _check_kes_period(
    judge: _Judge, validity: KesValidity | None, names: FileNames, expected: Expectations
) -> None:
    name = "kes_period"
    if validity is None:
        why = "the certificate could not be used" if expected.clock else expected.no_clock
        judge.skip(name, Reason.KES_PERIOD_UNCHECKED, f"not checked: {why}")
        return
    span = f"KES periods {validity.start_period} to {validity.end_period - 1}"
    now = f"now is period {validity.current_period}"
    if validity.current_period < validity.start_period:
        judge.fail(
            name,
            Reason.KES_PERIOD_IN_FUTURE,
            f"{names.op_cert} is for {span}, and {now}, so no block can be forged yet; check the "
            "network it was issued for, and issue it for the current period",
        )
        return
    judge.check(
        name,
        validity.current_period < validity.end_period,
        Reason.KES_PERIOD_EXPIRED,
        good=f"{names.op_cert} is for {span}, {now}; it expires {_utc(validity.expires)}",
        bad=f"{names.op_cert} was for {span}, and {now}: it expired {_utc(validity.expires)}, so "
        "no block can be forged; make a new KES key and certificate",
    )


def _kes_validity(cert: OpCert, clock: SlotClock, now: float) -> KesValidity:
    start, end = cert.kes_period, cert.kes_period + clock.max_kes_evolutions
    from_the_first = start <= clock.kes_period_at(clock.shelley_start)
    return KesValidity(
        start_period=start,
        end_period=end,
        current_period=clock.kes_period_at(now),
        begins=0.0 if from_the_first else clock.kes_period_start(start),
        expires=clock.kes_period_start(end),
    )


def _utc(time: float) -> str:
    try:
        return datetime.fromtimestamp(time, UTC).strftime("%Y-%m-%d %H:%M UTC")
    except (ValueError, OverflowError, OSError):
        return "beyond the year 9999"
