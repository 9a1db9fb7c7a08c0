"""The manager's process around the real elector and the real machine; a thin, fallible executor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forge_manager.clusters.stand import PERMITTED
from forge_manager.forging.actions import (
    Action,
    EndNode,
    PublishFence,
    PutKeysLive,
    SendSighup,
    UnlinkLive,
)
from forge_manager.forging.phases import ForgingReason, Obstacle, Phase
from forge_manager.forging.situation import Credentials, Node, Scrape, SentSighup, Situation
from forge_manager.guard.protocol import parse_fence, parse_heartbeat
from forge_manager.moment import MILLISECOND
from tests.sidecar.simulation.guard_process import find_node
from tests.sidecar.simulation.world import Process

if TYPE_CHECKING:
    from forge_manager.forging.decision import Decision
    from tests.sidecar.simulation.keys import KeySet
    from tests.sidecar.simulation.node import Node as SimulatedNode
    from tests.sidecar.simulation.pod import Pod
    from tests.sidecar.simulation.world import Event

_SCRAPE_TIMEOUT_MS = 5000
_OFTEN_NS = 100 * MILLISECOND


class ManagerProcess(Process):
    """One run of the manager's container."""

    def __init__(self, pod: Pod) -> None:
        super().__init__(pod.world, pod.machine)
        cluster = pod.cluster
        self.pod = pod
        found = parse_fence(pod.fence_file, pod.machine.boot_id)
        self.state_machine = cluster.make_machine(pod.name, pod.machine.boot_id, found)
        self.candidacies = cluster.candidacies(self, found)
        self.region = cluster.region(self)
        self.before_action: Event | None = None  # a fault that waits for a switch-on
        self.phase_since_ns = self.world.real_ns
        self._held: SimulatedNode | None = None
        self._accepting_ns: int | None = None
        self._scrape: Scrape | None = None
        self._scrape_begun_ns = 0
        self._scrapes = 0
        self._scraping = False
        self._scrape_within_ns = 0
        self._sighup: SentSighup | None = None
        self._failed: Action | None = None
        self._busy = False
        self._found = found
        self.blind_before = False
        self._asked_for_help = False
        self.obstacle: Obstacle | None = None
        self.changed_ns: int | None = None  # when it last gave up keys for others
        self._judged: KeySet | None = None  # what the provisioner has told of
        self.after(self.world.ms(100, 600), self._begin)

    def _begin(self) -> None:
        self._provision()
        for candidacy in self.candidacies:
            candidacy.begin()
        if self.region is not None:
            self.region.begin()
        self._loop()

    def ended(self) -> None:
        for candidacy in self.candidacies:
            candidacy.end()
        if self.region is not None:
            self.region.end()

    def _loop(self) -> None:
        self.turn()
        often = self._scrape_within_ns <= _OFTEN_NS
        self.after(self.world.ms(30, 60) if often else self.world.ms(80, 250), self._loop)

    # Credentials

    def _provision(self) -> None:
        """Take what the kubelet has delivered; the verdict is told a little after the swap."""
        keys, node = self.pod.keys, self.pod.node
        if keys.checked != keys.source:
            keys.checked = keys.source
        if node is None or not node.alive:
            keys.put_live(keys.checked)
        told = keys.checked
        slowly = self.world.chance(0.2)
        self.after(self.world.ms(0, 300 if slowly else 20), lambda: self._tell(told))
        self.after(self.world.ms(300, 700), self._provision)

    def _tell(self, keys: KeySet) -> None:
        self._judged = keys
        self.pod.credentials_checked()

    def _credentials(self) -> Credentials:
        judged = self._judged
        if judged is None:
            return Credentials()
        return Credentials(judged == self.pod.keys.checked, judged.counter, judged.name)

    # Observation

    def turn(self) -> None:
        if self._busy:
            return
        pod, now = self.pod, self.machine.now()
        held = self._held = find_node(pod, self._held, self._found)
        if held is None or held.id != (self._scrape.process if self._scrape else None):
            self._scrape = None
        if held is None:
            self._accepting_ns = None
        elif held.accepts:
            self._accepting_ns = now.boot_ns
        self._begin_scrape(now.boot_ns)
        operator = pod.cluster.operator
        leases = tuple(candidacy.view(now) for candidacy in self.candidacies)
        seen = Situation(
            now=now,
            leases=leases,
            node=Node(held.id if held else None, self._accepting_ns, _boots(pod.node)),
            scrape=self._scrape,
            sighup=self._sighup,
            credentials=self._credentials(),
            live=pod.keys.look(),
            guard=parse_heartbeat(pod.heartbeat_file, self.machine.boot_id),
            failed=self._failed,
            terminating=pod.terminating,
            held_off=operator.held_off,
            hand_over=operator.hand_over,
            reload=operator.reload,
            cluster=self.region.stand(now, *leases) if self.region else PERMITTED,
        )
        fence = self.state_machine.state.fence
        if held is not None and fence is not None and fence.permits(held.id, now):
            self.holds_fuse = True
        decision = self.state_machine.step(seen)
        self.obstacle = decision.obstacle
        for change in decision.transitions:
            if change.reason is ForgingReason.CREDENTIALS_CHANGED:
                pod.cluster.key_rules.changed(self)
            elif change.reason is ForgingReason.METRIC_MISSING:
                pod.cluster.key_rules.metric_missing(self)
            self.phase_since_ns = self.world.real_ns
            self.world.log(f"{pod.name} {change.source} -> {change.target}: {change.reason}")
        self._failed = None
        self._scrape_within_ns = decision.scrape_within_ns
        pod.handed_over = decision.handed_over
        if decision.obstacle is Obstacle.METRIC_MISSING and not self._asked_for_help:
            self._asked_for_help = True
            self.world.at(self.world.ms(5000, 40_000), self._help)
        self._busy = True
        self._carry_out(list(decision.actions), decision)

    def _help(self) -> None:
        """Do what the log asks for: a person comes and restarts the manager."""
        guard = self.pod.guard
        if self.running and not self.pod.gone and (guard is not None and guard.running):
            self.pod.kill(self)
        elif self.alive:
            self.world.at(self.world.ms(5000, 10_000), self._help)

    def _begin_scrape(self, now_ns: int) -> None:
        node = self._held
        due = now_ns - self._scrape_begun_ns >= self._scrape_within_ns
        if node is None or self._scraping or not due or not self.pod.cluster.has_metric:
            return
        self._scraping, self._scrape_begun_ns = True, now_ns
        self._scrapes += 1
        number = self._scrapes
        if not self.pod.cluster.metrics_down:
            answer_ns = self.world.ms(*self.pod.cluster.page_ms)
            before_ns = int(answer_ns * self.world.random.random())
            rest_ns = answer_ns - before_ns
            node.after(before_ns, lambda: self._sample(node, number, now_ns, rest_ns))
        self.after(
            self.world.ms(_SCRAPE_TIMEOUT_MS, _SCRAPE_TIMEOUT_MS), lambda: self._give_up(number)
        )

    def _sample(self, node: SimulatedNode, number: int, begun_ns: int, rest_ns: int) -> None:
        value = node.metric
        node.after(
            rest_ns, lambda: self.after(0, lambda: self._scraped(node, number, begun_ns, value))
        )

    def _scraped(self, node: SimulatedNode, number: int, begun_ns: int, value: int | None) -> None:
        if self._scraping and number == self._scrapes and node.alive and node is self._held:
            self._scraping = False
            self.blind_before = self.blind_before and value is None
            self._scrape = Scrape(node.id, begun_ns, self.machine.now().boot_ns, value)
            self.turn()

    def _give_up(self, number: int) -> None:
        if number == self._scrapes:
            self._scraping = False

    # Action

    def _carry_out(self, actions: list[Action], decision: Decision) -> None:
        if not actions:
            self._campaign(decision)
            return
        action = actions.pop(0)
        fault = self.before_action
        if fault is not None and _switches_on([action, *actions]):
            self.before_action = None
            fault()
        self.after(self.world.ms(0, 3), lambda: self._carry_out_one(action, actions, decision))

    def _carry_out_one(self, action: Action, rest: list[Action], decision: Decision) -> None:
        pod, held = self.pod, self._held
        if pod.action_fails(action):
            self._fail(action)
            return
        if isinstance(action, SendSighup):
            if action.permit is not None and action.permit.passed(self.machine.now()):
                self._fail(action)
            else:
                self.after(self.world.ms(0, 1), lambda: self._signal(action, rest, decision))
            return
        if isinstance(action, PublishFence):
            pod.write_fence(action.fence)
            self.holds_fuse = self.holds_fuse or not action.fence.off
        elif isinstance(action, PutKeysLive):
            if not pod.keys.put_checked(action.name):
                self._fail(action)
                return
        elif isinstance(action, UnlinkLive):
            if held is not None and held.alive and held.id == action.process:
                pod.keys.unlink()
        elif held is not None and held.id == action.process:
            self._end_node(held, action)
        self._carry_out(rest, decision)

    def _end_node(self, node: SimulatedNode, action: Action) -> None:
        if isinstance(action, EndNode):
            node.terminate()
            return
        if not node.doomed:
            self.pod.cluster.pod_rules.node_killed(self.pod, node)
        node.kill()

    def _signal(self, action: SendSighup, rest: list[Action], decision: Decision) -> None:
        held = self._held
        if held is None or not held.alive or held.id != action.process:
            self._fail(action)
            return
        if self.state_machine.state.phase is Phase.SWITCHING_ON:
            self.pod.cluster.check_switch_on(self.pod)
        held.sighup()
        self._sighup = SentSighup(action.number, self.machine.now().boot_ns)
        self._carry_out(rest, decision)

    def _fail(self, action: Action) -> None:
        self.world.log(f"{self.pod.name} {type(action).__name__} failed")
        self.pod.troubled_ns = self.world.real_ns
        self._failed = action
        self._busy = False

    def _campaign(self, decision: Decision) -> None:
        for candidacy, wish in zip(self.candidacies, decision.wishes, strict=True):
            shared = candidacy is not self.candidacies[0]
            candidacy.step(wish, decision.counter, decision.successor if shared else "")
        self._busy = False


def _boots(node: SimulatedNode | None) -> bool:
    return node is not None and node.alive and not node.accepts


def _switches_on(actions: list[Action]) -> bool:
    kinds = {type(action) for action in actions}
    return {PublishFence, PutKeysLive, SendSighup} <= kinds
