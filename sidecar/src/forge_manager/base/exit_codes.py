"""Exit codes of every command, part of the public interface (STARTUP-PROBE.md)."""

from enum import IntEnum


class ExitCode(IntEnum):
    """What the process tells the one that started it."""

    OK = 0
    FAILED = 1  # the work was refused or did not succeed; the last lines say why
    USAGE = 2  # wrong arguments or environment: nothing was started
    PORT_UNAVAILABLE = 3  # the HTTP port cannot be listened on
    WARNINGS = 4  # `check` only: nothing blocks, but something needs attention
