"""STARTUP-PROBE.md against the examples, the sidecar's variables and the page's own promises."""

from __future__ import annotations

import re

import pytest
import yaml

from devkit.paths import REPOSITORY
from tests.docs.pages import Page

PAGE = Page(REPOSITORY / "STARTUP-PROBE.md")
TIMINGS = re.findall(
    r"^\| \[\w+\]\((examples/\S+\.yaml)\)[^|]*\| (\d+) \| (\d+) \| (\d+) \| (\d+) s \|",
    PAGE.text,
    re.MULTILINE,
)
SOURCES = "".join(path.read_text() for path in (REPOSITORY / "sidecar" / "src").rglob("*.py"))


def test_it_has_the_timings_of_the_examples() -> None:
    names = ("", "-faster", "-slower", "-production-ha")
    assert [row[0] for row in TIMINGS] == [
        f"examples/startup-probe-example{name}.yaml" for name in names
    ]


@pytest.mark.parametrize("row", TIMINGS, ids=lambda row: str(row[0]))
def test_a_timings_figures_are_its_files(row: tuple[str, ...]) -> None:
    file, *figures = row
    delay, period, failures, gives_up = map(int, figures)
    values = yaml.safe_load((REPOSITORY / file).read_text())
    probe = values["healthChecks"]["forgeManager"]["startupProbe"]
    keys = ("initialDelaySeconds", "periodSeconds", "failureThreshold")
    assert [probe[key] for key in keys] == [delay, period, failures]
    # A probe that the sidecar holds takes as long as it waits.
    (waits,) = re.findall(r"\?wait=(\d+)", str(probe.get("httpGet", {}))) or ["0"]
    assert gives_up == delay + max(period, int(waits)) * failures


def test_every_variable_that_it_names_is_read_by_the_sidecar() -> None:
    named = {
        code for _, code in PAGE.inline_code if re.fullmatch(r"[A-Z][A-Z]+_[A-Z_]*[A-Z]", code)
    }
    assert len(named) > 5
    for name in named:
        # Those of one file each are put together from their beginning and their end.
        assert any(f'"{part}"' in SOURCES for part in (name, name.partition("_")[0])), name
