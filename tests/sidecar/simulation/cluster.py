"""All of it together: replicas on machines, an API server, an operator, and what must hold."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from forge_manager.base.moment import MILLISECOND, SECOND
from forge_manager.credentials.verdict import KesTime
from forge_manager.election.elector import Elector
from forge_manager.election.record import identity_of
from forge_manager.election.terms import Terms, with_failsafe
from forge_manager.election.withdrawal import Withdrawal
from forge_manager.fence.tenures import NONE_HELD, Tenures
from forge_manager.forging.context import ON_AND_OFF_NS
from forge_manager.guard.logic import Guard
from tests.sidecar.simulation.api import ApiServer
from tests.sidecar.simulation.candidacy import Candidacy
from tests.sidecar.simulation.key_rules import InvariantError, KeyRules
from tests.sidecar.simulation.keys import KeySet
from tests.sidecar.simulation.kubelet import Kubelet
from tests.sidecar.simulation.page import SCRAPE_NS
from tests.sidecar.simulation.pod import Pod
from tests.sidecar.simulation.pod_rules import PodRules
from tests.sidecar.simulation.vacancy_rules import VacancyRules
from tests.sidecar.simulation.wish_rules import Operator, WishRules
from tests.sidecar.simulation.world import Machine, World

if TYPE_CHECKING:
    from forge_manager.election.bond import HubLease
    from forge_manager.fence.protocol import Fence
    from tests.sidecar.simulation.manager_process import ManagerProcess
    from tests.sidecar.simulation.node import Node
    from tests.sidecar.simulation.region import Region

#: The place of a replica with a fault for good where none may have one.
NOBODY = -1
#: A machine that was stopped as a whole may forge for this long after it runs again: real time.
RESUME_NS = 200 * MILLISECOND
#: How long a node may outlive its fence: a guard's round and a slow death, on its machine's clock.
OUTLIVE_NS = 1100 * MILLISECOND
#: How long a node forges that a person's SIGHUP met in the moment between its socket and the
#: unlinking of its keys: it is killed as soon as a scrape shows it.
STRAY_NS = 2500 * MILLISECOND
#: The time of an answer of the metrics page.
QUICK_PAGE_MS = (0.0, 20.0)
_TERMS = (Terms(15, 10, 2), Terms(6, 3, 1), Terms(7, 4, 1), Terms(20, 12, 3))


class Cluster:
    """The system under test. `fuse`: the kernel has one; manager and guard may fail together."""

    pool_id = "pool1simulated"
    machine_counts: tuple[int, ...] = (1, 2, 2, 2, 3, 3)

    def __init__(self, seed: int, *, world: World | None = None, prefix: str = "") -> None:
        self.world = world or World(seed)
        self._prefix = prefix
        random = self.world.random
        self.api = ApiServer(self.world)
        # By one name and, after a change, by another: in the order in which they are taken.
        self.leases: tuple[ApiServer, ...] = (self.api,)
        self._first = self.api
        self._of_new_pods: tuple[ApiServer, ...] = self.leases
        self.operator = Operator()
        self.fuse = random.random() < 0.5
        # Two of them: a rolling update that changes leaseDuration.
        first, other = random.sample(_TERMS, 2)
        self.terms: tuple[Terms, ...] = (first, other if random.random() < 0.4 else first)
        # By a choice of its own: the other histories stay as they were.
        self._choose_failsafe(Random(f"failsafe {seed}{prefix}"))
        self.metrics_down = False
        self.metrics_down_ns = -(10**18)  # real time when they were last down
        self.page_ms = QUICK_PAGE_MS
        self.page_closes = False  # its connection, after each answer
        self.connections_per_s: float | None = None  # that a page admits
        self.metrics_troubled_ns = -(10**18)  # real time when they were last down, or slow
        self.action_failures = 0.0
        self.machines = [
            Machine(self.world, f"{prefix}machine-{i}", random.randint(-10_000, 10_000))
            for i in range(random.choice(self.machine_counts))
        ]
        self.kubelets = {machine: Kubelet(machine) for machine in self.machines}
        self.impaired: int | None = None  # the place of the replica with a fault for good
        self.undelivered: set[int] = set()  # places where no other keys arrive any more
        self.newest = KeySet(4)
        self.delivered = [KeySet(random.choice((3, 3, 3, 4))) for _ in self.machines]
        self.key_rules = KeyRules(self.world, self.excused, self._is_recorded)
        self.pod_rules = PodRules(self)
        self.wish_rules = WishRules(self)
        self.vacancy_rules = VacancyRules(self)
        self.has_metric = random.random() < 0.8
        self.shown_from_start = random.random() < 0.8
        self.metric_lies = False  # says 1 at a non-producing start
        self.dying: list[Pod] = []
        self._uids = 0
        self.pods = [self._make_pod(i) for i in range(len(self.machines))]

    def _choose_failsafe(self, random: Random) -> None:
        """Have new pods, some or all, elect as the only replica does: a scaling may mix them."""
        if random.random() < 0.25:
            longer = random.choice((8, 20))
            self.terms = tuple(
                with_failsafe(terms, longer) if random.random() < 0.7 else terms
                for terms in self.terms
            )

    # Factories, for tests that replace a part by a sabotaged one

    def make_guard(self, boot_id: str) -> Guard:
        return Guard(boot_id)

    def make_elector(
        self, identity: str, terms: Terms, former: Tenures, hub: HubLease | None
    ) -> Elector:
        return Elector(identity=identity, pool_id=self.pool_id, terms=terms, former=former, hub=hub)

    def make_withdrawal(self, pod: Pod) -> Withdrawal:
        return Withdrawal(pod.terms.duration_ns)

    def candidacies(self, manager: ManagerProcess, found: Fence | None) -> tuple[Candidacy, ...]:
        """Return a manager's electors, one for each lease."""
        return self.own_candidacies(manager, found, None)

    def own_candidacies(
        self, manager: ManagerProcess, found: Fence | None, hub: Elector | None
    ) -> tuple[Candidacy, ...]:
        """Return those of the cluster's own leases, held beside a hub's as wiring has it."""
        pod = manager.pod
        former = found.held if found else NONE_HELD
        identity = identity_of(pod.name, pod.uid)
        return tuple(
            Candidacy(
                manager,
                lease,
                self.make_elector(identity, pod.terms, former, hub if pod.terms.usual else None),
                self.make_withdrawal(pod) if len(pod.leases) > 1 else None,
            )
            for lease in pod.leases
        )

    def region(self, manager: ManagerProcess) -> Region | None:
        """Return what a manager knows of other clusters, None where there are none."""
        return None

    # Pods

    def everyone(self) -> list[Pod]:
        """Return all pods of the pool, with those that are ending."""
        return [*self.pods, *self.dying]

    def longest_duration_ns(self) -> int:
        return max(terms.duration_ns for terms in self.terms)

    def _make_pod(self, index: int) -> Pod:
        self._uids += 1
        return Pod(
            self,
            self._machine_for(index),
            name=f"{self._prefix}bp-{index}",
            uid=f"pod-uid-{self._uids}",
            keys=self.delivered[index],
            terms=self.terms[self._uids % 2],
        )

    def _machine_for(self, index: int) -> Machine:
        """Choose its own machine, or another one with a kubelet."""
        own = self.machines[index]
        others = [machine for machine in self.machines if not self.kubelets[machine].away]
        moved = self.kubelets[own].away and others and self.world.chance(0.5)
        return self.world.random.choice(others) if moved else own

    def rename_lease(self) -> None:
        """Have new pods elect by another Lease of the same server, or by the first again.

        The values always tell of the first; of the other, on the way back, perhaps. What they do
        not tell of the Role does not name.
        """
        if len(self.leases) == 1:
            self._rename_to(ApiServer(self.world))
        else:
            self.api = next(lease for lease in self.leases if lease is not self.api)
        back = self.api is self._first
        forgotten = back and self.world.chance(0.5)
        self._of_new_pods = (self.api,) if forgotten else self.leases
        for lease in self.leases:
            lease.permit(lease in self._of_new_pods)

    def _rename_to(self, other: ApiServer) -> None:
        """Have another Lease; which of the two is taken first is as their names are."""
        other.trouble, self.api = self._first.trouble, other
        self.leases = (other, self._first) if self.world.chance(0.5) else (self._first, other)

    def leases_of_new_pods(self) -> tuple[ApiServer, ...]:
        """Return the Leases by which they are elected, in the order in which they take them."""
        return self._of_new_pods

    def pods_on(self, machine: Machine) -> list[Pod]:
        return [p for p in (*self.pods, *self.dying) if p.machine is machine and not p.gone]

    def pod_gone(self, pod: Pod) -> None:
        if pod in self.pods:
            self._replace(pod, self.world.ms(300, 2000))

    def force_delete(self, pod: Pod) -> None:
        """Drop the object at once; what runs of it ends when the kubelet gets to it."""
        self.world.log(f"{pod.name} deleted by force")
        self.dying.append(pod)
        self._replace(pod, self.world.ms(50, 500))
        self.world.at(self.world.ms(0, 3000), pod.end)

    def _replace(self, pod: Pod, delay_ns: int) -> None:
        index = self.pods.index(pod)
        self.pods[index] = pod  # stays until the next one begins

        def begin() -> None:
            if self.pods[index] is pod:
                self.pods[index] = self._make_pod(index)

        self.world.at(delay_ns, begin)

    def deliver(self, index: int, keys: KeySet) -> None:
        """Have a kubelet deliver this version of the Secret."""
        if index in self.undelivered:
            return
        self.delivered[index] = keys
        self.pods[index].keys.source = keys
        self.world.log(f"{self.pods[index].name} is delivered {keys.name}")

    def deliver_newest(self) -> None:
        """Have the newest keys delivered everywhere."""
        for index in range(len(self.pods)):
            self.deliver(index, self.newest)

    def mixed_lease_ns(self) -> int:
        return self.longest_duration_ns() if len(set(self.terms)) > 1 else 0

    def catch_up(self) -> None:
        """Let every watch reconnect."""
        for lease in self.leases:
            lease.catch_up()

    @property
    def metrics_troubled(self) -> bool:
        """Tell whether the metrics are down or slow."""
        return self.metrics_down or self.page_closes or self.page_ms != QUICK_PAGE_MS

    # What must hold

    def check(self) -> None:
        """Check I2 and I3 as things are right now. Raises InvariantError."""
        forging = [node for node in self.world.forging if node.forges]
        if len(forging) > 1 and not any(node.pod.cluster.excused(node) for node in forging):
            names = " and ".join(sorted(node.name for node in forging))
            raise InvariantError(f"I2: {names} forge at once")
        for node in forging:
            if not node.pod.cluster.excused(node):
                self._check_permission(node)

    def _check_permission(self, node: Node) -> None:
        """Check that it forges under a fence, or outlives one by no more than a death takes."""
        fence, now = node.pod.fence_of(node), node.machine.now()
        if fence is None or fence.node != node.id or fence.off:
            raise InvariantError(f"I3: {node.name} forges and no fence says that it may")
        late = now._replace(boot_ns=now.boot_ns - OUTLIVE_NS, wall_ns=now.wall_ns - OUTLIVE_NS)
        just_stepped = self.world.real_ns - node.machine.stepped_ns <= OUTLIVE_NS
        if fence.forge_until_ns and fence.passed(late) and not just_stepped:
            raise InvariantError(f"I3: {node.name} forges and its fence has passed")

    def check_fence(self, pod: Pod, fence: Fence) -> None:
        """Check a permission as it is published: it is the only one, and ends before the lease."""
        now_ns = self.world.real_ns
        jump_ns = max(0, pod.machine.now().offset_ns - fence.wall_offset_ns)
        ends_ns = now_ns + pod.machine.real_until(fence.forge_until_ns - jump_ns)
        if ends_ns > self.leases_end_ns(pod):
            raise InvariantError(f"I3: {pod.name}'s fence outlasts its lease")
        if not self.permits(pod):
            return  # late, by a manager that was stopped
        for other in self.everyone():
            if other is not pod and self.permits(other):
                raise InvariantError(f"I3: {pod.name} and {other.name} both may forge")

    def leases_end_ns(self, pod: Pod) -> int:
        """Return when, in real time, the first of a pod's leases ends for the fastest clock."""
        holder = identity_of(pod.name, pod.uid)
        bind = [lease for lease in pod.leases if not lease.was_forbidden] or pod.leases
        written_ns = min(lease.written_ns.get(holder, 0) for lease in bind)
        return written_ns + pod.terms.duration_ns * 100 // 101

    def check_switch_on(self, pod: Pod) -> None:
        """Check that a node is switched on under a permission, or just as its guard kills it."""
        fence, machine = pod.fence, pod.machine
        late = machine.now()
        late = late._replace(boot_ns=late.boot_ns - RESUME_NS, wall_ns=late.wall_ns - RESUME_NS)
        guarded = pod.guard is not None and pod.guard.running
        if fence is None or fence.off or (fence.passed(late) and guarded):
            raise InvariantError(f"I3: {pod.name} switches its node on without permission")

    def check_time_left(self, pod: Pod) -> None:
        """Check that what is about to be switched on can be switched off again in time."""
        fence, now = pod.fence, pod.machine.now()
        if fence is not None and fence.ends_ns(now) - now.boot_ns < ON_AND_OFF_NS:
            raise InvariantError(f"{pod.name} switches its node on without time to switch it off")

    def permits(self, pod: Pod) -> bool:
        """Tell whether its node may forge now, or could as soon as it runs."""
        fence, node, machine = pod.fence, pod.node, pod.machine
        if fence is None or node is None or not node.alive or fence.node != node.id:
            return False
        stood = machine.paused or self.world.real_ns - machine.resumed_ns <= RESUME_NS
        return fence.permits(node.id, machine.now()) and not stood

    def _is_recorded(self, pod: Pod) -> bool:
        holder = identity_of(pod.name, pod.uid)
        found = [one.lease for one in pod.leases if not one.was_forbidden]
        return all(lease is not None and lease.record.holder == holder for lease in found)

    def excused(self, node: Node) -> bool:
        """Tell whether nothing could have stopped it yet."""
        now_ns = self.world.real_ns
        if now_ns - node.machine.resumed_ns <= RESUME_NS:
            return True
        manager = node.pod.manager
        if node.strayed_ns is None:
            return False
        if manager is None or not manager.running or self.metrics_troubled:  # nobody sees it
            return True
        if now_ns - self.metrics_down_ns <= SCRAPE_NS + STRAY_NS:  # one that began meanwhile
            return True
        well_ns = max(manager.well_since_ns, node.well_since_ns, self.metrics_troubled_ns)
        return now_ns - max(node.strayed_ns, well_ns) <= STRAY_NS

    def counters_fell(self) -> bool:
        """Tell whether a replica took over under an older certificate."""
        return any(lease.counters_fell > 0 for lease in self.leases)

    def counters_forgotten(self) -> None:
        """A person wrote the Lease, which may say another counter now."""
        self.key_rules.highest_used = 0

    def check_phases(self) -> None:
        """Check that no manager is stuck on its way, and that intents are heeded, or raise."""
        if self.counters_fell():
            raise InvariantError("a replica with an older certificate took over")
        self.wish_rules.check()
        self.vacancy_rules.check()
        for lease in self.leases:
            lease.pace.check(min(terms.retry_ns for terms in self.terms))
        for pod in self.pods:
            self.pod_rules.check_phase(pod)

    def described(self) -> str:
        return f"fuse={self.fuse}, {len(self.machines)} replicas, {self.terms}"

    def forgers(self) -> list[str]:
        return [f"{n.name} with {n.keys.name}" for n in self.world.forging if n.forges and n.keys]

    def forges_as_it_should(self) -> bool:
        """Tell whether one node forges, with the newest keys that it can have."""
        forging = [node for node in self.world.forging if node.forges]
        return len(forging) == 1 and self.has_what_it_can(forging[0], self.newest)

    def has_what_it_can(self, node: Node, newest: KeySet) -> bool:
        """Tell whether it has the newest keys, or valid ones where no others arrive any more."""
        left_out = any(self.pods[index] is node.pod for index in self.undelivered)
        valid = node.keys is not None and node.keys.kes_at(self.world.real_ns) is KesTime.NOW
        return node.keys == newest or (left_out and valid)


def seconds(nanoseconds: int) -> float:
    return nanoseconds / SECOND
