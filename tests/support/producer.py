"""A block producer of a custom network whose node is the stand-in: values and objects for it."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.support.keys import CredentialFiles
    from tests.support.network import CustomNetwork

Object = dict[str, Any]

NAME = "producer"  # of the release and, in full, of its StatefulSet
POD = f"{NAME}-0"
KEYS_SECRET = f"{NAME}-forging-keys"
GENESIS_CONFIG_MAP = "test-genesis"

# A topology without bootstrap peers needs a root that is trustable, or the node refuses it.
_ITSELF: Object = {
    "accessPoints": [{"address": "127.0.0.1", "port": 3001}],
    "advertise": False,
    "trustable": True,
    "valency": 1,
}


def values(
    network: CustomNetwork,
    *,
    forge_manager_image: str,
    standin_image: str,
    boot_seconds: float = 2,
) -> Object:
    """Return chart values for a small, quick producer; its probes ask every second."""
    small: Object = {"requests": {"cpu": "10m", "memory": "32Mi"}, "limits": {"memory": "256Mi"}}
    return {
        "fullnameOverride": NAME,
        "image": {
            "forgeManager": image(forge_manager_image),
            "cardanoNode": image(standin_image),
        },
        "cardanoNode": {
            "network": "custom",
            "magic": network.magic,
            "blockProducer": True,
            "genesisConfigMap": GENESIS_CONFIG_MAP,
            "mithril": {"enabled": False},
            "config": {"overrides": network.genesis_hashes()},
            "topology": {"localRoots": [_ITSELF]},
        },
        "forgeManager": {
            "enabled": True,
            "logFormat": "json",
            # Its Lease is missing at first, and would be waited for in full.
            "election": {"failsafeSeconds": 0},
        },
        "healthChecks": {
            "cardanoNode": {"readinessProbe": {"periodSeconds": 1}},
            "forgeManager": {
                "startupProbe": {
                    "initialDelaySeconds": 0,
                    "periodSeconds": 1,
                    "failureThreshold": 180,
                },
                "readinessProbe": {"initialDelaySeconds": 0, "periodSeconds": 2},
            },
        },
        "resources": {"cardanoNode": small, "forgeManager": small},
        "securityContext": {"readOnlyRootFilesystem": True},
        "persistence": {"ledger": {"enabled": False}},
        "terminationGracePeriodSeconds": 25,
        "extraEnvVars": [{"name": "STANDIN_BOOT_SECONDS", "value": str(boot_seconds)}],
        "extraContainers": [_other_scrapers(standin_image)],
    }


def _other_scrapers(standin_image: str) -> Object:
    """Return the container of those who take their share of the node's metrics server."""
    return {
        "name": "other-scrapers",
        "image": standin_image,
        "imagePullPolicy": "IfNotPresent",
        "command": ["/opt/standin/other-scrapers"],
        "resources": {"requests": {"cpu": "10m", "memory": "16Mi"}, "limits": {"memory": "128Mi"}},
        "securityContext": {
            "runAsNonRoot": True,
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
            "seccompProfile": {"type": "RuntimeDefault"},
        },
    }


def image(reference: str) -> Object:
    """Return an image's values for a reference. Raises ValueError without a tag or digest."""
    repository, at, digest = reference.partition("@")
    if at:
        return {"repository": repository, "digest": digest}
    repository, _, tag = reference.rpartition(":")
    if not repository or "/" in tag:  # a colon before a slash belongs to a registry's port
        raise ValueError(f"image {reference!r} has neither tag nor digest; give one of them")
    return {"repository": repository, "tag": tag}


def keys_secret(files: CredentialFiles) -> Object:
    """Return the Secret that the producer waits for."""
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": KEYS_SECRET},
        "data": {name: b64encode(data).decode() for name, data in files.by_name().items()},
    }


def genesis_config_map(network: CustomNetwork) -> Object:
    """Return the ConfigMap with the network's genesis files."""
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": GENESIS_CONFIG_MAP},
        "data": {name: data.decode() for name, data in network.genesis_files().items()},
    }
