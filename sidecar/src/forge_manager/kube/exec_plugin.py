"""Credentials printed by a program that `exec` in a kubeconfig names.

The client itself runs it without a time limit, and continues without credentials if it fails.
Format: ExecCredential of client.authentication.k8s.io (Kubernetes' reference of client
authentication).
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

#: A program that asks a cloud for a token takes a second or two.
PLUGIN_SECONDS = 15.0
_KILLED_SECONDS = 1.0
_MOST_CHARACTERS = 256 * 1024


class PluginError(Exception):
    """It gave no credentials; the text says why, in our own words: its own may hold secrets."""


class ExecCredential(NamedTuple):
    """What it gave: a token, or a certificate and its key (PEM). `expires`: Unix time, or None."""

    token: str
    certificate: str
    key: str
    expires: float | None


def run_plugin(
    config: Mapping[str, Any],
    directory: str,
    cluster: Mapping[str, Any],
    *,
    seconds: float = PLUGIN_SECONDS,
) -> ExecCredential:
    """Run it once. Raises PluginError.

    `config`: the user's `exec`. `directory`: the kubeconfig's, to which a command with a slash in
    it is relative. `cluster`: what a plugin is told if it asks for it.
    """
    command, version = config.get("command"), config.get("apiVersion")
    if not isinstance(command, str) or not command or not isinstance(version, str):
        raise PluginError("exec needs a command and an apiVersion")
    spec: dict[str, Any] = {"interactive": False}
    if config.get("provideClusterInfo"):
        spec["cluster"] = dict(cluster)
    info = {"apiVersion": version, "kind": "ExecCredential", "spec": spec}
    variables = {str(item["name"]): str(item["value"]) for item in config.get("env") or ()}
    output = _output(
        [command, *(str(argument) for argument in config.get("args") or ())],
        directory,
        os.environ | variables | {"KUBERNETES_EXEC_INFO": json.dumps(info)},
        seconds,
    )
    return _credential(output, command, version)


def _output(arguments: list[str], directory: str, variables: dict[str, str], seconds: float) -> str:
    command = arguments[0]
    try:
        process = subprocess.Popen(
            arguments,
            cwd=directory or None,
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            text=True,
        )
    except FileNotFoundError:
        raise PluginError(
            f"its exec plugin {command} is not in this image; use a token, a tokenFile or a client "
            "certificate in the kubeconfig, or an image that has the program"
        ) from None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or type(error).__name__
        raise PluginError(f"its exec plugin {command} cannot be run: {why}") from None
    try:
        output, _ = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # what it has started as well
        with suppress(subprocess.TimeoutExpired):
            process.communicate(timeout=_KILLED_SECONDS)
        raise PluginError(
            f"its exec plugin {command} did not finish within {seconds:g} s and was killed"
        ) from None
    except ValueError:
        raise PluginError(f"its exec plugin {command} did not print text") from None
    if process.returncode != 0:
        raise PluginError(
            f"its exec plugin {command} exited with code {process.returncode}; run it by hand with "
            "the same environment to see why"
        )
    return output[:_MOST_CHARACTERS]


def _credential(output: str, command: str, version: str) -> ExecCredential:
    try:
        document = json.loads(output)
        status = document["status"]
        token = status.get("token") or ""
        certificate = status.get("clientCertificateData") or ""
        key = status.get("clientKeyData") or ""
        expires = _unix_time(status.get("expirationTimestamp"))
        said = document["apiVersion"]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise PluginError(f"its exec plugin {command} did not print an ExecCredential") from None
    if said != version:
        raise PluginError(
            f"its exec plugin {command} answers in an apiVersion other than {version}"
        )
    if not (token or (certificate and key)):
        raise PluginError(f"its exec plugin {command} returned neither a token nor a certificate")
    return ExecCredential(str(token), str(certificate), str(key), expires)


def _unix_time(text: str | None) -> float | None:
    if not text:
        return None
    found = datetime.fromisoformat(text)
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
