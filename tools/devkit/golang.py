"""Programs built from pinned, checksummed Go modules (tools/go/NAME: go.mod and go.sum)."""

import os
import re
import shutil
import threading
from dataclasses import dataclass
from pathlib import Path

from devkit import digest, paths, steps
from devkit.steps import StepError

MODULES = paths.TOOLS / "go"
# Go switches to a newer toolchain by itself from this version on, unless GOTOOLCHAIN=local.
_SWITCHING_SINCE = (1, 21)
_DOWNLOAD_DEADLINE_S = 15 * 60.0
_BUILD_DEADLINE_S = 30 * 60.0
_NICENESS = 5
# Kubernetes' own packages are most of what is compiled. Without inlining they take a fifth less,
# and a test cluster computes little.
_COMPILER_FLAGS = ("-gcflags=k8s.io/...=-l",)
# One build takes all processors.
_turn = threading.Lock()


@dataclass(frozen=True)
class Program:
    """One program of one module.

    `stamp` pairs Go variables with values set at link time, in which {version} is the version that
    go.mod requires of `module`, the module that holds `package`. `alone`: Go cannot load it
    together with the other programs of its folder.
    """

    name: str
    folder: str
    package: str
    module: str = ""
    stamp: tuple[tuple[str, str], ...] = ()
    alone: bool = False


def required_version(folder: str, module: str) -> str:
    """Return the version, such as v1.34.4, that tools/go/FOLDER/go.mod requires of a module."""
    text = (MODULES / folder / "go.mod").read_text()
    found = re.search(rf"^(?:require\s+|\t){re.escape(module)} (v\S+)", text, re.MULTILINE)
    if not found:
        raise StepError(f"tools/go/{folder}/go.mod does not require {module}")
    return found[1]


def key(program: Program, go_version: str) -> str:
    """Return the content key of a program: module files, link flags, version of Go."""
    folder = MODULES / program.folder
    flags = " ".join([*_COMPILER_FLAGS, *_link_flags(program)])
    return digest.key(digest.of_files(digest.sources(folder), folder), flags, go_version)


def ensure(programs: list[Program]) -> dict[str, Path]:
    """Build what is missing of `programs`; return their files in the cache by name.

    Raises:
        StepError: Go is missing, too old, or a build failed.

    """
    wanted = targets(programs)
    if all(target.exists() for target in wanted.values()):
        return wanted  # and nobody waits for what another lane builds
    with _turn:
        for group in groups([each for each in programs if not wanted[each.name].exists()]):
            names, folder = ", ".join(each.name for each in group), group[0].folder
            with steps.step(f"building {names} from tools/go/{folder}"):
                _build(folder, group, wanted)
    return wanted


def groups(programs: list[Program]) -> list[list[Program]]:
    """Return the programs as Go is to build them: those of a folder together where that works."""
    found: dict[tuple[str, str], list[Program]] = {}
    for each in programs:
        found.setdefault((each.folder, each.name if each.alone else ""), []).append(each)
    return list(found.values())


def targets(programs: list[Program]) -> dict[str, Path]:
    """Return where `programs` are or will be in the cache, by name. Raises as `ensure` does."""
    if not programs:
        return {}  # Go need not be installed
    version = _go_version({program.folder for program in programs})
    return {program.name: _target(program, version) for program in programs}


def module_folder(folder: str, module: str) -> Path:
    """Return the downloaded source of a module (its checksum verified by Go), downloading it."""
    where = _query(folder, module)
    if not where:
        _go("download", ["mod", "download", module], folder, _DOWNLOAD_DEADLINE_S)
        where = _query(folder, module)
    if not where:
        raise StepError(f"go mod download {module} in tools/go/{folder} left no source")
    return Path(where)


def parse_version(text: str) -> tuple[int, ...]:
    """Return (1, 26, 8) for `go1.26.8`, and (1, 26) for `go1.26rc1` or a go.mod's `go 1.26`."""
    found = re.search(r"(\d+)\.(\d+)(?:\.(\d+))?", text)
    return tuple(int(part) for part in found.groups() if part) if found else ()


