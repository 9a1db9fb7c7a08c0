"""What the chart renders for a pool of several replicas, and how its containers are configured."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from devkit import paths
from tests.support import producer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.support.network import CustomNetwork

Object = dict[str, Any]

CHART = paths.REPOSITORY / "charts" / "cardano-node"
_HELM = paths.LINKS / "bin" / "helm"
#: The objects that managers need; there is no controller for the others.
_KINDS = ("ServiceAccount", "Role", "RoleBinding", "CardanoLeader")
#: Rendered once, for pools whose namespaces differ.
_NAMESPACE = "the-namespace-of-the-pool"


class Release:
    """The rendered release of one pool, with the chart's times."""

    def __init__(self, network: CustomNetwork, replicas: int) -> None:
        values = producer.values(network, forge_manager_image="manager:1", standin_image="node:1")
        values["replicaCount"] = replicas
        objects = _rendered(values)
        self._objects = json.dumps([each for each in objects if each["kind"] in _KINDS])
        (self._set,) = (each for each in objects if each["kind"] == "StatefulSet")

    def objects(self, namespace: str) -> list[Object]:
        """Return the objects that its managers need."""
        found: list[Object] = json.loads(self._objects.replace(_NAMESPACE, namespace))
        return found

    @property
    def replicas(self) -> int:
        """How many pods it has."""
        return int(self._set["spec"]["replicas"])

    @property
    def lease(self) -> str:
        """Return the name of the Lease."""
        return self.variable("LEASE_NAME")

    def variable(self, name: str) -> str:
        """Return a variable of the manager."""
        variables = container(self.pod(0), "cardano-forge-manager")["env"]
        return str(next(each["value"] for each in variables if each["name"] == name))

    def pod(self, ordinal: int) -> Object:
        """Return one of its pods, as the StatefulSet's controller would create it."""
        template = json.loads(json.dumps(self._set["spec"]["template"]))
        name = f"{self._set['metadata']['name']}-{ordinal}"
        return {
            "apiVersion": "v1",
            "kind": "Pod",
            **template,
            "metadata": {**template["metadata"], "name": name},
        }


def container(pod: Object, name: str) -> Object:
    """Return a container of a pod. Raises StopIteration if it has none of this name."""
    spec = pod["spec"]
    found: Object = next(
        each for each in [*spec["initContainers"], *spec["containers"]] if each["name"] == name
    )
    return found


def environment(found: Object, pod: Object, volumes: Mapping[str, Path]) -> dict[str, str]:
    """Return a container's variables, its paths as they are outside it.

    `pod`: as the API server knows it; `volumes`: the directories of its volumes, by their names.
    """
    mounts = {each["mountPath"]: str(volumes[each["name"]]) for each in found["volumeMounts"]}
    variables = {}
    for each in found["env"]:
        if "valueFrom" in each:
            path = each["valueFrom"]["fieldRef"]["fieldPath"]
            variables[each["name"]] = str(pod["metadata"][path.removeprefix("metadata.")])
        else:
            variables[each["name"]] = _outside(each["value"], mounts)
    return variables


def _outside(value: str, mounts: Mapping[str, str]) -> str:
    at = [path for path in mounts if Path(value).is_relative_to(path)]
    if not at:
        return value
    longest = max(at, key=len)
    return str(Path(mounts[longest], Path(value).relative_to(longest)))


def _rendered(values: Object) -> list[Object]:
    manifest = subprocess.check_output(
        [_HELM, "template", producer.NAME, CHART, "--namespace", _NAMESPACE, "--values", "-"],
        input=json.dumps(values).encode(),
    )
    return [each for each in yaml.safe_load_all(manifest) if each]
