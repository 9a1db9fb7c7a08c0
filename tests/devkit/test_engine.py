"""Without an engine, a person is told the one thing to do, or we start one."""

import pytest

from devkit import dockerd, engine
from devkit.engine import State
from devkit.paths import Cache

FORBIDDEN = "permission denied while trying to connect to the Docker daemon socket at unix:///x"
STOPPED = "Cannot connect to the Docker daemon at unix:///x. Is the docker daemon running?"
SILENT = "docker version: `docker version` did not end within 20 s"


@pytest.mark.parametrize(
    ("said", "state"),
    [(FORBIDDEN, State.FORBIDDEN), (STOPPED, State.STOPPED), (SILENT, State.SILENT)],
)
def test_the_clients_words_are_understood(said: str, state: State) -> None:
    assert engine.classify(said) is state


@pytest.mark.parametrize(
    ("state", "host", "can_install", "words"),
    [
        (State.FORBIDDEN, None, False, "usermod -aG docker"),
        (State.FORBIDDEN, None, True, "usermod -aG docker"),
        (State.NO_CLIENT, None, False, "Docker is missing"),
        (State.STOPPED, None, False, "systemctl start docker"),
        (State.SILENT, None, False, "restart it"),
        (State.STOPPED, "tcp://elsewhere", True, "DOCKER_HOST=tcp://elsewhere"),
    ],
)
def test_advice(state: State, host: str | None, can_install: bool, words: str) -> None:
    said = engine.advice(state, docker_host=host, can_install=can_install)
    assert said is not None
    assert words in said


@pytest.mark.parametrize("state", [State.NO_CLIENT, State.STOPPED, State.SILENT])
def test_root_on_debian_gets_an_engine_instead_of_advice(state: State) -> None:
    assert engine.advice(state, docker_host=None, can_install=True) is None


def test_only_what_is_missing_is_installed() -> None:
    present = {"docker", "iptables"}
    missing = engine.missing_packages(lambda name: name if name in present else None)
    assert missing == {"docker.io", "containerd", "runc"}


def test_the_client_comes_with_the_daemon_unless_that_is_there() -> None:
    assert "docker-cli" not in engine.missing_packages(lambda _: None)
    present = {"dockerd", "containerd", "runc", "iptables"}
    assert engine.missing_packages(lambda name: name if name in present else None) == {"docker-cli"}


def test_everything_the_engine_writes_is_in_the_cache(cache: Cache) -> None:
    settings = dockerd.configuration(cache.engine, runtime=None)
    for key in ("data-root", "exec-root", "pidfile"):
        assert settings[key].startswith(str(cache.engine))
    assert "default-runtime" not in settings


def test_the_bounded_runtime_is_used_where_it_is_needed(cache: Cache) -> None:
    runtime = cache.engine / "bounded-runc"
    settings = dockerd.configuration(cache.engine, runtime=runtime)
    assert settings["runtimes"][settings["default-runtime"]] == {"path": str(runtime)}


def test_a_pid_file_that_names_another_process_is_not_our_engine(cache: Cache) -> None:
    cache.engine.mkdir()
    assert dockerd.pid() is None
    (cache.engine / "dockerd.pid").write_text("1")
    assert dockerd.pid() is None
    (cache.engine / "dockerd.pid").write_text("")
    assert dockerd.pid() is None


def test_stopping_what_never_ran_does_nothing(cache: Cache) -> None:
    assert not dockerd.has_state()
    dockerd.stop()
