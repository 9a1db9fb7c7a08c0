"""Figures are held against bounds and against the ratios that are kept."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bench.report import charts, guard, page, results, table
from bench.report.command import conclude
from bench.report.figure import Figure, Limit, of_samples

if TYPE_CHECKING:
    from pathlib import Path

FLOOR = Limit(2.0, "a bare pod")
KNOWN = Limit(2.0, "the earlier sidecar", same_run=False)


@pytest.fixture(autouse=True)
def kept_apart(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep results and page of these tests out of the repository."""
    monkeypatch.setattr(results, "DIRECTORY", tmp_path / "results")
    monkeypatch.setattr(page, "DOCS", tmp_path)


def figure(value: float, *, limit: Limit | None = FLOOR, bound: float | None = None) -> Figure:
    """Return a figure in seconds."""
    return Figure("start-up/cost", "the gate's cost", value, "s", limit, bound)


def test_several_samples_give_their_median() -> None:
    made = of_samples("a/b", "what", [5.0, 1.0, 2.0], "s")
    assert (made.value, made.samples) == (2.0, (5.0, 1.0, 2.0))


@pytest.mark.parametrize(
    ("value", "bound", "holds"),
    [(1.0, None, True), (1.0, 1.0, True), (1.1, 1.0, False), (float("nan"), None, False)],
)
def test_a_bound_is_the_most_that_is_good(value: float, bound: float | None, holds: bool) -> None:
    assert figure(value, bound=bound).holds is holds


def test_results_come_back_as_they_were_kept() -> None:
    now = results.of_now(
        "make x", {"Kubernetes": "v1"}, [figure(3.0), of_samples("a/b", "w", [1], "s")]
    )
    results.write("x", now)
    assert results.read("x") == now
    assert results.read("nothing") is None


def test_a_broken_file_of_results_is_named() -> None:
    results.write("x", results.of_now("make x", {}, [figure(3.0)]))
    results.path("x").write_text('{"figures": [')
    with pytest.raises(ValueError, match=r"x\.json: not results"):
        results.read("x")


@pytest.mark.parametrize(
    ("before", "now", "said"),
    [
        (figure(3.0), figure(4.4), False),
        (figure(3.0), figure(4.5), True),
        # The same ratio on a machine that is twice as slow.
        (figure(3.0), figure(6.0, limit=replace(FLOOR, value=4.0)), False),
        (figure(3.0, limit=None), figure(30.0, limit=None), False),
        (figure(3.0, limit=KNOWN), figure(30.0, limit=KNOWN), False),
        (figure(3.0), figure(30.0, limit=replace(FLOOR, value=0.0)), False),
    ],
)
def test_a_ratio_half_as_much_again_is_a_regression(
    before: Figure,
    now: Figure,
    said: bool,
) -> None:
    kept = results.of_now("make x", {}, [before])
    assert bool(guard.regressions(kept, results.of_now("make x", {}, [now]))) is said


def test_what_is_beyond_its_bound_or_worse_is_not_kept(capsys: pytest.CaptureFixture[str]) -> None:
    assert conclude("bench", "make bench", [figure(3.0, bound=4)], {}) == 0
    assert conclude("bench", "make bench", [figure(4.1, limit=None, bound=4)], {}) == 1
    assert conclude("bench", "make bench", [figure(4.6)], {}) == 1
    said = capsys.readouterr().out
    assert "start-up/cost: beyond its bound" in said
    assert "**4.1 s**" in said
    assert "2.30 times its limit" in said
    kept = results.read("bench")
    assert kept
    assert kept.figures[0].value == 3.0


def test_what_is_only_judged_is_told_and_not_kept(capsys: pytest.CaptureFixture[str]) -> None:
    assert conclude("soak", "make soak", [figure(3.0, bound=4)], {}, keep=False) == 0
    assert conclude("soak", "make soak", [figure(5.0, bound=4)], {}, keep=False) == 1
    assert results.read("soak") is None
    assert "the gate's cost" in capsys.readouterr().out


def test_the_page_has_each_figure_beside_its_limit_and_a_chart_of_samples() -> None:
    sampled = of_samples("start-up/node", "the node", [1.0, 2.0], "s", limit=FLOOR)
    conclude("bench", "make bench", [figure(3.0), sampled], {"Kubernetes": "v1.34.4"})
    text = page.text_of_page()
    assert "| the gate's cost | 3 s |  | 2 s, a bare pod |  |" in text
    assert "Kubernetes v1.34.4" in text
    (name,) = page.pictures()
    assert f"]({name})" in text


def test_a_chart_is_the_same_each_time() -> None:
    sampled = [of_samples("start-up/node", "the node", [1.0, 2.0], "s", limit=FLOOR)]
    assert charts.chart(sampled) == charts.chart(sampled)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.0, "0 s"),
        (0.0123, "0.012 s"),
        (0.5, "0.5 s"),
        (9.876, "9.88 s"),
        (12.34, "12.3 s"),
        (1234.5, "1234 s"),
    ],
)
def test_a_value_has_the_digits_that_it_is_good_for(value: float, shown: str) -> None:
    assert table.measured(value, "s") == shown


def test_the_page_is_written_from_what_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert (page.DOCS / page.PAGE).read_text() == page.text_of_page(), "run: make docs"
    for name, text in page.pictures().items():
        assert (page.DOCS / name).read_text() == text, "run: make docs"
