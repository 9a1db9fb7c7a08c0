"""Where the time of a run went can be read afterwards, by a person and by a program."""

import json
import time

import pytest

from devkit import steps, timings


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUN_STARTED", "1000000000")
    clock = iter(range(1_000_000_000, 1_000_001_000, 2))
    monkeypatch.setattr(time, "time", lambda: float(next(clock)))
    monkeypatch.setattr(time, "monotonic", lambda: float(next(clock)))


@pytest.mark.usefixtures("run")
def test_steps_are_kept_with_what_they_are_part_of() -> None:
    with timings.record("bake", ""), timings.record("knead", ""):
        pass
    with pytest.raises(ZeroDivisionError), timings.record("burn", "oven"):
        raise ZeroDivisionError
    saved = json.loads(timings.file().read_text())
    assert saved["run"] == 1_000_000_000
    told = [(one["title"], one["lane"], one["depth"]) for one in saved["steps"]]
    assert told == [("knead", "", 1), ("bake", "", 0), ("burn", "oven", 0)]
    knead, bake, _ = (one["seconds"] for one in saved["steps"])
    assert 0 < knead < bake


@pytest.mark.usefixtures("run")
def test_the_table_is_in_order_of_the_start() -> None:
    with timings.record("bake", ""), timings.record("knead", ""):
        pass
    with timings.record("burn", "oven"):
        pass
    lines = timings.table().splitlines()
    assert [line.split(maxsplit=2)[2] for line in lines[1:4]] == ["bake", "knead", "[oven] burn"]
    assert lines[2].index("knead") == lines[1].index("bake") + 2
    assert "in all" in lines[-1]


@pytest.mark.usefixtures("run")
def test_another_run_begins_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    with timings.record("old", ""):
        pass
    monkeypatch.setenv("RUN_STARTED", "1000000001")
    with timings.record("new", ""):
        pass
    assert [one["title"] for one in json.loads(timings.file().read_text())["steps"]] == ["new"]


def test_without_a_run_nothing_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RUN_STARTED", raising=False)
    with steps.step("quiet"):
        pass
    assert not timings.file().exists()
    assert timings.table() == ""
