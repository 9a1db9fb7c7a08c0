"""The timeline of a release on a test cluster, by the product's own code and the pinned kubectl."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from devkit import paths
from devkit.steps import StepError
from forge_manager.commands.timeline import namespace as product
from forge_manager.commands.timeline.kubectl import ClusterError, Kubectl
from forge_manager.commands.timeline.story import ask, in_words

if TYPE_CHECKING:
    from devkit.namespace import Namespace


def story(namespace: Namespace, release: str) -> str:
    """Return what `forge-manager timeline` prints. Raises StepError where it ends in an error."""
    # Else kubectl's cache is in the home directory, where `clean` would leave it.
    os.environ.setdefault("KUBECACHEDIR", str(paths.cache().root / "kubectl"))
    kubectl = Kubectl(str(namespace.kubectl.program), str(namespace.kubectl.kubeconfig))
    try:
        return in_words(ask(product.Namespace(kubectl, namespace.name), release))
    except ClusterError as error:
        raise StepError(str(error)) from None
