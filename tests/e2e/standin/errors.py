"""The errors that end the stand-in the way a start-up error ends cardano-node."""

from __future__ import annotations


class StartError(Exception):
    """Something a node cannot start with; the message names the file and what is wrong."""


class MissingFileError(StartError):
    """A credential file is not there, which at a SIGHUP means: do not forge."""
