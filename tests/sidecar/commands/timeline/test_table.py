"""The table tells the story in order, whichever source a line comes from."""

from __future__ import annotations

from dataclasses import replace

from forge_manager.commands.timeline.table import table
from tests.sidecar.commands.timeline import samples


def test_a_late_secret_from_the_pod_to_the_running_node() -> None:
    assert table(samples.late_secret()).splitlines() == [
        "stake/pool-0, seconds since the pod was created",
        "    +0    pod created",
        "    +0    scheduled on worker-1",
        "    +1    init-cardano-setup ended with exit code 0",
        "    +2    cardano-forge-manager started",
        "    +2.6  /startup-status 503 SourceMissing: no kes.skey",
        "    +3    kubelet: startup probe failed: statuscode: 503 (1 x, first here)",
        "   +20    Secret pool-keys created",
        "   +56.5  Secret delivered to the pod by the kubelet",
        "   +57.2  /startup-status 200 CredentialsProvisioned: in place",
        "   +58    cardano-forge-manager is started: true",
        "   +58    cardano-node started",
        "   +61    pod ready",
        "  restarts  init-cardano-setup 0, cardano-forge-manager 0, cardano-node 0",
    ]


def test_without_the_gate_the_first_start_the_last_end_and_the_count() -> None:
    assert table(samples.looping_node()).splitlines()[3:] == [
        "    +2    cardano-forge-manager started",
        "    +2    cardano-forge-manager is started: true",
        "    +2    cardano-node started",
        "    +6    cardano-node ended with exit code 1, saying: cardano-node: no key",
        "   +19    cardano-node started again (restart 3)",
        "  restarts  cardano-forge-manager 0, cardano-node 3",
    ]


def test_within_a_second_causes_come_before_effects() -> None:
    """A log's 2.9 s and Kubernetes' 2 s may be the same moment."""
    seen = samples.late_secret()
    seen.pod["status"]["conditions"] = [samples.condition("Initialized", 2)]
    ready = samples.gate_line(2.9, "ready", "CredentialsProvisioned", "in place")
    lines = table(replace(seen, manager_log=ready)).splitlines()
    opened = next(i for i, line in enumerate(lines) if "/startup-status 200" in line)
    assert "started: true" in lines[opened + 1]


def test_a_pod_that_was_not_scheduled_yet_is_a_table_too() -> None:
    pending = samples.pod(
        conditions=[samples.condition("PodScheduled", 0, status="False")], init_statuses=[]
    )
    lines = table(replace(samples.looping_node(), pod=pending, events=[])).splitlines()
    assert lines[1:] == ["    +0    pod created", "  restarts  "]


def test_a_secret_older_than_the_pod_has_a_negative_time() -> None:
    seen = replace(samples.looping_node(), secrets={"keys": "2026-01-31T11:59:55Z"})
    assert "    -5    Secret keys created" in table(seen)


def test_lines_fit_a_terminal() -> None:
    seen = replace(samples.looping_node(), node_log="x" * 1000)
    assert max(map(len, table(seen).splitlines())) <= 110
