"""JSON files that the node reads when it starts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from .errors import StartError

if TYPE_CHECKING:
    from pathlib import Path


def json_object(path: Path, what: str) -> dict[str, object]:
    """Read a file that holds a JSON object; `what` names it in a StartError."""
    try:
        content = json.loads(path.read_bytes())
    except OSError as error:
        raise StartError(f"{what} {path}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise StartError(f"{what} {path}: not JSON: {error}") from error
    if not isinstance(content, dict):
        raise StartError(f"{what} {path}: not a JSON object")
    return content
