"""The running sidecar beside a volume that hangs: it goes on, and no probe restarts it."""

from __future__ import annotations

import os

from tests.sidecar.conftest import Volumes
from tests.sidecar.gate.secret_volume import SecretVolume
from tests.sidecar.process.sidecar_process import SidecarProcess
from tests.sidecar.waiting import until
from tests.support.keys import Pool

POOL = Pool.generate(b"hanging volumes")


def test_a_genesis_that_hangs_delays_nothing_but_the_check_of_the_period(volumes: Volumes) -> None:
    genesis = volumes.root / "shelley-genesis.json"
    os.mkfifo(genesis)  # opening it waits for a writer that never comes
    secret = SecretVolume(volumes.source)
    secret.update(POOL.issue().by_name())
    network = {"CARDANO_NETWORK": "devnet", "NETWORK_MAGIC": "42"}
    with SidecarProcess(volumes, SHELLEY_GENESIS_FILE=str(genesis), **network) as sidecar:
        sidecar.wait_for_status(200, "CredentialsProvisioned")
        checks = {check["name"]: check for check in sidecar.get("/startup-status").json()["checks"]}
        assert checks["kes_period"]["reason"] == "KesPeriodUnchecked"
        assert str(genesis) in checks["kes_period"]["detail"]
        hanging = 'cardano_forge_manager_read_hangs{read="genesis"} 1.0'
        until(lambda: hanging in sidecar.get("/metrics").body.decode(), "the metric", seconds=10)
        newer = POOL.issue(counter=1)
        secret.update(newer.by_name())
        target = volumes.target / "kes.skey"
        until(lambda: target.read_bytes() == newer.kes_skey, "the newer set", seconds=10)
        assert sidecar.get("/health").body == b"OK"
        assert sidecar.end() == 0
