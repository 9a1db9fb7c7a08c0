"""The kind node image: the published one where it can be pulled, else one of our own."""

import contextlib
import re
import shutil
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from devkit import digest, docker, golang, paths, rootfs, steps, toolchain
from devkit.golang import Program
from devkit.steps import StepError

RECIPE = paths.TOOLS / "nodeimage"
_REPOSITORY = "cardano-forge-node"
_PARTS = "cardano-forge-node-part"
# Names in files/default-storage.yaml.
HELPER_IMAGE = "localhost/helper:local"
_PROVISIONER_IMAGE = "localhost/local-path-provisioner:local"
_IMPORT_DEADLINE_S = 5 * 60.0
# Who asks while another pulls waits for that.
_turn = threading.Lock()

_PACKAGES = (
    # the init system, and what kubelet, kube-proxy and the pod network call
    *("systemd", "conntrack", "iptables", "nftables", "iproute2", "ethtool", "util-linux"),
    *("mount", "kmod", "libseccomp2", "procps", "socat", "pigz"),
    # containers and their network
    *("containerd", "runc", "containernetworking-plugins"),
    # kind's and our scripts; a static shell and a static init for the helper and pause images
    *("ca-certificates", "curl", "jq", "busybox-static", "catatonit"),
)
_NODE_PROGRAMS = ("kubelet", "kubeadm", "kubectl")
_COMPONENTS = ("kube-apiserver", "kube-controller-manager", "kube-scheduler")


def _kubernetes(name: str) -> Program:
    return Program(
        name,
        toolchain.KUBECTL.folder,
        f"{toolchain.KUBERNETES}/cmd/{name}",
        toolchain.KUBERNETES,
        toolchain.KUBECTL.stamp,
    )


# In one module, so that all are made of the same packages, which are compiled once. CoreDNS is
# three patch releases past the one that kubeadm names: the first that compiles with this client
# library.
PROGRAMS = (
    toolchain.KUBECTL,
    *(_kubernetes(name) for name in ("kubelet", "kubeadm", "kube-proxy", *_COMPONENTS)),
    *(
        Program(name, toolchain.KUBECTL.folder, f"cardano-forge-manager/tools/kubernetes/{name}")
        for name in ("etcd", "coredns")
    ),
    Program(
        "local-path-provisioner",
        toolchain.KUBECTL.folder,
        "github.com/rancher/local-path-provisioner",
        # It imports logrus by its earlier name, which differs in case from the one others use.
        alone=True,
    ),
)


@dataclass(frozen=True)
class NodeImage:
    """A node image and whether it is the published one."""

    reference: str
    published: bool


@dataclass(frozen=True)
class Part:
    """An image baked into the node image, under the name the cluster asks for.

    `recipe` names a Dockerfile of tools/nodeimage, `target` a stage in it.
    """

    final: str
    recipe: str
    target: str
    program: str = ""

    @property
    def temporary(self) -> str:
        """The name in the Docker engine; the final ones may be someone's real images there."""
        return f"{_PARTS}/{self.program or self.target}:latest"


def ensure() -> NodeImage:
    """Return a node image of the engine, pulling or building it when there is none yet.

    Raises:
        StepError: a step of the build failed.

    """
    if found := find():
        return found
    built = _built_reference()
    with steps.step(f"building the node image {built}"):
        _build(built)
    return NodeImage(built, published=False)


def find() -> NodeImage | None:
    """Return a node image that the engine has or can pull, or None: it has to be built."""
    with _turn:
        published = published_reference()
        if docker.image_id(published):
            return NodeImage(published, published=True)
        built = _built_reference()
        if docker.image_id(built):
            return NodeImage(built, published=False)
        return NodeImage(published, published=True) if docker.pull(published) else None


def ensure_base() -> str:
    """Return the image of Debian with what a node needs of it, building it if there is none."""
    return rootfs.ensure("node-rootfs", _PACKAGES)


def published_reference() -> str:
    """Return the node image that our version of kind was released with, pinned by its digest."""
    source = _kind_source() / "pkg" / "apis" / "config" / "defaults" / "image.go"
    found = re.search(r'^const Image = "(\S+@sha256:[0-9a-f]{64})"', source.read_text(), re.M)
    if not found:
        raise StepError(f"no node image is named in {source}")
    return found[1]


def sandbox_image(containerd_config: str) -> str:
    """Return the name of the pause image in containerd's configuration."""
    found = re.search(r'^\s*sandbox_image = "(\S+)"', containerd_config, re.MULTILINE)
    if not found:
        raise StepError("kind's containerd configuration names no sandbox image")
    return found[1]


