"""The node's configuration: two files, copied from the ConfigMap to a writable volume."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any

from forge_manager.base import logs
from forge_manager.base.text_encoding import encoding_fault
from forge_manager.commands.prepare.errors import PrepareError
from forge_manager.commands.prepare.files import read_if_present, write_atomically
from forge_manager.commands.prepare.json_text import with_true

if TYPE_CHECKING:
    from pathlib import Path

CONFIG_FILE = "config.json"
TOPOLOGY_FILE = "topology.json"
#: As the flag --start-as-non-producing-node, whatever the image makes of that
#: (Cardano.Node.Configuration.POM, 10.5.4 to 11.0.1).
_NON_PRODUCING = "StartAsNonProducingNode"

_log = logging.getLogger(__name__)


def copy_config(source: Path, target: Path, *, non_producing: bool) -> dict[str, Any]:
    """Copy config.json and topology.json; returns the parsed configuration.

    `non_producing`: the copy says that the node starts without forging, whatever its source says.
    Raises PrepareError when one is missing or is not a JSON object.
    """
    contents = {name: _read_required(source / name) for name in (CONFIG_FILE, TOPOLOGY_FILE)}
    parsed = {name: json_object(content, source / name) for name, content in contents.items()}
    if non_producing:
        said = parsed[CONFIG_FILE].get(_NON_PRODUCING)
        if said is not None and said is not True:
            _log.warning(
                "the node's configuration was changed: a node under election starts non-producing",
                extra=logs.fields(file=source / CONFIG_FILE, key=_NON_PRODUCING, said=said),
            )
        contents[CONFIG_FILE] = with_true(contents[CONFIG_FILE], _NON_PRODUCING)
    for name, content in contents.items():
        write_atomically(target / name, content)
    return parsed[CONFIG_FILE]


def copy_topology(source: Path, target: Path) -> bool:
    """Copy topology.json alone; tells whether it differs from what was there.

    Raises PrepareError when it is missing or is not a JSON object.
    """
    content = _read_required(source / TOPOLOGY_FILE)
    json_object(content, source / TOPOLOGY_FILE)
    if read_if_present(target / TOPOLOGY_FILE) == content:
        return False
    write_atomically(target / TOPOLOGY_FILE, content)
    return True


def json_object(content: bytes, path: Path) -> dict[str, Any]:
    """Parse a JSON object. Raises PrepareError naming the place of a mistake."""
    if fault := encoding_fault(content):
        raise PrepareError(f"{path} {fault}")
    try:
        value = json.loads(content)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise PrepareError(f"{path} is not JSON: {error.msg} at {place}") from None
    except (ValueError, RecursionError):
        raise PrepareError(f"{path} is not JSON that can be read") from None
    if not isinstance(value, dict):
        raise PrepareError(f"{path} is not a JSON object")
    return value


def _read_required(path: Path) -> bytes:
    content = read_if_present(path)
    if content is None:
        raise PrepareError(
            f"{path} does not exist; CONFIG_SOURCE_DIR must hold {CONFIG_FILE} and {TOPOLOGY_FILE}"
        )
    return content
