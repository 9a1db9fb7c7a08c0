"""Connections to the API server with the `kubernetes` client: its credentials, its TLS, no retries.

Only the client's transport is used, with paths and plain JSON. Its classes for each API and each
object would take 22 MB more memory than everything here.
"""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from kubernetes.client import ApiClient, Configuration
from kubernetes.client.exceptions import ApiException
from kubernetes.config import ConfigException
from kubernetes.config.incluster_config import (
    SERVICE_CERT_FILENAME,
    SERVICE_HOST_ENV_NAME,
    SERVICE_TOKEN_FILENAME,
    InClusterConfigLoader,
)
from kubernetes.utils.keepalive import tcp_keepalive_socket_options
from urllib3.exceptions import HTTPError, NewConnectionError
from urllib3.exceptions import TimeoutError as TransportTimeoutError

from forge_manager.kube.kubeconfig import KubeconfigError, load, read_token

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from urllib3.response import BaseHTTPResponse

    from forge_manager.kube.kubeconfig import Loaded

KUBECONFIG = "KUBECONFIG"
_AGENT = "cardano-forge-manager"
#: A vanished peer is noticed within idle + count x interval seconds, at no cost to the server.
_KEEPALIVE = {"idle": 10, "interval": 5, "count": 3}
_IDLE_CONNECTIONS = 4
_PIECE_BYTES = 64 * 1024
_AUTHENTICATION = ["BearerToken"]
_MERGE_PATCH = "application/merge-patch+json"  # RFC 7386


class ClusterSettingsError(Exception):
    """A cluster is configured but cannot be reached that way; says what is wrong."""


class TransportError(Exception):
    """There is no complete answer: it is not known whether the request took effect."""

    def __init__(self, text: str, *, timed_out: bool = False) -> None:
        super().__init__(text)
        self.timed_out = timed_out


class ServiceAccountFiles(NamedTuple):
    """Where Kubernetes puts a pod's credentials."""

    token: Path = Path(SERVICE_TOKEN_FILENAME)
    ca: Path = Path(SERVICE_CERT_FILENAME)


_IN_A_POD = ServiceAccountFiles()


class Reply:
    """An answer whose head has arrived; its body comes piece by piece."""

    def __init__(self, response: BaseHTTPResponse) -> None:
        self.status = response.status
        self._response = response

    def read_piece(self) -> bytes:
        """Return what has arrived of the body, b"" at its end. Raises TransportError."""
        try:
            return self._response.read1(_PIECE_BYTES)
        except (HTTPError, OSError, ValueError) as error:
            raise _transport_error(error) from None

    def read_all(
        self, *, until: float, most_bytes: int, clock: Callable[[], float] = time.monotonic
    ) -> bytes:
        """Return the whole body. Raises TransportError, also if it is too long or too late."""
        body = bytearray()
        while piece := self.read_piece():
            body += piece
            if len(body) > most_bytes:
                raise TransportError(f"the answer is longer than {most_bytes} bytes")
            if clock() > until:
                raise TransportError("the answer is too slow", timed_out=True)
        return bytes(body)

    def interrupt(self) -> None:
        """Make a thread that waits for more return. Callable from any other thread."""
        try:
            self._response.shutdown()
        except (OSError, RuntimeError, ValueError):
            return  # it has ended by itself

    def close(self) -> None:
        """Give the connection back if the body was read to its end, else close it."""
        self._response.close()


class Sender(Protocol):
    """What sends requests to an API server."""

    @property
    def answers(self) -> int:
        """Another number once a request has been answered, whatever the answer says."""

    def send(
        self,
        method: str,
        path: str,
        *,
        query: Sequence[tuple[str, str]] = (),
        body: dict[str, Any] | None = None,
        connect_s: float,
        read_s: float,
    ) -> Reply:
        """Send a request once and wait for the head of its answer. Raises TransportError.

        `body`: for a PATCH, a JSON merge patch. `read_s` bounds each wait for bytes, not the whole:
        a slow server can take longer.
        """


