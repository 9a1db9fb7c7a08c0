"""What the devkit needs of Debian: installing packages, and the mirrors this machine uses."""

import os
import re
import shutil
from collections.abc import Iterable
from pathlib import Path

from devkit import paths, steps
from devkit.steps import StepError

_DEADLINE_S = 10 * 60.0
_APT_ENVIRONMENT = {"DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
_APT_OPTIONS = ("-o", "DPkg::Lock::Timeout=120", "-o", "Acquire::Retries=3")


def can_install() -> bool:
    """Say whether packages can be installed: root, on Debian or a descendant."""
    return os.geteuid() == 0 and bool(shutil.which("apt-get")) and _release_file().is_file()


def install(packages: Iterable[str], *, why: str) -> None:
    """Install packages, without recommended ones and without a question.

    Raises:
        StepError: apt-get failed; with its last lines.

    """
    names = sorted(packages)
    with steps.step(f"installing {', '.join(names)} ({why})"):
        for what, arguments in (
            ("apt-get update", ["update"]),
            (
                f"apt-get install {names[0]}",
                ["install", "--yes", "--no-install-recommends", *names],
            ),
        ):
            steps.run(
                ["apt-get", *_APT_OPTIONS, *arguments],
                what=what,
                deadline_s=_DEADLINE_S,
                env=_APT_ENVIRONMENT,
            )


def can_download() -> bool:
    """Say whether packages can be fetched and unpacked, which takes no root."""
    programs = ("apt-get", "dpkg-deb")
    return all(map(shutil.which, programs)) and _release_file().is_file()


def unpacked(package: str) -> Path:
    """Return a package's files in the cache, without installing it or what it depends on.

    apt verifies what it downloads by the archive's signature. What is in the cache stays until
    `clean`, so that one machine keeps one version. Call it under the devkit's lock.

    Raises:
        StepError: apt-get knows no such package, or could not fetch it; with its last lines.

    """
    target = paths.cache().root / "debian" / package
    if target.is_dir():
        return target
    target.parent.mkdir(exist_ok=True)
    download, half = paths.cache().scratch / "deb", paths.cache().scratch / package
    download.mkdir()
    with steps.step(f"unpacking Debian's {package}"):
        steps.run(
            ["apt-get", *_APT_OPTIONS, "download", package],
            what=f"apt-get download {package}",
            deadline_s=_DEADLINE_S,
            env=_APT_ENVIRONMENT,
            cwd=download,
        )
        (archive,) = download.glob("*.deb")
        steps.run(
            ["dpkg-deb", "--extract", archive, half],
            what=f"dpkg-deb --extract {package}",
            deadline_s=_DEADLINE_S,
        )
        half.rename(target)
    return target


def mirrors(sources: str, codename: str) -> dict[str, str]:
    """Return {"main": URI, "security": URI} from the text of apt's source files.

    Both forms of sources.list(5) are read; only entries of Debian itself (suite `codename` and
    its -security companion, component main) count, third-party ones do not.
    """
    wanted = {codename: "main", f"{codename}-security": "security"}
    found: dict[str, str] = {}
    for uri, suites, components in _entries(sources):
        for suite in suites:
            if (kind := wanted.get(suite)) and "main" in components:
                found.setdefault(kind, uri)
    return found


def mirrors_here() -> dict[str, str]:
    """Return the mirrors that this machine's own configuration names.

    Raises:
        StepError: this is not Debian, or no mirror is configured.

    """
    release = _release_file().read_text() if _release_file().is_file() else ""
    codename = re.search(r'^VERSION_CODENAME="?(\w+)', release, re.MULTILINE)
    folder = Path("/etc/apt/sources.list.d")
    files = [Path("/etc/apt/sources.list"), *folder.glob("*.list"), *folder.glob("*.sources")]
    text = "\n\n".join(file.read_text(errors="replace") for file in files if file.is_file())
    found = (
        mirrors(text, codename[1]) if codename and re.search(r"^ID=debian", release, re.M) else {}
    )
    if "main" not in found:
        raise StepError(
            "no Debian mirror is configured on this machine, so no image can be built on it; "
            "use a machine that can pull images from a registry, or Debian"
        )
    return found


def _entries(sources: str) -> Iterable[tuple[str, list[str], list[str]]]:
    for line in sources.splitlines():
        found = re.match(r"deb\s+(?:\[[^\]]*\]\s+)?(\S+)\s+(\S+)\s+(.+)", line.strip())
        if found:
            yield found[1], [found[2]], found[3].split()
    for stanza in re.split(r"\n\s*\n", sources):
        fields = dict(re.findall(r"^(Types|URIs|Suites|Components|Enabled):\s*(.+)$", stanza, re.M))
        if "deb" in fields.get("Types", "").split() and fields.get("Enabled", "yes") != "no":
            for uri in fields.get("URIs", "").split():
                yield uri, fields.get("Suites", "").split(), fields.get("Components", "").split()


def _release_file() -> Path:
    return Path("/etc/os-release")
