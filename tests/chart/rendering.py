"""Render the chart as a user would, and find objects in what comes out."""

from __future__ import annotations

import json
import os
from collections import Counter
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from tests.chart import helm
from tests.chart.helm import Answer, Request, ask

ROOT = Path(__file__).resolve().parents[2]
# Another than the checkout's where a copy is broken on purpose (tests.chart.mutation).
CHART = Path(os.environ.get("RENDERED_CHART", helm.CHART))
HELM = ROOT / ".tools" / "bin" / "helm"
# How the checks of the chart begin what they say.
BY_CHECK = "These values do not go together:"
OLDEST_KUBERNETES = "1.29.0"

Object = dict[str, Any]


class RefusedError(Exception):
    """Helm refused the values; the text is what a user reads."""


class DuplicateKeyError(Exception):
    """A mapping names a key twice: the second silently replaces the first in most parsers."""


class _StrictLoader(yaml.CSafeLoader):
    """YAML that refuses duplicate keys."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = Counter(key.value for key, _ in node.value)
        for key, times in keys.items():
            if times > 1:
                raise DuplicateKeyError(f"{key!r} stands twice at {node.start_mark}")
        return super().construct_mapping(node, deep=deep)


@lru_cache(maxsize=2048)
def _objects(request: Request) -> tuple[Object, ...]:
    return parsed(_answer(request).manifest)


def _answer(request: Request) -> Answer:
    return _taken(ask(request))


def _taken(answer: Answer) -> Answer:
    if answer.error:
        raise RefusedError(answer.error)
    return answer


def parsed(manifest: str) -> tuple[Object, ...]:
    """The objects of a manifest; a key that stands twice fails."""
    documents = yaml.load_all(manifest, Loader=_StrictLoader)
    return tuple(document for document in documents if document is not None)


def notes(values: Object | None = None, *, release: str = "test") -> str:
    """What Helm prints after an installation under these values; no cluster is asked."""
    return _answer(_request(values, release=release)).notes


def warnings(values: Object | None = None, *, peers: bool = False) -> dict[str, str]:
    """The warnings among the notes: by the value's path, what is said of it.

    A producer has public peers by default: that it is warned of is left out, unless `peers`.
    """
    said = notes(values).partition("\nWarnings:\n")[2].splitlines()
    lines = [line.removeprefix("  - ") for line in said if line.startswith("  - ")]
    found = [line.partition(": ") for line in lines]
    assert len({path for path, _, _ in found}) == len(found), f"a value is named twice: {lines}"
    left_out = () if peers else ("cardanoNode.topology",)
    return {path: text for path, _, text in found if path not in left_out}


def refused(values: Object) -> list[str]:
    """The problems, one line each, for which the chart's checks refuse these values."""
    try:
        render(values)
    except RefusedError as refusal:
        lines = str(refusal).splitlines()
        found = [line.removeprefix("  - ") for line in lines if line.startswith("  - ")]
        assert found, f"refused, but not by a check: {refusal}"
        return found
    return []


def assert_refused(values: Object, path: str, fix: str) -> None:
    """Hold that one check refuses these values, names this path, and says this."""
    (problem,) = refused(values)
    assert problem.startswith(f"{path}: ")
    assert fix in problem


def assert_warned(values: Object, path: str, text: str) -> None:
    """Hold that these values are warned of once, at this path, and that this is said."""
    said = warnings(values)
    assert set(said) == {path}
    assert text in said[path]


def render(
    values: Object | None = None,
    *,
    release: str = "test",
    namespace: str = "pool",
    kube_version: str = OLDEST_KUBERNETES,
    chart: Path = CHART,
) -> Rendered:
    """Objects of the chart under these values; `RefusedError` when Helm refuses them."""
    request = _request(
        values, release=release, namespace=namespace, kube_version=kube_version, chart=chart
    )
    return Rendered(_objects(request))


def render_anew(values: Object, *, kube_version: str) -> Rendered:
    """The same of one of very many sets of values: it is kept nowhere."""
    answer = helm.render_anew(_request(values, release="test", kube_version=kube_version))
    return Rendered(parsed(_taken(answer).manifest))


def _request(
    values: Object | None,
    *,
    release: str,
    namespace: str = "pool",
    kube_version: str = OLDEST_KUBERNETES,
    chart: Path = CHART,
) -> Request:
    return Request(str(chart), release, namespace, kube_version, json.dumps(values or {}))


class Rendered:
    """What the chart rendered, addressed by kind and name."""

    def __init__(self, objects: tuple[Object, ...]) -> None:
        self.objects = objects

    def of_kind(self, kind: str) -> dict[str, Object]:
        """All objects of a kind, by name."""
        found = [item for item in self.objects if item["kind"] == kind]
        names = [item["metadata"]["name"] for item in found]
        assert len(set(names)) == len(names), f"two {kind} of one name: {names}"
        return dict(zip(names, found, strict=True))

    def get(self, kind: str, name: str) -> Object:
        """One object; says which there are when it is missing."""
        found = self.of_kind(kind)
        assert name in found, f"no {kind} {name}; there are {sorted(found)}"
        return found[name]

    @property
    def statefulset(self) -> Object:
        """The one StatefulSet."""
        (only,) = self.of_kind("StatefulSet").values()
        return only

    @property
    def pod(self) -> Object:
        """The pod's spec."""
        spec: Object = self.statefulset["spec"]["template"]["spec"]
        return spec

    def container(self, name: str) -> Object:
        """A container or init container of the pod, by name."""
        everyone = [*self.pod.get("initContainers", []), *self.pod["containers"]]
        found = [item for item in everyone if item["name"] == name]
        assert len(found) == 1, (
            f"{name} stands {len(found)} times among {[c['name'] for c in everyone]}"
        )
        container: Object = found[0]
        return container

    def node_config(self) -> Object:
        """The node's config.json."""
        return self._config_file("config.json")

    def topology(self) -> Object:
        """The node's topology.json."""
        return self._config_file("topology.json")

    def _config_file(self, name: str) -> Object:
        (config,) = (m for n, m in self.of_kind("ConfigMap").items() if n.endswith("-config"))
        parsed: Object = json.loads(config["data"][name])
        return parsed


def environment(container: Object) -> dict[str, str]:
    """A container's literal environment; a name that stands twice fails."""
    names = [entry["name"] for entry in container["env"]]
    assert len(set(names)) == len(names), f"environment names stand twice: {sorted(names)}"
    return {entry["name"]: entry["value"] for entry in container["env"] if "value" in entry}


def mounts(container: Object) -> dict[str, Object]:
    """A container's mounts by path; a path mounted twice fails."""
    paths = [mount["mountPath"] for mount in container["volumeMounts"]]
    assert len(set(paths)) == len(paths), f"paths are mounted twice: {sorted(paths)}"
    return {mount["mountPath"]: mount for mount in container["volumeMounts"]}
