"""Removes a ledger that an interrupted Mithril restore left, so that the next one can start.

Blink Labs' image restores if the ledger has no protocolMagicId, with mithril-client, which refuses
a directory that is not empty: after one interruption it refuses for ever. cardano-node refuses such
a directory, too. It writes protocolMagicId before anything else (checkDbMarker of
ouroboros-consensus), mithril-client after everything else (create_bootstrap_node_files). So without
that file no node has written there; a ledger that has only lost it is known by what a node makes
next.

No restore runs meanwhile: this pod's node starts later, and a StatefulSet runs one pod of each
name.
"""

from __future__ import annotations

import logging
import os
import shutil
from pathlib import Path

from forge_manager.base import logs
from forge_manager.commands.prepare.errors import PrepareError

_COMPLETE = "protocolMagicId"
#: What a running node has: its lock, blocks that are not final yet, the state of its syncing.
_OF_A_NODE = ("lock", "volatile", "gsm")
_OF_THE_VOLUME = "lost+found"

_log = logging.getLogger(__name__)


def remove_half_restored(ledger: Path) -> None:
    """Empty this directory if a restore was interrupted in it. Raises PrepareError.

    A link in its place, or in it, is not followed, and no other volume is entered.
    """
    if ledger.is_symlink() or not ledger.is_dir():
        return
    try:
        found = [entry for entry in os.scandir(ledger) if entry.name != _OF_THE_VOLUME]
        if not found or any(entry.name == _COMPLETE for entry in found):
            return
        kept = next((why for entry in found if (why := _why_kept(entry, ledger))), None)
        if kept:
            _log.warning(
                "the ledger has no protocolMagicId but is kept, because no restore wrote it; the "
                "node refuses it until you put that file back or empty the directory",
                extra=logs.fields(ledger=ledger, found=kept),
            )
            return
        _log.warning(
            "a restore was interrupted; its files are removed, and it starts again",
            extra=logs.fields(ledger=ledger, removed=sorted(entry.name for entry in found)),
        )
        for entry in found:
            _remove(entry)
    except OSError as error:
        raise PrepareError(
            f"{ledger} holds an interrupted restore and cannot be emptied: {error.strerror} "
            f"({error.filename}); empty it by hand, or set fsGroup to its group"
        ) from None


def _why_kept(entry: os.DirEntry[str], ledger: Path) -> str | None:
    """Name an entry that an interrupted restore does not leave; None for one that it does."""
    if entry.name in _OF_A_NODE and not _is_empty_directory(entry):
        return entry.name
    if entry.stat(follow_symlinks=False).st_dev != ledger.stat().st_dev:
        return f"{entry.name}, a separate volume"
    return None


def _is_empty_directory(entry: os.DirEntry[str]) -> bool:
    return entry.is_dir(follow_symlinks=False) and not any(Path(entry).iterdir())


def _remove(entry: os.DirEntry[str]) -> None:
    if entry.is_dir(follow_symlinks=False):
        shutil.rmtree(entry)  # follows no link, at no depth
    else:
        os.unlink(entry)  # noqa: PTH108 (an entry of a directory that was listed)