def too_old(installed: str, toolchain: str, required: str) -> bool:
    """Say whether this Go can neither build a module that requires `required` nor fetch one.

    `installed` and `toolchain` are what `go env GOVERSION GOTOOLCHAIN` prints.
    """
    have, need = parse_version(installed), parse_version(required)
    if have >= need:
        return False
    return have < _SWITCHING_SINCE or not (toolchain == "auto" or toolchain.endswith("+auto"))


def _go_version(folders: set[str]) -> str:
    required = max((_go_directive(folder) for folder in folders), key=parse_version)
    install = f"install Go {required} or newer (https://go.dev/doc/install) and put it on PATH"
    if not shutil.which("go"):
        raise StepError(f"Go is missing: {install}")
    answer = steps.capture(
        ["go", "env", "GOVERSION", "GOTOOLCHAIN"], what="go env", cwd=paths.cache().root
    ).split()
    installed, toolchain = answer[0], answer[-1]
    if too_old(installed, toolchain, required):
        raise StepError(f"{installed} is too old: {install}")
    return installed


def _go_directive(folder: str) -> str:
    text = (MODULES / folder / "go.mod").read_text()
    found = re.search(r"^go (\S+)$", text, re.MULTILINE)
    if not found:
        raise StepError(f"tools/go/{folder}/go.mod names no Go version")
    return found[1]


def _target(program: Program, go_version: str) -> Path:
    return paths.cache().binaries / f"{program.name}-{key(program, go_version)}"


def _link_flags(program: Program) -> list[str]:
    if not program.stamp:
        return ["-s", "-w"]
    version = required_version(program.folder, program.module)
    major, minor = parse_version(version)[:2]
    stamps = [
        f"-X={variable}={value.format(version=version, major=major, minor=minor)}"
        for variable, value in program.stamp
    ]
    return ["-s", "-w", *stamps]


def compile_ahead(programs: list[Program]) -> None:
    """Download and compile what `ensure` will need, into Go's own caches, which it shares.

    Raises:
        StepError: Go is missing, too old, or a build failed.

    """
    wanted = targets(programs)
    for group in groups([each for each in programs if not wanted[each.name].exists()]):
        _go_build(group, os.devnull)


def _build(folder: str, programs: list[Program], wanted: dict[str, Path]) -> None:
    """Build programs of one module together: one is linked while another is compiled."""
    half = paths.cache().scratch / f"go-{folder}"
    half.mkdir()
    _go_build(programs, f"{half}/")
    for each in programs:
        # Renamed when complete: an interrupted build leaves nothing under the final name.
        wanted[each.name].parent.mkdir(parents=True, exist_ok=True)
        (half / executable(each)).rename(wanted[each.name])
    half.rmdir()


def _go_build(programs: list[Program], output: str) -> None:
    # Each pattern is for one program.
    flags = [f"-ldflags={each.package}={' '.join(_link_flags(each))}" for each in programs]
    packages = [each.package for each in programs]
    folder = programs[0].folder
    _go(
        f"build {folder}",
        [
            "build",
            "-trimpath",
            "-buildvcs=false",
            *_COMPILER_FLAGS,
            *flags,
            "-o",
            output,
            *packages,
        ],
        folder,
        _BUILD_DEADLINE_S,
    )


def executable(program: Program) -> str:
    """Return the name that `go build` gives a program: the last part of its package's path."""
    return program.package.rpartition("/")[2]


def _query(folder: str, module: str) -> str:
    return steps.capture(
        ["go", "list", "-m", "-f", "{{.Dir}}", module],
        what=f"go list {module}",
        cwd=MODULES / folder,
        env=paths.cache().go_environment(),
    ).strip()


def _go(what: str, arguments: list[str], folder: str, deadline_s: float) -> None:
    steps.run(
        # What runs beside it waits more than it computes, and goes first.
        ["nice", "-n", str(_NICENESS), "go", *arguments],
        what=f"go {what}",
        deadline_s=deadline_s,
        cwd=MODULES / folder,
        env=paths.cache().go_environment(),
    )
