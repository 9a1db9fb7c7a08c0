"""A source on a volume that hangs: the gate says so, and what is in place stays."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from forge_manager.base.reasons import Reason
from forge_manager.credentials.paths import CredentialPaths
from forge_manager.gate import source
from forge_manager.gate.provisioner import Clocks, Provisioner
from forge_manager.gate.record import CredentialSets, GateRecord
from forge_manager.gate.source import Signature, Snapshot
from forge_manager.gate.target import TargetDirectory
from tests.sidecar.conftest import Volumes, paths_in
from tests.sidecar.credentials.judging import judge_files
from tests.sidecar.gate.secret_volume import SecretVolume
from tests.sidecar.waiting import until
from tests.support.keys import Pool

POOL = Pool.generate(b"bounded source")


@pytest.fixture
def well(monkeypatch: pytest.MonkeyPatch, volumes: Volumes) -> Iterator[threading.Event]:
    """Set while the source's volume answers."""
    well = threading.Event()
    well.set()
    signature, read = source.signature, source.read_snapshot

    def patient_signature(paths: CredentialPaths) -> tuple[Signature, ...]:
        if paths.kes.parent == volumes.source:
            well.wait()
        return signature(paths)

    def patient_read(paths: CredentialPaths) -> Snapshot:
        if paths.kes.parent == volumes.source:
            well.wait()
        return read(paths)

    monkeypatch.setattr(source, "signature", patient_signature)
    monkeypatch.setattr(source, "read_snapshot", patient_read)
    yield well
    well.set()


def provisioner(volumes: Volumes) -> Provisioner:
    return Provisioner(
        source_paths=paths_in(volumes.source),
        target_paths=paths_in(volumes.target),
        target=TargetDirectory(volumes.target),
        judge=judge_files,
        record=GateRecord(),
        sets=CredentialSets(),
        clocks=Clocks(),
    )


def test_from_the_start_it_is_waited_for_in_vain_and_then_used(
    volumes: Volumes, well: threading.Event
) -> None:
    SecretVolume(volumes.source).update(POOL.issue().by_name())
    steps = provisioner(volumes)
    well.clear()
    began = time.monotonic()
    state = steps.step()
    assert time.monotonic() - began < 5
    assert state is not None
    assert (state.reason, state.ready) == (Reason.SOURCE_HANGS, False)
    until(lambda: steps.hangs, "what the metric says")
    well.set()
    until(lambda: (found := steps.step()) is not None and found.ready, "the gate")
    assert not steps.hangs


def test_later_the_set_that_is_in_place_stays(volumes: Volumes, well: threading.Event) -> None:
    secret = SecretVolume(volumes.source)
    secret.update(POOL.issue().by_name())
    steps = provisioner(volumes)
    steps.step()
    well.clear()
    state = steps.step()
    assert state is not None
    assert (state.reason, state.ready) == (Reason.CREDENTIALS_KEPT, True)
    newer = POOL.issue(counter=1)
    secret.update(newer.by_name())
    well.set()

    def newer_is_there() -> bool:
        steps.step()
        return (volumes.target / "kes.skey").read_bytes() == newer.kes_skey

    until(newer_is_there, "the newer set")
