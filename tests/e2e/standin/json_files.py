"""JSON files that the node reads when it starts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from .errors import StartError

if TYPE_CHECKING:
    from pathlib import Path


def json_object(path: Path, what: str, *, as_yaml: bool = False) -> dict[str, object]:
    """Read a file that holds a JSON object; `what` names it in a StartError.

    A byte order mark is no JSON to the node (aeson, issues 389 and 1082); `as_yaml`: what is read
    as YAML may have one, or be UTF-16 (YAML 1.2, chapter 5.2).
    """
    try:
        content = json.loads(path.read_bytes() if as_yaml else path.read_text("utf-8"))
    except OSError as error:
        raise StartError(f"{what} {path}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise StartError(f"{what} {path}: not JSON: {error}") from error
    if not isinstance(content, dict):
        raise StartError(f"{what} {path}: not a JSON object")
    return content
