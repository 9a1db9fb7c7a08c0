"""True time, pods and their clocks, the API server, and what is on its way between them.

Whatever is sent lies in `wires` until the explorer lets it arrive, at once, late or never.
"""

from __future__ import annotations

from collections import deque
from typing import NamedTuple, Protocol

from tests.sidecar.promises.elector import Elector, OldElector, Request
from tests.sidecar.promises.lease import NO_RECORD, Block, Lease, Tenure, is_same
from tests.sidecar.promises.manager import Ask, Manager, Reply
from tests.sidecar.promises.rules import Rules

_HISTORY_LINES = 60
_EPSILON = 1e-6
_REMEMBERED = 24


class TwoForgeError(AssertionError):
    """Two pods were permitted to forge at the same time."""


class NobodyLeadsError(AssertionError):
    """With a healthy API server nobody led in time."""


class Pod:
    """A machine's clock, what is on the pod's volume in memory, and its manager's process."""

    def __init__(self, world: World, uid: int, rate: float, ahead: float, kind: str) -> None:
        self.world = world
        self.uid = uid
        self.rate = rate
        self.ahead = ahead
        self.kind = kind
        self.living = True
        self.registered = True  # its object is there
        self.ending = False
        self.stopped = False
        self.able = True  # ready, and its keys are good
        self.wish = False  # it is to let go of the Lease
        self.cut = False  # from the API server
        # On the volume: what the guard obeys, and what the next manager reads
        self.forging = False
        self.forge_until = 0.0
        self.marks: frozenset[Tenure] = frozenset()
        self.marks_until = 0.0
        #: What a manager that breaks a rule leaves to the next one, to go on by promises.
        self.left: tuple[Lease, Block | None, float, float] | None = None
        self.manager: Elector = self.new_manager()

    def new_manager(self) -> Elector:
        rules = self.world.rules
        if self.kind == "new":
            return Manager(self.world, self, rules)
        return OldElector(self.world, self, rules, alone=self.kind == "old and alone")

    def now(self) -> float:
        return self.world.time * self.rate + self.ahead

    def true_time(self, local: float) -> float:
        return (local - self.ahead) / self.rate

    @property
    def forges(self) -> bool:
        return self.forging and self.now() < self.forge_until

    def __str__(self) -> str:
        return f"{'' if self.kind == 'new' else self.kind + ' '}pod {self.uid}"


class Wire(Protocol):
    """Something that is on its way."""

    def arrive(self, world: World) -> None: ...


class RequestOnWire(NamedTuple):
    pod: Pod
    manager: Elector
    request: Request

    def arrive(self, world: World) -> None:
        cut = self.pod.cut
        if cut and world.drops_requests():
            return
        found, failed = world.perform(self.request, self.pod)
        if not cut:
            world.wires.append(AnswerOnWire(self.pod, self.request.number, found, failed))


class AnswerOnWire(NamedTuple):
    pod: Pod
    number: int
    found: Lease | None
    failed: bool

    def arrive(self, world: World) -> None:
        if self.pod.living and not self.pod.cut:
            self.pod.manager.answered(self.number, self.found, failed=self.failed)


class EventOnWire(NamedTuple):
    pod: Pod
    lease: Lease
    deleted: bool

    def arrive(self, world: World) -> None:
        if self.pod.living and not self.pod.cut:
            self.pod.manager.observed(self.lease, deleted=self.deleted)


class PodsOnWire(NamedTuple):
    pod: Pod
    number: int
    known: frozenset[int]
    none_ends: bool

    def arrive(self, world: World) -> None:
        manager = self.pod.manager
        if self.pod.living and not self.pod.cut and isinstance(manager, Manager):
            manager.pods_are(self.number, self.known, none_ends=self.none_ends)


