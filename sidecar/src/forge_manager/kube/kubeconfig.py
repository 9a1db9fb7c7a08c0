"""Puts a kubeconfig's cluster and user into the client's configuration.

The client's loader (kubernetes 37, config/kube_config.py) reads a tokenFile once, newline and all,
continues without credentials if an exec plugin fails, and leaves a file on disk for each
certificate and key that it has met. Here these three work as in kubectl, the last in memory; the
loader does the rest.
"""

from __future__ import annotations

import os
from base64 import b64decode
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kubernetes.config.kube_config import ConfigNode, KubeConfigLoader, KubeConfigMerger

from forge_manager.kube.exec_plugin import PluginError, run_plugin

if TYPE_CHECKING:
    from kubernetes.client import Configuration

#: Keys of a cluster and of a user that may be inline, as base64; otherwise the name of a file.
_IN_CLUSTER = ("certificate-authority",)
_IN_USER = ("client-certificate", "client-key")
#: The ways in which a user may authenticate.
_WAYS = ("token", "tokenFile", "exec", "auth-provider", "username", *_IN_USER)


class KubeconfigError(Exception):
    """It cannot be used; the text says why."""


class MemoryFile:
    """A file that exists only in memory, for what the client and OpenSSL accept only as files."""

    def __init__(self, content: bytes) -> None:
        self._descriptor = os.memfd_create("kubeconfig", os.MFD_CLOEXEC)
        os.write(self._descriptor, content)
        self.path = f"/proc/self/fd/{self._descriptor}"

    def __del__(self) -> None:
        os.close(self._descriptor)


class Loaded:
    """What was found besides the configuration.

    `files` must live as long as the configuration is used. `expires`: Unix time when an exec
    plugin's credentials expire, None if they do not. `by_plugin`: a plugin gave them.
    """

    def __init__(self) -> None:
        self.files: list[MemoryFile] = []
        self.expires: float | None = None
        self.by_plugin = False


def load(configuration: Configuration, paths: str) -> Loaded:
    """Read the file, or several as in KUBECONFIG.

    Raises KubeconfigError, and any error of the client's parsing.
    """
    merged = KubeConfigMerger(paths).config  # type: ignore[no-untyped-call]
    if merged is None:
        raise KubeconfigError("the file does not exist or is empty")
    loader = _Loader(merged)
    loader.load_and_set(configuration)  # type: ignore[no-untyped-call]
    if "proxy" in loader.__dict__:
        configuration.no_proxy = ""  # the environment's does not apply to this proxy
    if loader.token_path is not None:
        refresh: Any = partial(read_token, loader.token_path)  # declared as None in the client
        configuration.refresh_api_key_hook = refresh
    elif loader.loaded.by_plugin:
        configuration.refresh_api_key_hook = None
    loaded, loader.loaded = loader.loaded, Loaded()  # the client may keep the loader for long
    return loaded


def read_token(path: Path, configuration: Configuration) -> None:
    """Read the token for each request: it is replaced long before it expires."""
    try:
        token = path.read_text().strip()
    except (OSError, ValueError):
        return  # the previous one is still good for a while
    if token:
        configuration.api_key["BearerToken"] = f"Bearer {token}"


class _Loader(KubeConfigLoader):
    """The client's loader, with other ways for files and plugins."""

    _current_context: Any  # the client's own have no types
    _cluster: Any
    _user: Any

    def __init__(self, config: ConfigNode) -> None:
        super().__init__(config_dict=config, config_base_path=None)  # type: ignore[no-untyped-call]
        self.loaded = Loaded()
        self.token_path: Path | None = None
        context = self._current_context["context"]
        self._name = context.safe_get("user")
        if self._name and self._user is None:
            raise KubeconfigError(
                f"its context names the user {self._name!r}, which it does not define"
            )
        self._keep_in_memory(self._cluster, _IN_CLUSTER)
        if self._user is not None:
            self._keep_in_memory(self._user, _IN_USER)

    def _load_authentication(self) -> None:
        """Make the client read files, run the plugin, perhaps ask an identity provider."""
        if self._user is None:
            return
        super()._load_authentication()  # type: ignore[no-untyped-call]
        proven = "token" in self.__dict__ or "cert_file" in self.__dict__
        ways = [way for way in _WAYS if self._user.safe_get(way)]
        if ways and not proven and "client-certificate" not in ways:
            raise KubeconfigError(
                f"the user {self._name!r} has {', '.join(ways)}, which gave no credentials; use a "
                "token, a tokenFile, exec or a client certificate"
            )

    def _load_user_token(self) -> bool | None:
        name = self._user.safe_get("tokenFile")
        if not name:
            found: bool | None = super()._load_user_token()  # type: ignore[no-untyped-call]
            return found
        path = Path(self._directory(self._user), name)
        try:
            token = path.read_text().strip()
        except (OSError, ValueError) as error:
            token = str(self._user.safe_get("token") or "")
            if not token:
                why = getattr(error, "strerror", None) or "it is not text"
                raise KubeconfigError(
                    f"the tokenFile {path} of the user {self._name!r} cannot be read: {why}"
                ) from None
        if not token:
            raise KubeconfigError(f"the tokenFile {path} of the user {self._name!r} is empty")
        self.token_path, self.token = path, f"Bearer {token}"
        return True

    def _load_from_exec_plugin(self) -> bool | None:
        config = self._user.safe_get("exec")
        if config is None:
            return None
        try:
            given = run_plugin(config, self._directory(self._cluster), self._cluster.value)
        except PluginError as error:
            raise KubeconfigError(f"the user {self._name!r} has no credentials: {error}") from None
        self.loaded.by_plugin, self.loaded.expires = True, given.expires
        if given.token:
            self.token = f"Bearer {given.token}"
        if given.certificate and given.key:
            self.cert_file = self._in_memory(given.certificate.encode())
            self.key_file = self._in_memory(given.key.encode())
        return True

    def _keep_in_memory(self, node: ConfigNode, keys: tuple[str, ...]) -> None:
        for key in keys:
            inline = node.value.pop(f"{key}-data", None)
            if inline:
                node.value[key] = self._in_memory(b64decode(inline))

    def _in_memory(self, content: bytes) -> str:
        file = MemoryFile(content)
        self.loaded.files.append(file)
        return file.path

    def _directory(self, node: ConfigNode) -> str:
        found = self._get_base_path(node.path)  # type: ignore[no-untyped-call]
        return str(found)
