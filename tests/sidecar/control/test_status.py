"""What is known of forging before the first round of control, if there ever is one."""

from pathlib import Path

import pytest

from forge_manager.control.status import initial_state
from forge_manager.settings.manager import parse_settings


@pytest.mark.parametrize(
    ("shared", "control", "expected"),
    [
        (False, "sighup", ("NobodyIsElected", False, True)),
        (True, "sighup", ("Starting", None, False)),
        (True, "none", ("NodeControlNone", None, True)),
    ],
)
def test_before_the_first_round(
    tmp_path: Path, shared: bool, control: str, expected: tuple[str, bool | None, bool]
) -> None:
    volume = str(tmp_path if shared else tmp_path / "missing")
    variables = {"POD_NAME": "a-0", "STATE_DIR": volume, "CHECKED_DIR": volume}
    state = initial_state(parse_settings(variables | {"NODE_CONTROL": control}))
    assert (state.why, state.forging, state.handed_over) == expected
