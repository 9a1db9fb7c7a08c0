"""What a real API server says of objects that nobody creates: each is tried by dry run.

A dry run goes through decoding, admission and validation, and stores nothing
(https://kubernetes.io/docs/reference/using-api/api-concepts/#dry-run).
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import ssl
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import urllib3
import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

Object = dict[str, Any]
_TIMEOUT_S = 30.0
_ACCEPTED = range(200, 300)
_CREATE = "dryRun=All&fieldValidation=Strict"
# As Helm 4 applies (helm.sh/helm/v4 v4.0, pkg/kube/client.go, patchResourceServerSide).
_APPLY = f"{_CREATE}&fieldManager=helm&force=true"
# An account that every namespace has: the chart's own is in none where nothing is created.
_ACCOUNT = "default"
# Warned of and taken: an address or a size as the user spells it.
_SPELLING = re.compile("canonical format|is ambiguous in this context|fractional byte value")
_REVISION = "a" * 10


class DryRun:
    """One API server, over one connection that is kept; every object goes into one namespace.

    Not for several threads.
    """

    def __init__(self, kubeconfig: Path, namespace: str) -> None:
        config = yaml.safe_load(kubeconfig.read_text())
        cluster, user = config["clusters"][0]["cluster"], config["users"][0]["user"]
        self._server: str = cluster["server"]
        self._http = urllib3.PoolManager(ssl_context=_trusting(cluster, user))
        self._namespace = namespace
        self._resources: dict[str, dict[str, Object]] = {}
        self._seen: dict[str, list[str]] = {}
        self.judged = 0

    def close(self) -> None:
        """End the connection."""
        self._http.clear()

    def problems(self, item: Object) -> list[str]:
        """Say why the API server refuses the object, or what comes of it; nothing: it does not."""
        here = {**item, "metadata": {**item["metadata"], "namespace": self._namespace}}
        return [problem for each in _with_parts(here) for problem in self._problems(each)]

    def _problems(self, item: Object) -> list[str]:
        text = json.dumps(_as_go_reads(item), sort_keys=True)
        key = hashlib.sha256(text.encode()).hexdigest()
        if key not in self._seen:
            self.judged += 1
            folder, name = self._folder(item), item["metadata"]["name"]
            what = f"{item['kind']} {name}"
            self._seen[key] = [
                *self._refusal(f"create {what}", "POST", f"{folder}?{_CREATE}", text),
                *self._refusal(f"apply {what}", "PATCH", f"{folder}/{name}?{_APPLY}", text),
            ]
        return self._seen[key]

    def _refusal(self, what: str, method: str, path: str, text: str) -> Iterator[str]:
        kind = "application/json" if method == "POST" else "application/apply-patch+yaml"
        answer = self._http.request(
            method,
            f"{self._server}{path}",
            body=text.encode(),
            headers={"Content-Type": kind},
            timeout=_TIMEOUT_S,
            retries=False,
        )
        if answer.status not in _ACCEPTED:
            yield f"{what}: {answer.status} {answer.json().get('message')}"
        for warning in answer.headers.getlist("Warning"):
            if not _SPELLING.search(warning):
                yield f"{what}: warning {warning}"

    def _folder(self, item: Object) -> str:
        version = item["apiVersion"]
        root = f"/apis/{version}" if "/" in version else f"/api/{version}"
        if version not in self._resources:
            found = self._http.request("GET", self._server + root, timeout=_TIMEOUT_S).json()
            self._resources[version] = {
                each["kind"]: each for each in found["resources"] if "/" not in each["name"]
            }
        resource = self._resources[version][item["kind"]]
        assert resource["namespaced"], f"the chart makes nothing of the whole cluster: {item}"
        return f"{root}/namespaces/{self._namespace}/{resource['name']}"


def _trusting(cluster: Object, user: Object) -> ssl.SSLContext:
    """A kubeconfig's certificates, as kind writes them: each in the file itself."""
    authority = base64.b64decode(cluster["certificate-authority-data"]).decode()
    context = ssl.create_default_context(cadata=authority)
    # From a file alone can it be read; nothing of it stays.
    with tempfile.TemporaryDirectory() as folder:
        pair = Path(folder) / "pair.pem"
        pair.touch(0o600)
        keys = (user["client-certificate-data"], user["client-key-data"])
        pair.write_bytes(b"\n".join(base64.b64decode(each) for each in keys))
        context.load_cert_chain(pair)
    return context


def _as_go_reads(part: Any) -> Any:
    """A number such as 1.5e+06, as templates write large ones, is whole to Go and not to Python."""
    if isinstance(part, dict):
        return {key: _as_go_reads(value) for key, value in part.items()}
    if isinstance(part, list):
        return [_as_go_reads(value) for value in part]
    return int(part) if isinstance(part, float) and part.is_integer() else part


def _with_parts(item: Object) -> Iterator[Object]:
    """The object, and those that a controller makes of it.

    As newVersionedStatefulSetPod and getPersistentVolumeClaims do (Kubernetes 1.29 to 1.34,
    pkg/controller/statefulset/stateful_set_utils.go).
    """
    yield item
    if item["kind"] != "StatefulSet":
        return
    spec, metadata = item["spec"], item["metadata"]
    name, namespace = f"{metadata['name']}-0", metadata["namespace"]
    template = spec["template"]
    claims = spec.get("volumeClaimTemplates", [])
    labels = {
        "controller-revision-hash": f"{metadata['name']}-{_REVISION}",
        "statefulset.kubernetes.io/pod-name": name,
        "apps.kubernetes.io/pod-index": "0",
    }
    volumes = [
        {
            "name": claim["metadata"]["name"],
            "persistentVolumeClaim": {"claimName": f"{claim['metadata']['name']}-{name}"},
        }
        for claim in claims
    ]
    yield {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            **template["metadata"],
            "name": name,
            "namespace": namespace,
            "labels": {**template["metadata"]["labels"], **labels},
        },
        "spec": {
            **template["spec"],
            "hostname": name,
            "subdomain": spec["serviceName"],
            "serviceAccountName": _ACCOUNT,
            "volumes": [*template["spec"].get("volumes", []), *volumes],
        },
    }
    for claim in claims:
        made = {"name": f"{claim['metadata']['name']}-{name}", "namespace": namespace}
        yield {
            "apiVersion": "v1",
            "kind": "PersistentVolumeClaim",
            "metadata": {**claim["metadata"], **made},
            "spec": claim["spec"],
        }
