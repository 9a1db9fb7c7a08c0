"""Why the setup did not succeed."""


class PrepareError(Exception):
    """What is wrong, where, and what to do; shown to the operator as it is."""
