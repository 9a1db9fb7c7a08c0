"""What the chart's documents promise."""

from __future__ import annotations

from tests.chart.earlier_tables import OLDER
from tests.chart.rendering import CHART, ROOT
from tests.docs.pages import Page


def test_the_readme_says_what_became_of_every_value_that_was_ignored() -> None:
    text = (CHART / "README.md").read_text()
    for path in (
        "`ingress`",
        "`secrets`",
        "`mithrilSigner.healthCheck`",
        "`submitApi.healthCheck`",
        "`forgeManager.service.enabled`",
        "`forgeManager.legacy.crd.cardanoForgeCluster.enabled`",
        "`service.type`",
        "`monitoring.serviceMonitor.interval`",
        "`image.submitApi.enabled`",
        "`cardano-forge-crds`",
        "`forgeManager.clusterManagement`",
    ):
        assert path in text, path


def test_the_upgrade_guide_takes_the_steps_in_their_order() -> None:
    text = (ROOT / "docs" / "upgrade.md").read_text().partition("## From the earlier chart")[2]
    steps = ["--replicas=0", "--for=delete", "--cascade=orphan", "--server-side", "helm upgrade"]
    places = [text.index(step) for step in steps]
    assert places == sorted(places)


def test_the_upgrade_guide_has_every_value_of_older_versions() -> None:
    (table,) = [one for one in Page(ROOT / "docs" / "upgrade.md").tables if one[0][0] == "theirs"]
    rows = {
        path.strip("`"): {"versions": of, "instead": now.strip("`")} for path, of, now in table[1:]
    }
    assert rows == OLDER
