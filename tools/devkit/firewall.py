"""What a Docker engine leaves in the kernel's network when it stops, and how to undo it."""

import json
import re
import shlex
import shutil
import socket
from pathlib import Path
from typing import Any

from devkit import steps

_FORWARDING = Path("/proc/sys/net/ipv4/ip_forward")
_BRIDGE = "docker0"
_FAMILIES = ("iptables", "ip6tables")
_DOCKER_CHAIN = re.compile(r"^:(DOCKER\S*) ", re.MULTILINE)


def snapshot_file(engine: Path) -> Path:
    """Return the file that says how the network was before our engine first started."""
    return engine / "network-before.json"


def take_snapshot(engine: Path) -> None:
    """Note what there is before the first start; a start after a crash does not overwrite it."""
    file = snapshot_file(engine)
    if file.exists():
        return
    saved = {family: _save(family) for family in _FAMILIES}
    state = {
        "forwarding": _FORWARDING.read_text().strip(),
        "bridge": _bridge_exists(),
        "rules": saved,
    }
    half = file.with_suffix(".tmp")
    half.write_text(json.dumps(state))
    half.replace(file)


def restore(engine: Path) -> None:
    """Remove the bridge, chains and rules of our engine; does nothing if it never ran."""
    file = snapshot_file(engine)
    if not file.exists():
        return
    before: dict[str, Any] = json.loads(file.read_text())
    for family, rules in before["rules"].items():
        for command in removals(rules, _save(family)):
            steps.capture([family, *command], what=f"{family} {command[2]}")
    if _bridge_exists() and not before["bridge"]:
        steps.capture(["ip", "link", "delete", _BRIDGE], what=f"delete {_BRIDGE}")
    if _FORWARDING.read_text().strip() != before["forwarding"]:
        _FORWARDING.write_text(before["forwarding"])
    file.unlink()


def removals(before: str, after: str) -> list[list[str]]:
    """Return the arguments of iptables that undo Docker's rules.

    `before` and `after` are outputs of iptables-save. Chains that were there before stay, and so
    does every rule that neither names one of Docker's chains nor one of its bridges. Rules go
    first, then the chains are flushed, then deleted, as iptables demands.
    """
    old_rules = {table: set(rules) for table, rules in _tables(before).items()}
    old_chains = set(_DOCKER_CHAIN.findall(before))
    rules, flushes, deletions, policies = [], [], [], []
    for table, lines in _tables(after).items():
        for line in lines:
            if line in old_rules.get(table, set()):
                continue
            chain = _DOCKER_CHAIN.match(line)
            if chain and chain[1] not in old_chains:
                flushes.append(["-t", table, "-F", chain[1]])
                deletions.append(["-t", table, "-X", chain[1]])
            elif line.startswith("-A ") and _is_dockers(line):
                rules.append(["-t", table, "-D", *shlex.split(line)[1:]])
            elif line.startswith(":FORWARD DROP") and table == "filter":
                policies.append(["-t", table, "-P", "FORWARD", "ACCEPT"])
    return [*rules, *flushes, *deletions, *policies]


def _is_dockers(rule: str) -> bool:
    chain, *words = shlex.split(rule)[1:]
    # A rule inside one of Docker's chains goes with the chain.
    return not chain.startswith("DOCKER") and any(
        word.startswith(("DOCKER", _BRIDGE, "br-")) for word in words
    )


def _tables(saved: str) -> dict[str, list[str]]:
    tables: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in saved.splitlines():
        if line.startswith("*"):
            lines = tables.setdefault(line[1:], [])
        elif line.startswith((":", "-A")):
            # Without the packet counters, which differ from call to call.
            lines.append(re.sub(r" \[\d+:\d+\]$", " ", line))
    return tables


def _save(family: str) -> str:
    if not shutil.which(f"{family}-save"):
        return ""
    return steps.capture([f"{family}-save"], what=f"{family}-save")


def _bridge_exists() -> bool:
    return any(name == _BRIDGE for _, name in socket.if_nameindex())
