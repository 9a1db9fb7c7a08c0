"""The cluster and the images that tests use: given from outside, or made by the last command."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from devkit import kindconfig, paths, steps, toolchain
from devkit.kubectl import Kubectl
from devkit.steps import StepError

FILE = "environment.json"
_IMAGE_VARIABLES = ("FORGE_MANAGER_IMAGE", "STANDIN_IMAGE")


@dataclass(frozen=True)
class Cluster:
    """A cluster that answers: how to reach it, and its nodes.

    `external`: it is not ours: KUBECONFIG gave it, and it is never changed beyond what is installed
    in it. In a kind cluster, each node is also a Docker container of that name.
    """

    name: str
    kubeconfig: Path
    context: str
    nodes: tuple[str, ...]
    external: bool


@dataclass(frozen=True)
class Images:
    """Full references of the images under test, present on every node (or pullable by it)."""

    forge_manager: str
    standin: str


@dataclass(frozen=True)
class Environment:
    """What a test on a cluster needs to know."""

    cluster: Cluster
    images: Images


def load(name: str | None = None) -> Environment:
    """Return what the last `devkit images` (or `up`, `test`) made, without touching anything.

    Raises:
        StepError: there is none yet.

    """
    if given := given_cluster():
        images = given_images()
        if images:
            return Environment(given, images)
    wanted = kindconfig.wanted(name=name)
    file = paths.cache().cluster(wanted.name) / FILE
    try:
        saved = json.loads(file.read_text())
        cluster = saved["cluster"]
        return Environment(
            Cluster(
                **{
                    **cluster,
                    "kubeconfig": Path(cluster["kubeconfig"]),
                    "nodes": tuple(cluster["nodes"]),
                }
            ),
            Images(**saved["images"]),
        )
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        raise StepError(
            f"no cluster {wanted.name} with images is known ({file}): run `make images`"
        ) from None


def save(environment: Environment) -> None:
    """Write the file that `load` reads; a given cluster needs none."""
    if environment.cluster.external:
        return
    file = paths.cache().cluster(environment.cluster.name) / FILE
    half = file.with_suffix(".tmp")
    half.write_text(json.dumps(asdict(environment), indent=2, default=str) + "\n")
    half.replace(file)


def given_images(environ: dict[str, str] | None = None) -> Images | None:
    """Return the images named by FORGE_MANAGER_IMAGE and STANDIN_IMAGE, for a given cluster.

    Raises:
        StepError: only some of KUBECONFIG and the two are set.

    """
    env = dict(os.environ) if environ is None else environ
    values = [env.get(name) for name in _IMAGE_VARIABLES]
    if not any(values):
        return None
    missing = [name for name in ("KUBECONFIG", *_IMAGE_VARIABLES) if not env.get(name)]
    if missing:
        raise StepError(
            f"{', '.join(missing)} not set: to use your own cluster, set KUBECONFIG, "
            "FORGE_MANAGER_IMAGE and STANDIN_IMAGE together (unset all images to use kind)"
        )
    return Images(*(value for value in values if value))


def given_cluster() -> Cluster | None:
    """Return the cluster of KUBECONFIG when images are given with it.

    Raises:
        StepError: it does not answer, or only part of what is needed is given.

    """
    if not given_images():
        return None
    kubeconfig = Path(os.environ["KUBECONFIG"])
    if not kubeconfig.is_file():
        raise StepError(f"KUBECONFIG={kubeconfig} is not one file")
    kubectl = Kubectl(toolchain.ensure(["kubectl"])["kubectl"], kubeconfig.absolute())
    context = kubectl.text("config", "current-context").strip()
    steps.say(f"- using the cluster of {kubeconfig} (context {context})")
    nodes = json.loads(kubectl.text("get", "nodes", "--output=json"))["items"]
    names = tuple(node["metadata"]["name"] for node in nodes)
    return Cluster(context, kubeconfig.absolute(), context, names, external=True)
