"""A producer in a namespace of its own: install, Secrets, waiting, looking."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

import yaml

from devkit import paths, steps
from forge_manager.commands.timeline.gate import gate_changes
from forge_manager.commands.timeline.observations import MANAGER, NODE
from tests.e2e.framework.diagnosis import diagnose
from tests.e2e.framework.told import story
from tests.support import producer
from tests.support.network import CustomNetwork

if TYPE_CHECKING:
    from collections.abc import Callable

    from devkit.environment import Images
    from devkit.namespace import Namespace
    from tests.e2e.framework.history import PodWatch
    from tests.support.keys import CredentialFiles

Object = dict[str, Any]
T = TypeVar("T")
_CHART = paths.REPOSITORY / "charts" / "cardano-node"
_HELM = paths.LINKS / "bin" / "helm"
_POLL_S = 1.0
_DEADLINE_S = 90.0

# Run inside the sidecar's container, where an interpreter is and curl is not.
_ASK_STARTUP_STATUS = """
import json, urllib.error, urllib.request
try:
    answer = urllib.request.urlopen("http://127.0.0.1:8000/startup-status", timeout=5)
except urllib.error.HTTPError as error:
    answer = error
print(json.dumps({"code": answer.status, "body": json.load(answer)}))
"""


@dataclass(frozen=True)
class StartupStatus:
    """An answer of /startup-status."""

    code: int
    reason: str
    body: Object


@dataclass
class Deployment:
    """One release of the chart and everything a case does with it."""

    images: Images
    namespace: Namespace
    watch: PodWatch
    network: CustomNetwork = field(default_factory=CustomNetwork)

    def install(self, overrides: Object | None = None, *, boot_seconds: float = 2) -> None:
        """Install the producer; `overrides` are merged over the quick values."""
        self.namespace.apply(producer.genesis_config_map(self.network))
        # Helm 4 refuses to install beside other CRDs, such as those of an older checkout.
        crds = ("--force-conflicts", f"--filename={_CHART / 'crds'}")
        self.namespace.kubectl.text("apply", "--server-side", *crds)
        self._helm("install", self._values(overrides or {}, boot_seconds=boot_seconds))

    def upgrade(self, overrides: Object, *options: str) -> None:
        """Merge more over the values that are installed; does not wait for what follows."""
        self._helm("upgrade", overrides, "--reset-then-reuse-values", *options)

    def manifest(self) -> list[Object]:
        """Return the objects that the release was rendered to, without hooks."""
        text = steps.capture(
            [_HELM, "get", "manifest", producer.NAME, "--namespace", self.namespace.name],
            what="helm get manifest",
            env={"KUBECONFIG": str(self.namespace.kubectl.kubeconfig)},
        )
        return list(yaml.safe_load_all(text))

    def rendered(self, overrides: Object, show_only: str) -> list[Object]:
        """Return what such values render to in some templates; nothing is installed."""
        said = self._helm("template", self._values(overrides), "--show-only", show_only)
        return [one for one in yaml.safe_load_all(said) if one]

    def _values(self, overrides: Object, *, boot_seconds: float = 2) -> Object:
        values = producer.values(
            self.network,
            forge_manager_image=self.images.forge_manager,
            standin_image=self.images.standin,
            boot_seconds=boot_seconds,
        )
        return merged(values, overrides)

    def _helm(self, verb: str, values: Object, *options: str) -> str:
        return steps.capture(
            [
                *(_HELM, verb, producer.NAME, _CHART),
                *options,
                *("--namespace", self.namespace.name, "--values", "-"),
            ],
            what=f"helm {verb}",
            deadline_s=60,
            env={"KUBECONFIG": str(self.namespace.kubectl.kubeconfig)},
            text=json.dumps(values),
        )

    def put_secret(self, files: CredentialFiles) -> None:
        """Create the keys' Secret, or replace what is in it."""
        self.namespace.apply(producer.keys_secret(files))

    def hasten_delivery(self, pod: str = producer.POD) -> None:
        """Have the kubelet bring the Secret to this pod now.

        By itself it does so when it next syncs the pod, up to 90 s later. A change of the pod's
        annotations makes it sync at once; the containers are not touched.
        """
        self.namespace.run(
            "annotate", "pod", pod, "--overwrite", f"test/sync={time.monotonic_ns()}"
        )

    def pod(self) -> Object:
        """Return the pod as it is now; empty while there is none."""
        pods = self.namespace.items("pods", f"--field-selector=metadata.name={producer.POD}")
        return pods[0] if pods else {}

    def wait_for_pod(
        self, what: str, condition: Callable[[Object], bool], *, deadline_s: float = _DEADLINE_S
    ) -> Object:
        """Return the pod as soon as it exists and the condition holds."""

        def met() -> Object | None:
            pod = self.pod()
            return pod if pod and condition(pod) else None

        return self.wait_for(what, met, deadline_s=deadline_s)

    def wait_for_reason(self, reason: str) -> StartupStatus:
        """Return the first answer of /startup-status with this reason."""

        def asked() -> StartupStatus | None:
            status = self.startup_status()
            return status if status and status.reason == reason else None

        return self.wait_for(f"/startup-status {reason}", asked)

    def gate_opened_at(self) -> datetime:
        """Return when the running manager first said that its gate is open, to the millisecond."""
        log = self.namespace.logs(producer.POD, MANAGER)
        return next(change.at for change in gate_changes(log) if change.open)

    def node_first_line_at(self) -> datetime:
        """Return when the running node wrote its first line, to the millisecond."""
        return datetime.fromisoformat(self.namespace.logs(producer.POD, NODE).split()[0])

    def wait_for_line(self, container: str, text: str) -> None:
        """Wait until a container's log, of its last run or the one before, has this text."""

        def said() -> bool:
            logs = (self.namespace.logs(producer.POD, container, previous=p) for p in (False, True))
            return any(text in log for log in logs)

        self.wait_for(f"{text!r} in the log of {container}", said)

    def wait_for(
        self, what: str, condition: Callable[[], T | None], *, deadline_s: float = _DEADLINE_S
    ) -> T:
        """Wait; say what the namespace looks like when it is in vain."""
        return steps.wait_for(
            f"{what} in {self.namespace.name}",
            condition,
            deadline_s=deadline_s,
            diagnose=self.diagnosis,
            interval_s=_POLL_S,
        )

    def startup_status(self) -> StartupStatus | None:
        """Ask the sidecar from inside its container; None while it cannot be asked."""
        try:
            said = self.namespace.run(
                *("exec", producer.POD, f"--container={MANAGER}", "--"),
                *("python3", "-c", _ASK_STARTUP_STATUS),
            )
        except steps.StepError:
            return None
        answer = json.loads(said)
        return StartupStatus(answer["code"], answer["body"].get("reason", ""), answer["body"])

    def diagnosis(self) -> str:
        """Return what a person needs to see when the producer is not as it should be."""
        status = f"/startup-status now: {self.startup_status()}"
        return f"namespace {self.namespace.name}, {status}\n{diagnose(self.namespace)}"

    def states(self) -> list[Object]:
        """Return every state the pod has been in."""
        return self.watch.states(producer.POD)

    def timeline(self) -> str:
        """Return the start-up and the hand-overs so far, and what is so now."""
        return story(self.namespace, producer.NAME)


def merged(base: Object, over: Object) -> Object:
    """Return `base` with `over` merged into it, mapping by mapping, as Helm merges values."""
    result = dict(base)
    for key, value in over.items():
        ours = base.get(key)
        both = isinstance(ours, dict) and isinstance(value, dict)
        result[key] = merged(ours, value) if both and ours is not None else value
    return result
