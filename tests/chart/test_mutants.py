"""The tool that breaks templates: it breaks lines that matter, the same ones for a seed."""

from __future__ import annotations

from pathlib import Path

from tests.chart.mutation.mutants import sample
from tests.chart.mutation.order import by_likeness

TEMPLATE = """{{/*
a comment of
two lines
*/}}
{{- if .Values.a }}
# said to people
replicas: {{ .Values.count }}
{{- end }}
"""


def templates(folder: Path) -> Path:
    inside = folder / "templates"
    inside.mkdir()
    (inside / "one.yaml").write_text(TEMPLATE)
    return inside


def test_a_seed_chooses_the_same_lines(tmp_path: Path) -> None:
    folder = templates(tmp_path)
    assert sample(folder, 2, seed=5) == sample(folder, 2, seed=5)


def test_neither_comments_nor_the_ends_of_blocks_are_broken(tmp_path: Path) -> None:
    folder = templates(tmp_path)
    broken = {m.line for seed in range(20) for m in sample(folder, 9, seed)}
    assert broken == {4, 6}


def test_a_block_that_is_opened_is_never_left_open(tmp_path: Path) -> None:
    folder = templates(tmp_path)
    opening = [m for seed in range(50) for m in sample(folder, 9, seed) if m.line == 4]
    assert all(m.after and m.after != m.before for m in opening)


def test_only_the_chosen_line_of_the_copy_changes(tmp_path: Path) -> None:
    folder = templates(tmp_path)
    copy = tmp_path / "copy"
    (copy / "templates").mkdir(parents=True)
    (copy / "templates" / "one.yaml").write_text(TEMPLATE)
    (mutant, *_) = sample(folder, 1, seed=1)
    mutant.apply(copy, tmp_path)
    now = (copy / "templates" / "one.yaml").read_text().splitlines()
    kept = TEMPLATE.splitlines()
    assert now != kept
    assert now[: mutant.line] == kept[: mutant.line]
    assert (folder / "one.yaml").read_text() == TEMPLATE


def test_the_tests_that_speak_of_the_broken_line_are_run_first() -> None:
    names = ["test_a.py::test_node", "test_node.py::test_port[submitApi.port]", "test_b.py::test_c"]
    broken = "_node.tpl:3: - containerPort: {{ .Values.submitApi.port }}  ->  (removed)"
    assert by_likeness(names, broken) == [1, 0, 2]


def test_a_word_of_few_tests_counts_more_than_one_of_many() -> None:
    names = ["test_node", "test_node_other", "test_epoch"]
    assert by_likeness(names, "node: epoch")[0] == 2


def test_what_renders_every_part_is_run_before_all() -> None:
    names = ["test_port", "test_every_object.py::test_it_is_valid[relays-1.29]"]
    assert by_likeness(names, "port") == [1, 0]


def test_no_test_is_left_out_by_the_order() -> None:
    names = ["test_b", "test_a", "test_c"]
    assert by_likeness(names, "") == [0, 1, 2]
