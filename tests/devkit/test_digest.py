"""The same inputs give the same key, and every other input another one."""

from pathlib import Path

from devkit import digest


def tree(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def of(folder: Path) -> str:
    return digest.of_files(digest.sources(folder), folder)


def test_parts_cannot_merge() -> None:
    assert digest.key("ab", "c") != digest.key("a", "bc")
    assert len(digest.key("a")) == digest.KEY_LENGTH


def test_the_key_of_a_folder_does_not_depend_on_where_it_is(tmp_path: Path) -> None:
    files = {"a.py": "1", "b/c.py": "2"}
    assert of(tree(tmp_path / "one", files)) == of(tree(tmp_path / "two", files))


def test_names_contents_and_execute_bits_count(tmp_path: Path) -> None:
    original = of(tree(tmp_path / "one", {"a": "1"}))
    assert of(tree(tmp_path / "two", {"a": "2"})) != original
    assert of(tree(tmp_path / "three", {"b": "1"})) != original
    (tree(tmp_path / "four", {"a": "1"}) / "a").chmod(0o755)
    assert of(tmp_path / "four") != original


def test_what_tools_leave_in_a_source_folder_does_not_count(tmp_path: Path) -> None:
    folder = tree(tmp_path, {"a.py": "1"})
    original = of(folder)
    tree(folder, {"__pycache__/a.pyc": "x", "a.egg-info/b": "x", "b/.mypy_cache/c": "x"})
    assert of(folder) == original
