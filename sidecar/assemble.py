"""Assembles /opt/forge-manager: the locked packages, reduced to what is used, and the program.

    assemble.py TARGET [--platform PLATFORM ...] [--interpreter PATH]

Run by the image's build (Dockerfile), and by a release for processors other than this machine's:
nothing that it installs is run. Needs pip, and a Python of the same minor version as the image's.
"""

from __future__ import annotations

import argparse
import compileall
import os
import py_compile
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
INSTALL_DEADLINE_S = 600
# Of the Kubernetes client only its transport is used (forge_manager.kube.connection): without its
# asyncio twin and its classes for every object it takes 2 MB instead of 126. Of cffi, only the
# compiled half is: the other makes bindings, at build time.
UNUSED = ("bin", "cffi", "kubernetes/aio")
# pip's records of its own work: they name this machine's interpreter, and scripts that are removed.
INSTALLERS = ("RECORD", "REQUESTED", "INSTALLER", "direct_url.json")
UNUSED_MODULES = ("kubernetes/client/api", "kubernetes/client/models")


def install(library: Path, platforms: list[str]) -> None:
    """Install the locked packages into `library`: wheels alone, by their hashes."""
    version = f"{sys.version_info.major}{sys.version_info.minor}"
    elsewhere = [
        *(f"--platform={platform}" for platform in platforms),
        *(f"--python-version={version}", "--implementation=cp"),
        *(f"--abi={abi}" for abi in (f"cp{version}", "abi3", "none")),
    ]
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "install", "--quiet", "--no-cache-dir"),
            *("--disable-pip-version-check", "--root-user-action=ignore", "--no-compile"),
            *("--require-hashes", "--no-deps", "--only-binary=:all:"),
            *(elsewhere if platforms else ()),
            f"--target={library}",
            f"--requirement={HERE / 'requirements.txt'}",
        ],
        check=True,
        timeout=INSTALL_DEADLINE_S,
    )


def prune(library: Path) -> None:
    """Remove what is never imported."""
    for path in UNUSED:
        shutil.rmtree(library / path, ignore_errors=True)
    for name in INSTALLERS:
        for file in library.glob(f"*.dist-info/{name}"):
            file.unlink()
    for folder in UNUSED_MODULES:
        for module in (library / folder).glob("*.py"):
            if module.name != "__init__.py":
                module.unlink()


def compile_all(library: Path, installed: str) -> None:
    """Write bytecode that is not checked against its source.

    The files never change, and checking them would cost a stat at every import.
    """
    # Beside the sources, wherever the caller keeps its own.
    sys.pycache_prefix = None
    done = compileall.compile_dir(
        library,
        quiet=1,
        stripdir=str(library),
        prependdir=installed,
        invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
    )
    if not done:
        sys.exit("not all of it compiles")


def write_command(target: Path, interpreter: str) -> None:
    """Write the program's command."""
    command = target / "bin" / "forge-manager"
    command.parent.mkdir()
    lines = (f"#!{interpreter} -P", "import sys", "from forge_manager.cli import main")
    command.write_text("\n".join((*lines, "sys.exit(main())", "")))
    command.chmod(0o755)


def main() -> None:
    """Assemble."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", type=Path)
    parser.add_argument("--platform", action="append", default=[], help="of the wheels")
    parser.add_argument("--interpreter", default=os.path.realpath(sys.executable))
    arguments = parser.parse_args()
    os.umask(0o022)
    library = arguments.target / "lib"
    library.mkdir(parents=True)
    install(library, arguments.platform)
    prune(library)
    ours = library / "forge_manager"
    shutil.copytree(HERE / "src" / "forge_manager", ours, ignore=shutil.ignore_patterns("__pyc*"))
    compile_all(library, "/opt/forge-manager/lib")
    write_command(arguments.target, arguments.interpreter)
    for path in (arguments.target, *arguments.target.rglob("*")):
        path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)


if __name__ == "__main__":
    main()