class ApiConnection:
    """One API server. Threads may share it."""

    def __init__(self, client: ApiClient, loaded: Loaded | None = None) -> None:
        """Also keep what a kubeconfig gave: the client reads its files for each connection."""
        self._client: Any = client  # most of its methods have no types
        self._loaded = loaded
        self.answers = 0

    def lasts_until(self) -> float | None:
        """Return the Unix time at which its credentials expire, None if they do not."""
        return self._loaded.expires if self._loaded else None

    @property
    def by_plugin(self) -> bool:
        """Whether a plugin gave the credentials, and may give others if they are refused."""
        return self._loaded is not None and self._loaded.by_plugin

    def send(
        self,
        method: str,
        path: str,
        *,
        query: Sequence[tuple[str, str]] = (),
        body: dict[str, Any] | None = None,
        connect_s: float,
        read_s: float,
    ) -> Reply:
        """Do what Sender says."""
        headers = {"Accept": "application/json"}
        if body is not None:
            patches = method == "PATCH"
            headers["Content-Type"] = _MERGE_PATCH if patches else "application/json"
        try:
            made = self._client.param_serialize(
                method,
                path,
                query_params=list(query),
                header_params=headers,
                body=body,
                auth_settings=_AUTHENTICATION,
            )
            answer = self._client.call_api(*made, _request_timeout=(connect_s, read_s))
        except (ApiException, ConfigException, HTTPError, OSError, ValueError) as error:
            raise _transport_error(error) from None
        self.answers += 1
        return Reply(answer.response)

    def close(self) -> None:
        """Close the connections that are not in use."""
        self._client.close()


def connect(
    variables: Mapping[str, str],
    files: ServiceAccountFiles = _IN_A_POD,
) -> ApiConnection | None:
    """Return the cluster's connection, None without a cluster; nothing is sent yet.

    KUBECONFIG comes first, because a person sets it on purpose; then the pod's service account,
    whose API server is reached without a proxy, whatever the environment says. A kubeconfig works
    as with kubectl: its proxy-url, or else HTTPS_PROXY and NO_PROXY. A kubeconfig may name a
    program, which runs here, for some seconds. Raises ClusterSettingsError.
    """
    configuration, loaded = Configuration(), None
    if path := variables.get(KUBECONFIG):
        loaded = _use_kubeconfig(configuration, path)
    elif variables.get(SERVICE_HOST_ENV_NAME):
        _use_service_account(configuration, variables, files)
    else:
        return None
    # The client's default is urllib3's, which sends a PUT up to four times.
    configuration.retries = False
    configuration.client_go_retries = False
    configuration.connection_pool_maxsize = _IDLE_CONNECTIONS
    configuration.socket_options = tcp_keepalive_socket_options(**_KEEPALIVE)
    client = ApiClient(configuration)
    client.user_agent = _AGENT
    return ApiConnection(client, loaded)


def _use_kubeconfig(configuration: Configuration, path: str) -> Loaded:
    try:
        return load(configuration, path)
    except KubeconfigError as error:
        raise ClusterSettingsError(f"{KUBECONFIG}={path} cannot be used: {error}") from None
    except Exception as error:  # noqa: BLE001 (the client raises whatever its parsing stumbles over)
        raise ClusterSettingsError(
            f"{KUBECONFIG}={path} cannot be used ({type(error).__name__}); name a kubeconfig file "
            "with a current context, or unset it"
        ) from None


def _use_service_account(
    configuration: Configuration, variables: Mapping[str, str], files: ServiceAccountFiles
) -> None:
    loader = InClusterConfigLoader(  # type: ignore[no-untyped-call]
        str(files.token), str(files.ca), try_refresh_token=False, environ=variables
    )
    try:
        loader.load_and_set(configuration)  # type: ignore[no-untyped-call]
    except (ConfigException, OSError, ValueError) as error:
        raise ClusterSettingsError(
            f"this pod's service account cannot be used: {error} Mount its token and ca.crt at "
            f"{files.token.parent} (automountServiceAccountToken)"
        ) from None
    # The client's default is the environment's. If that proxy died, the leader would lose its
    # lease.
    configuration.proxy = None
    refresh: Any = partial(read_token, files.token)  # declared as None in the client
    configuration.refresh_api_key_hook = refresh


def _transport_error(error: Exception) -> TransportError:
    """Describe it by its type alone: the client's texts quote addresses and headers."""
    # A refused connection is a time-out to urllib3.
    timed_out = isinstance(error, TransportTimeoutError | TimeoutError)
    timed_out = timed_out and not isinstance(error, NewConnectionError)
    return TransportError(type(error).__name__, timed_out=timed_out)
