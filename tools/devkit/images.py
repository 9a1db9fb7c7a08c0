"""The images under test: built when their inputs change, loaded where they are missing."""

import contextlib
import importlib.util
import os
import re
import shutil
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from devkit import digest, docker, environment, paths, rootfs, steps, toolchain
from devkit.environment import Cluster, Environment, Images
from devkit.steps import StepError

RUNTIME_PACKAGES = ("ca-certificates", "python3")
_PIP_RECIPE = paths.TOOLS / "baseimage" / "pip.Dockerfile"
_LOAD_DEADLINE_S = 5 * 60.0
_turn = threading.Lock()

# Variables that name the certificates of a proxy that inspects TLS, in order of preference.
_CA_VARIABLES = ("PIP_CERT", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


@dataclass(frozen=True)
class Bases:
    """The images to build on: one to run on and one that has pip as well."""

    runtime: str
    build: str


@dataclass(frozen=True)
class Recipe:
    """An image of ours: its repository, its folder (with a Dockerfile), whether it calls pip."""

    repository: str
    folder: Path
    downloads: bool


SIDECAR = Recipe("cardano-forge-manager", paths.REPOSITORY / "sidecar", downloads=True)
STANDIN = Recipe(
    "cardano-node-standin", paths.REPOSITORY / "tests" / "e2e" / "standin", downloads=False
)


def ensure(cluster: Cluster) -> Images:
    """Put the images on every node of the cluster, and record both for `environment.load`.

    Raises:
        StepError: an image could not be built or loaded.

    """
    if given := environment.given_images():
        return given
    images = build()
    _load(cluster, (images.forge_manager, images.standin))
    environment.save(Environment(cluster, images))
    return images


def build() -> Images:
    """Return the images of these sources in the engine, building what is missing.

    Raises:
        StepError: an image could not be built.

    """
    with _turn:
        bases = _bases()
        return Images(
            forge_manager=_ensure_built(SIDECAR, bases), standin=_ensure_built(STANDIN, bases)
        )


def reference(recipe: Recipe, base_ids: tuple[str, ...]) -> str:
    """Return repository:dev-KEY, keyed by the sources and the base images."""
    return f"{recipe.repository}:dev-{digest.key(_of_folder(recipe.folder), *base_ids)}"


def ca_bundle(environ: dict[str, str]) -> Path | None:
    """Return the certificates that this machine's environment tells programs to trust."""
    for name in _CA_VARIABLES:
        if (value := environ.get(name)) and Path(value).is_file():
            return Path(value)
    return None


def published_base() -> str:
    """Return the image that the sidecar's Dockerfile builds on, by its digest."""
    found = re.search(r"^ARG BASE_IMAGE=(\S+)$", (SIDECAR.folder / "Dockerfile").read_text(), re.M)
    if not found:
        raise StepError("sidecar/Dockerfile names no BASE_IMAGE")
    return found[1]


def _bases() -> Bases:
    """Return the published Python image, or minimal ones made here if it cannot be pulled."""
    published = published_base()
    if docker.image_id(published):
        return Bases(published, published)
    runtime = rootfs.reference("python", RUNTIME_PACKAGES)
    if not docker.image_id(runtime) and docker.pull(published):
        return Bases(published, published)
    made = rootfs.ensure("python", RUNTIME_PACKAGES)
    return Bases(made, _with_pip(made))


def _with_pip(base: str) -> str:
    """Return an image with our own environment's pip on top of a local one.

    Debian's would bring another file system, as slow to make as the first.
    """
    pip = _pip()
    name = digest.key(docker.image_id(base) or "", _PIP_RECIPE.read_bytes(), _of_folder(pip))
    image = f"cardano-forge-python-build:{name}"
    if not docker.image_id(image):
        with (
            steps.step(f"building {image}"),
            tempfile.TemporaryDirectory(dir=paths.cache().scratch) as folder,
        ):
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(pip, Path(folder, "pip"), ignore=ignored)
            docker.build(
                Path(folder), image, arguments={"BASE_IMAGE": base}, dockerfile=_PIP_RECIPE
            )
    return image


def _pip() -> Path:
    found = importlib.util.find_spec("pip")
    if not found or not found.origin:
        raise StepError("the Python environment has no pip: run `make clean`, then this again")
    return Path(found.origin).parent


def _of_folder(folder: Path) -> str:
    return digest.of_files(digest.sources(folder), folder)


def _ensure_built(recipe: Recipe, bases: Bases) -> str:
    ids = tuple(docker.image_id(name) or "" for name in (bases.runtime, bases.build))
    image = reference(recipe, ids)
    if not docker.image_id(image):
        with steps.step(f"building {image}"), _context(recipe) as context:
            arguments = {"BASE_IMAGE": bases.runtime}
            if recipe.downloads:
                arguments["BUILD_IMAGE"] = bases.build
            docker.build(context, image, arguments=arguments)
    return image


@contextlib.contextmanager
def _context(recipe: Recipe) -> Iterator[Path]:
    """Stage the sources alone, and for pip the certificates of this machine."""
    with tempfile.TemporaryDirectory(dir=paths.cache().scratch) as folder:
        context = Path(folder)
        for source in digest.sources(recipe.folder):
            target = context / source.relative_to(recipe.folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, target)
        # Outside the key: other certificates do not make another image.
        if recipe.downloads and (bundle := ca_bundle(dict(os.environ))):
            shutil.copy(bundle, context / "ca.pem")
        yield context


def _load(cluster: Cluster, images: tuple[str, ...]) -> None:
    with ThreadPoolExecutor() as pool:
        present = list(pool.map(_images_on, cluster.nodes))
    missing = [image for image in images if not all(f"/{image}" in node for node in present)]
    if not missing:
        return
    kind = toolchain.ensure(["kind"])["kind"]
    with steps.step(f"loading {', '.join(missing)} into {cluster.name}"):
        steps.run(
            [kind, "load", "docker-image", "--name", cluster.name, *missing],
            what=f"kind load {cluster.name}",
            deadline_s=_LOAD_DEADLINE_S,
        )


def _images_on(node: str) -> str:
    return docker.execute(node, "ctr", "--namespace", "k8s.io", "images", "ls", "--quiet")
