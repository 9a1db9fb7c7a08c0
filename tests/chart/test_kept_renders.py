"""A render is kept for the chart that gave it, whole, and no longer than it is of use."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.chart.kept_renders import CHARTS_KEPT, KeptRenders

ANSWER = {"manifest": "kind: Pod", "notes": "", "error": ""}


@pytest.fixture
def chart(tmp_path: Path) -> Path:
    chart = tmp_path / "chart"
    (chart / "templates").mkdir(parents=True)
    (chart / "templates" / "pod.yaml").write_text("kind: Pod")
    return chart


@pytest.fixture
def kept(tmp_path: Path, chart: Path) -> KeptRenders:
    return KeptRenders(tmp_path / "kept", chart, "helm-1")


def test_an_answer_is_found_by_its_request(kept: KeptRenders) -> None:
    assert kept.find("one", kept.look()) is None
    kept.keep("one", kept.look(), ANSWER)
    assert kept.find("one", kept.look()) == ANSWER
    assert kept.find("two", kept.look()) is None


def test_of_another_chart_or_renderer_nothing_is_found(
    kept: KeptRenders, chart: Path, tmp_path: Path
) -> None:
    kept.keep("one", kept.look(), ANSWER)
    other = KeptRenders(tmp_path / "kept", chart, "helm-2")
    assert other.find("one", other.look()) is None
    template = chart / "templates" / "pod.yaml"
    before = template.stat().st_mtime_ns
    template.write_text("kind: Bod")  # as long as before
    os.utime(template, ns=(before, before + 1))
    assert kept.find("one", kept.look()) is None
    (chart / "templates" / "pod.yaml").write_text("kind: Pod")
    (chart / "templates" / "another.yaml").touch()
    assert kept.find("one", kept.look()) is None


def test_an_answer_of_a_chart_that_changed_meanwhile_is_not_kept(
    kept: KeptRenders, chart: Path
) -> None:
    seen = kept.look()
    (chart / "templates" / "pod.yaml").write_text("kind: Service")
    kept.keep("one", seen, ANSWER)
    assert kept.find("one", kept.look()) is None


def test_half_an_answer_is_none(kept: KeptRenders, tmp_path: Path) -> None:
    kept.keep("one", kept.look(), ANSWER)
    (file,) = (path for path in (tmp_path / "kept").rglob("*") if path.is_file())
    whole = file.read_bytes()
    for length in range(len(whole)):
        file.write_bytes(whole[:length])
        assert kept.find("one", kept.look()) is None


def test_answers_of_charts_long_ago_go(chart: Path, tmp_path: Path) -> None:
    for number in range(CHARTS_KEPT + 2):
        (chart / "values.yaml").write_text("x" * number)
        kept = KeptRenders(tmp_path / "kept", chart, "helm-1")
        kept.keep("one", kept.look(), ANSWER)
    assert len([*(tmp_path / "kept").iterdir()]) == CHARTS_KEPT
    assert kept.find("one", kept.look()) == ANSWER
