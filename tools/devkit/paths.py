"""Where things live: the checkout, its links, and the cache outside it."""

import os
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
TOOLS = REPOSITORY / "tools"
LINKS = REPOSITORY / ".tools"

_CACHE_NAME = "cardano-forge-manager"
# `clean` deletes only a directory that carries this file (https://bford.info/cachedir/ names it).
_CACHE_MARK = "CACHEDIR.TAG"
# tools/bootstrap.py makes them before this package can run.
_MADE_BEFORE = {"venv", "bytecode", "logs"}
_CACHE_MARK_TEXT = "Signature: 8a477f597d28d172789f06886806bc55\n# cardano-forge-manager\n"


@dataclass(frozen=True)
class Cache:
    """The cache directory, shared by all checkouts of one user; everything in it can be rebuilt."""

    root: Path

    @property
    def binaries(self) -> Path:
        """Built programs, one file for each content key."""
        return self.root / "bin"

    @property
    def logs(self) -> Path:
        """Output of the last run of each step."""
        return self.root / "logs"

    @property
    def scratch(self) -> Path:
        """Half-made things, on the same file system as what they become by a rename."""
        return self.root / "scratch"

    @property
    def engine(self) -> Path:
        """The Docker engine that the devkit started: state, images, log."""
        return self.root / "engine"

    @property
    def lock(self) -> Path:
        """Lock file that serialises devkit commands."""
        return self.root / "lock"

    def go_environment(self) -> dict[str, str]:
        """Environment for `go`: modules and build cache inside this cache, removable by `clean`."""
        return {
            "GOMODCACHE": str(self.root / "go" / "mod"),
            "GOCACHE": str(self.root / "go" / "build"),
            "GOFLAGS": "-modcacherw",
            "GOWORK": "off",
            "CGO_ENABLED": "0",
            # The compiler collects garbage less often than by default: a tenth less to compute.
            "GOGC": "400",
        }

    def cluster(self, name: str) -> Path:
        """State of one cluster: kubeconfig, specification, environment file."""
        return self.root / "clusters" / name

    def create(self) -> None:
        """Create the directory and mark it as ours, unless it is someone else's.

        Raises:
            ValueError: the directory has contents but not our mark, or cannot be written.

        """
        mark = self.root / _CACHE_MARK
        if self.is_ours():
            return
        present = {path.name for path in self.root.iterdir()} if self.root.is_dir() else set()
        if present - _MADE_BEFORE:
            raise ValueError(
                f"{self.root} has contents that are not ours; set FORGE_CACHE to another directory"
            )
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            mark.write_text(_CACHE_MARK_TEXT)
        except OSError as error:
            raise ValueError(
                f"{self.root} cannot be used as a cache: {error.strerror}; set FORGE_CACHE to "
                "another directory"
            ) from error

    def is_ours(self) -> bool:
        """Whether the directory carries our mark, so that deleting it is safe."""
        mark = self.root / _CACHE_MARK
        return mark.is_file() and mark.read_text() == _CACHE_MARK_TEXT


def cache(environ: dict[str, str] | None = None) -> Cache:
    """Return the cache named by FORGE_CACHE, XDG_CACHE_HOME or the home directory."""
    env = dict(os.environ) if environ is None else environ
    if chosen := env.get("FORGE_CACHE"):
        return Cache(Path(chosen).absolute())
    base = Path(env.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return Cache(base.absolute() / _CACHE_NAME)