def parts(required: list[str], sandbox: str) -> list[Part]:
    """Return the images to bake in, given those that kubeadm requires and the sandbox image.

    Raises:
        StepError: kubeadm requires an image that we cannot make.

    """
    made: list[Part] = []
    for name in required:
        program = name.rpartition("/")[2].partition(":")[0]
        if program in _COMPONENTS or program == "etcd":
            made.append(Part(name, "component", "component", program))
        elif program == "coredns":
            made.append(Part(name, "component", "service", program))
        elif program == "kube-proxy":
            made.append(Part(name, program, program, program))
        elif program != "pause":  # containerd's own setting decides which one is used
            raise StepError(f"kubeadm asks for {name}, which tools/nodeimage cannot make")
    return [
        *made,
        Part(sandbox, "tools", "pause"),
        Part(_PROVISIONER_IMAGE, "component", "service", "local-path-provisioner"),
        Part(HELPER_IMAGE, "tools", "helper"),
    ]


def _kind_source() -> Path:
    return golang.module_folder("kind", toolchain.KIND)


def _kind_files() -> Path:
    return _kind_source() / "images" / "base" / "files"


def _built_reference() -> str:
    return f"{_REPOSITORY}:{toolchain.kubernetes_version()}-{_key()}"


def _key() -> str:
    return digest.key(
        digest.of_files(digest.sources(RECIPE), RECIPE),
        digest.of_files(digest.sources(_kind_files()), _kind_files()),
        # Whichever Go made them.
        *(golang.key(program, "") for program in PROGRAMS),
        Path(__file__).read_bytes(),
        *_PACKAGES,
    )


def _build(tag: str) -> None:
    programs = golang.ensure(list(PROGRAMS))
    base = ensure_base()
    version = toolchain.kubernetes_version()
    sandbox = sandbox_image((_kind_files() / "etc" / "containerd" / "config.toml").read_text())
    listing = steps.capture(
        [programs["kubeadm"], "config", "images", "list", "--kubernetes-version", version],
        what="kubeadm config images list",
    )
    baked = parts(listing.split(), sandbox)
    empty = Part("", "node", "node")
    for part in [*baked, empty]:
        contents = _NODE_PROGRAMS if part is empty else (part.program,)
        with _context({name: programs[name] for name in contents if name}) as context:
            docker.build(
                context,
                part.temporary,
                dockerfile=context / f"{part.recipe}.Dockerfile",
                target=part.target,
                arguments={
                    "ROOTFS": base,
                    "KUBERNETES_VERSION": version,
                    "PROGRAM": part.program,
                },
            )
    _bake(empty, baked, tag)
    docker.lines("image", "rm", *(part.temporary for part in [*baked, empty]))


@contextlib.contextmanager
def _context(programs: dict[str, Path]) -> Iterator[Path]:
    """Stage a build context: our recipes, kind's files, some of the programs."""
    # In the cache, so that the programs can be linked instead of copied.
    with tempfile.TemporaryDirectory(dir=paths.cache().scratch) as folder:
        context = Path(folder)
        shutil.copytree(RECIPE, context, dirs_exist_ok=True)
        # Without modes: Go's module cache is read-only and keeps no execute bits.
        shutil.copytree(_kind_files(), context / "kind", copy_function=shutil.copyfile)
        for path in (context / "kind").rglob("*"):
            executable = path.is_dir() or path.parent.name == "bin"
            path.chmod(0o755 if executable else 0o644)
        (context / "kind").chmod(0o755)
        (context / "bin").mkdir()
        for name, program in programs.items():
            (context / "bin" / name).hardlink_to(program.resolve())
        yield context


def _bake(empty: Part, baked: list[Part], tag: str) -> None:
    """Import the images into a container of the node image and commit it under `tag`."""
    container = f"{_REPOSITORY}-bake"
    docker.remove_container(container)  # left by a build that was killed
    docker.lines(
        "run",
        *("--detach", "--privileged", "--name", container, "--label", f"{docker.LABEL}=yes"),
        *("--entrypoint", "sleep", empty.temporary, "infinity"),
    )
    try:
        with tempfile.TemporaryDirectory(dir=paths.cache().scratch) as folder:
            archive = Path(folder, "images.tar")
            steps.run(
                ["docker", "save", "--output", archive, *(part.temporary for part in baked)],
                what="docker save of the parts",
                deadline_s=_IMPORT_DEADLINE_S,
            )
            steps.run(
                ["docker", "exec", "--interactive", container, "/kind/bin/import-images"]
                + [f"{part.final}=docker.io/{part.temporary}" for part in baked],
                what="import of the parts",
                deadline_s=_IMPORT_DEADLINE_S,
                stdin=archive,
            )
        entrypoint = 'ENTRYPOINT ["/usr/local/bin/entrypoint", "/sbin/init"]'
        docker.lines("commit", "--change", entrypoint, "--change", "CMD []", container, tag)
    finally:
        docker.remove_container(container)
