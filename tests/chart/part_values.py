"""The parts around the node: values in which each matters, and other values than their defaults."""

from __future__ import annotations

from typing import Any

from tests.chart.samples import Values, at, merged, producer

DIGEST = "sha256:" + "0" * 64
VARIABLE = [{"name": "A", "value": "b"}]
MOUNT = [{"name": "a", "mountPath": "/a"}]
HOST = [{"host": "a.example", "paths": [{"path": "/"}]}]

# Beside a producer of the walk, but for what only a relay may have.
SUBMIT_API = producer(**at("submitApi.enabled", True))
SIGNER = producer(**at("mithrilSigner.enabled", True))
INGRESS = merged(SUBMIT_API, at("ingress.enabled", True))

BASE: dict[str, Values] = {
    "submitApi": SUBMIT_API,
    "submitApi.enabled": producer(),
    "image.submitApi": SUBMIT_API,
    "image.submitApi.enabled": producer(),
    "resources.submitApi": SUBMIT_API,
    "service.submitApi": SUBMIT_API,
    "mithrilSigner": SIGNER,
    "mithrilSigner.enabled": producer(),
    "mithrilSigner.eraReader.address": merged(
        SIGNER, at("mithrilSigner.eraReader.verificationKey", "ab")
    ),
    "mithrilSigner.eraReader.verificationKey": merged(
        SIGNER, at("mithrilSigner.eraReader.address", "addr1a")
    ),
    "image.mithrilSigner": SIGNER,
    "image.mithrilSigner.enabled": producer(),
    "resources.mithrilSigner": SIGNER,
    "service.mithril": SIGNER,
    "ingress": INGRESS,
    "ingress.enabled": SUBMIT_API,
}

OTHER: dict[str, Any] = {
    "global.imageRegistry": "registry.example:5000",
    **{f"image.{part}.pullPolicy": "Never" for part in ("submitApi", "mithrilSigner")},
    **{f"image.{part}.digest": DIGEST for part in ("submitApi", "mithrilSigner")},
    "submitApi.extraEnvVars": VARIABLE,
    "mithrilSigner.extraEnvVars": VARIABLE,
    "mithrilSigner.extraVolumeMounts": MOUNT,
    "mithrilSigner.aggregatorEndpoint": "https://other",
    "mithrilSigner.partyId": "pool1abcdefghijk",
    "mithrilSigner.relayEndpoint": "http://relay:3132",
    "mithrilSigner.eraReader.address": "addr1b",
    "mithrilSigner.eraReader.verificationKey": "cd",
    "service.type": "NodePort",
    **{f"service.{part}.type": "NodePort" for part in ("submitApi", "mithril")},
    "service.p2p.loadBalancerIP": "1.2.3.4",
    "ingress.hosts": HOST,
    "ingress.tls": [{"secretName": "cert"}],
}