class MessageOnWire(NamedTuple):
    message: Ask | Reply

    def arrive(self, world: World) -> None:
        message = self.message
        pod = world.by_uid.get(message.to)
        if pod is None or not pod.living or pod.stopped or world.is_cut(message.sender, message.to):
            return
        manager = pod.manager
        if isinstance(manager, Manager):
            if isinstance(message, Ask):
                manager.asked(message)
            else:
                manager.replied(message)


class World:
    """Holds the truth. `drops_requests` decides what of a cut-off pod still gets through."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.time = 0.0
        self.pods: list[Pod] = []
        self.by_uid: dict[int, Pod] = {}
        self.lease: Lease | None = None
        self.version = 100
        self.uids = 0
        self.numbers = 0
        self.wires: list[Wire] = []
        self.cut_pairs: set[tuple[int, int]] = set()
        self.past: deque[tuple[int, Lease | None]] = deque(maxlen=_REMEMBERED)
        self.messages: deque[Ask | Reply] = deque(maxlen=12)  # for those who replay them
        self.history: deque[str] = deque(maxlen=_HISTORY_LINES)
        self.longest_extension = 0.0
        self.extensions = 0

    def number(self) -> int:
        """Return a stamp or a nonce that nobody had before."""
        self.numbers += 1
        return self.numbers

    def drops_requests(self) -> bool:
        return True

    def log(self, text: str) -> None:
        self.history.append(f"{self.time:9.2f} {text}")

    # Pods

    def add_pod(self, *, rate: float = 1.0, ahead: float = 0.0, kind: str = "new") -> Pod:
        pod = Pod(self, len(self.by_uid) + 1, rate, ahead, kind)
        self.pods.append(pod)
        self.by_uid[pod.uid] = pod
        self.log(f"{pod} starts")
        self.tell_of_pods()
        if self.lease is not None:
            self.wires.append(EventOnWire(pod, self.lease, deleted=False))
        return pod

    def tell_of_pods(self) -> None:
        """Have the watch of every replica show which pods there are."""
        registered = [pod for pod in self.pods if pod.registered]
        known = frozenset(pod.uid for pod in registered)
        none_ends = not any(pod.ending for pod in registered)
        number = self.number()
        for pod in self.pods:
            if not pod.cut:
                self.wires.append(PodsOnWire(pod, number, known, none_ends))

    def remove_object(self, pod: Pod) -> None:
        """Have the pod's object gone; the pod itself may live on where no kubelet is heard."""
        pod.registered = False
        self.log(f"{pod} is deleted, its process lives on")
        self.tell_of_pods()

    def end_pod(self, pod: Pod) -> None:
        self.switch_off(pod)
        pod.living = pod.registered = False
        self.pods.remove(pod)
        self.log(f"{pod} ends")
        self.tell_of_pods()

    def restart_manager(self, pod: Pod) -> None:
        pod.manager = pod.new_manager()
        self.log(f"{pod}: its manager starts again")
        if not pod.cut:
            self.catch_up(pod)
            self.tell_of_pods()

    def cut(self, pod: Pod) -> None:
        pod.cut = True
        self.log(f"{pod} is cut off from the API server")

    def heal(self, pod: Pod) -> None:
        pod.cut = False
        self.log(f"{pod} reaches the API server again")
        self.catch_up(pod)
        self.tell_of_pods()

    def catch_up(self, pod: Pod) -> None:
        if self.lease is not None:
            self.wires.append(EventOnWire(pod, self.lease, deleted=False))

    def is_cut(self, one: int, other: int) -> bool:
        return (min(one, other), max(one, other)) in self.cut_pairs

    # Who may forge

    def permit(self, pod: Pod, until: float) -> None:
        """Let it forge until then, by its own clock, whatever becomes of its manager."""
        now = pod.now()
        if until <= now:
            return
        extended = pod.forges
        if not extended:
            self.log(f"{pod} forges, until {pod.true_time(until):.2f}")
            pod.forge_until = until
        elif until > pod.forge_until:
            pod.forge_until = until
        pod.forging = True
        for other in self.pods:
            if other is not pod and other.forging:
                until = other.true_time(other.forge_until)
                if until > self.time + _EPSILON:
                    raise TwoForgeError(f"{pod} forges, and {other} may until {until:.2f}")

    def note_extension(self, pod: Pod, until: float, by: float) -> None:
        """Count that a pod forges on by promises: until then, `by` so long after its last proof."""
        self.extensions += 1
        self.longest_extension = max(self.longest_extension, by)
        said = f"{pod} forges on by promises, until"
        if self.history and said in self.history[-1]:
            self.history.pop()
        self.log(f"{said} {pod.true_time(until):.2f}")

    def switch_off(self, pod: Pod) -> None:
        if pod.forges:
            self.log(f"{pod} is off")
        pod.forging = False

    # The API server

    def send_request(self, pod: Pod, request: Request) -> None:
        self.wires.append(RequestOnWire(pod, pod.manager, request))

    def send_message(self, message: Ask | Reply) -> None:
        self.messages.append(message)
        self.wires.append(MessageOnWire(message))

    def perform(self, request: Request, pod: Pod) -> tuple[Lease | None, bool]:
        """Return what is found, and whether a write was refused."""
        lease, record, base = self.lease, request.record, request.base
        if record is None:
            return lease, False
        if base is None:
            if lease is not None:
                return None, True
            self.uids += 1
            self.write(Lease(self.uids, 0, record))
        else:
            if lease is None or lease.uid != base.uid or lease.version != base.version:
                return None, True
            unmarks = pod.kind == "new" and self.rules.writes_take_marks_away
            self.write(lease._replace(record=record, gone=None if unmarks else lease.gone))
        return self.lease, False

    def write(self, lease: Lease) -> None:
        """Store it under a new version."""
        self.keep()
        self.version += 1
        self.lease = lease._replace(version=self.version)
        block = lease.record.block
        holder = f"pod {lease.record.holder}" if lease.record.holder else "nobody"
        armed = f", members {sorted(block.members)}" if block else ""
        self.log(f"  Lease {self.version}: {holder}, {lease.record.duration:g} s{armed}")
        self.publish(self.lease, deleted=False)

    def keep(self) -> None:
        self.past.append((self.version, self.lease))

    def publish(self, lease: Lease, *, deleted: bool) -> None:
        for pod in self.pods:
            if not pod.cut:
                self.wires.append(EventOnWire(pod, lease, deleted))

    def mark_gone(self) -> None:
        """Have a person say that the holder's machine is dead."""
        if self.lease is not None and self.lease.record.holder:
            record = self.lease.record
            self.log(f"a person calls pod {record.holder} dead, holding {record.transitions}")
            self.write(self.lease._replace(gone=(record.holder, record.transitions)))

    def delete_lease(self) -> None:
        if self.lease is not None:
            self.keep()
            self.version += 1
            gone, self.lease = self.lease._replace(version=self.version), None
            self.log("the Lease is deleted")
            self.publish(gone, deleted=True)

    def rebuild(self) -> None:
        """Have a new cluster by the same name: nothing of the old is there, versions are small."""
        self.lease = None
        self.version = 1
        self.past.clear()
        self.log("the cluster is rebuilt: no Lease, versions begin anew")

    def fall_back(self, steps: int) -> None:
        """Lose the last writes: be as it was so many changes ago."""
        for _ in range(min(steps, len(self.past))):
            self.version, self.lease = self.past.pop()
        record = self.lease.record if self.lease else NO_RECORD
        self.log(f"the store falls back to version {self.version}: pod {record.holder}")
        for pod in self.pods:
            if not pod.cut:
                self.catch_up(pod)

    def knows_exactly(self, pod: Pod, lease: Lease | None) -> bool:
        """Tell whether this is what the pod's manager saw last."""
        known = pod.manager.lease
        if known is None or lease is None:
            return known is lease and pod.manager.seen
        return known.version == lease.version and is_same(known, lease)
