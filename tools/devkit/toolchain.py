"""The programs that developers and tests call: built once, linked into .tools/bin."""

import json
import os
import shutil
from pathlib import Path

from devkit import golang, paths, steps
from devkit.golang import Program
from devkit.steps import StepError

KUBERNETES = "k8s.io/kubernetes"
KIND = "sigs.k8s.io/kind"
_CHART_TESTING = "github.com/helm/chart-testing/v3"
# kubectl supports API servers one minor version older and newer than itself
# (https://kubernetes.io/releases/version-skew-policy/#kubectl).
_KUBECTL_SKEW = 1

KUBERNETES_STAMP = (
    ("k8s.io/component-base/version.gitVersion", "{version}"),
    ("k8s.io/component-base/version.gitMajor", "{major}"),
    ("k8s.io/component-base/version.gitMinor", "{minor}"),
    ("k8s.io/component-base/version.gitTreeState", "clean"),
    ("k8s.io/client-go/pkg/version.gitVersion", "{version}"),
)

KUBECTL = Program(
    "kubectl", "kubernetes", f"{KUBERNETES}/cmd/kubectl", KUBERNETES, KUBERNETES_STAMP
)
PROGRAMS = {
    program.name: program
    for program in (
        Program(
            "helm",
            "helm",
            "helm.sh/helm/v4/cmd/helm",
            "helm.sh/helm/v4",
            (("helm.sh/helm/v4/internal/version.version", "{version}"),),
        ),
        # Helm 4 for many renders in one process, and Helm 3, which users still have.
        Program("helm-render", "helm", "cardano-forge-manager/tools/helm/helm-render"),
        Program(
            "helm3",
            "helm3",
            "helm.sh/helm/v3/cmd/helm",
            "helm.sh/helm/v3",
            (("helm.sh/helm/v3/internal/version.version", "{version}"),),
        ),
        Program("kind", "kind", KIND),
        KUBECTL,
        Program(
            "ct",
            "ct",
            f"{_CHART_TESTING}/ct",
            _CHART_TESTING,
            ((f"{_CHART_TESTING}/ct/cmd.Version", "{version}"),),
        ),
        Program(
            "kubeconform",
            "kubeconform",
            "github.com/yannh/kubeconform/cmd/kubeconform",
            "github.com/yannh/kubeconform",
            (("main.version", "{version}"),),
        ),
        Program(
            "vale",
            "vale",
            "github.com/errata-ai/vale/v2/cmd/vale",
            "github.com/errata-ai/vale/v2",
            (("main.version", "{version}"),),
        ),
    )
}
# What uses a cluster: without the rest, which is for tests of sources, it is there sooner.
CLUSTER_PROGRAMS = ("kind", "kubectl", "helm")
# What a release needs besides, and the test of one: they are not built before.
RELEASE_PROGRAMS = {
    program.name: program
    for program in (
        Program("crane", "cosign", "github.com/google/go-containerregistry/cmd/crane"),
        Program("cosign", "cosign", "github.com/sigstore/cosign/v2/cmd/cosign"),
        Program("registry", "registry", "github.com/distribution/distribution/v3/cmd/registry"),
    )
}


def ensure(names: list[str] | None = None) -> dict[str, Path]:
    """Have tools (by default all that developers call) in .tools/bin; return the links by name.

    Raises:
        StepError: Go is missing or too old, or a build failed.

    """
    chosen = list(PROGRAMS) if names is None else names
    found = {name: path for name in chosen if (path := _usable_on_path(name))}
    known = PROGRAMS | RELEASE_PROGRAMS
    built = golang.ensure([known[name] for name in chosen if name not in found])
    links = {name: link(name, target) for name, target in {**found, **built}.items()}
    if "ct" in links:
        _link_lint_settings()
    return links


def compile_ahead(names: list[str]) -> None:
    """Compile the tools that `ensure` would build, without making them. It needs no lock.

    Raises:
        StepError: Go is missing or too old, or a build failed.

    """
    golang.compile_ahead([PROGRAMS[name] for name in names if not _usable_on_path(name)])


def is_complete(names: list[str] | None = None) -> bool:
    """Tell whether `ensure` would have nothing to do. It needs no lock: a file appears whole."""
    chosen = list(PROGRAMS) if names is None else names
    found = {name: path for name in chosen if (path := _usable_on_path(name))}
    built = golang.targets([PROGRAMS[name] for name in chosen if name not in found])
    links = {paths.LINKS / "bin" / name: target for name, target in {**found, **built}.items()}
    if "ct" in chosen:
        links[paths.LINKS / "etc" / "ct"] = _lint_settings()
    return all(_leads_to(link, target) for link, target in links.items())


def kubernetes_version() -> str:
    """Return the Kubernetes version that the cluster is built from, such as v1.34.4."""
    return golang.required_version(KUBECTL.folder, KUBERNETES)


def within_skew(client: str, cluster: str) -> bool:
    """Say whether a kubectl of version `client` may serve a cluster of version `cluster`."""
    ours, theirs = golang.parse_version(client), golang.parse_version(cluster)
    return ours[:1] == theirs[:1] and abs(ours[1] - theirs[1]) <= _KUBECTL_SKEW


def _usable_on_path(name: str) -> Path | None:
    """Return the machine's own kubectl if it fits; the other tools are always ours."""
    if name != "kubectl":
        return None
    path = shutil.which("kubectl", path=_path_without_links())
    if not path:
        return None
    try:
        answer = json.loads(
            steps.capture([path, "version", "--client", "-o", "json"], what="kubectl version")
        )
        version = answer["clientVersion"]["gitVersion"]
    except (StepError, ValueError, KeyError):
        return None
    return Path(path) if within_skew(version, kubernetes_version()) else None


def _path_without_links() -> str:
    links = str(paths.LINKS / "bin")
    return os.pathsep.join(
        part for part in os.environ.get("PATH", "").split(os.pathsep) if part != links
    )


def link(name: str, target: Path) -> Path:
    """Make .tools/bin/NAME lead to `target`; return the link."""
    made = paths.LINKS / "bin" / name
    made.parent.mkdir(parents=True, exist_ok=True)
    if not _leads_to(made, target):
        fresh = made.with_name(f".{name}.{os.getpid()}")
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(target)
        fresh.replace(made)
    return made


def _leads_to(made: Path, target: Path) -> bool:
    return made.is_symlink() and made.readlink() == target and target.exists()


def _lint_settings() -> Path:
    version = golang.required_version("ct", _CHART_TESTING)
    return paths.cache().root / "etc" / f"ct-{version}"


def _link_lint_settings() -> None:
    """Put chart_schema.yaml and lintconf.yaml of ct's module into .tools/etc/ct."""
    target = _lint_settings()
    if not target.exists():
        source = golang.module_folder("ct", _CHART_TESTING) / "etc"
        target.parent.mkdir(exist_ok=True)
        half = paths.cache().scratch / target.name
        shutil.copytree(source, half)
        half.rename(target)
    link = paths.LINKS / "etc" / "ct"
    link.parent.mkdir(parents=True, exist_ok=True)
    if not _leads_to(link, target):
        link.unlink(missing_ok=True)
        link.symlink_to(target)
