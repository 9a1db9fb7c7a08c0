"""One pod's surroundings, in which everything is well unless a test says otherwise."""

from dataclasses import replace

from forge_manager.base.moment import MILLISECOND, SECOND, Moment
from forge_manager.election.messages import ElectionReason as E
from forge_manager.election.messages import LeaseIntent, LeaseView, Proof
from forge_manager.election.terms import Terms
from forge_manager.fence.live_keys import LiveKeys
from forge_manager.fence.protocol import Fence, Heartbeat
from forge_manager.fence.tenures import NONE_HELD, Tenures
from forge_manager.forging.actions import (
    Action,
    EndNode,
    KillNode,
    PublishFence,
    PutKeysLive,
    SendSighup,
    UnlinkLive,
)
from forge_manager.forging.decision import Decision
from forge_manager.forging.machine import ForgingMachine
from forge_manager.forging.phases import Phase
from forge_manager.forging.situation import Credentials, Node, Scrape, SentSighup, Situation
from forge_manager.node.process import NodeProcess

BOOT = "boot"
NODE = NodeProcess(41, 1000)
NEXT_NODE = NodeProcess(57, 2000)
STEP_NS = 50 * MILLISECOND
WALL = 1_700_000_000 * SECOND


class PodUnderTest:
    """Steps the machine every 50 ms, carries its actions out, and answers its scrapes."""

    def __init__(
        self, found: Fence | None = None, leases: int = 1, own: int = 1, has_metric: bool = True
    ) -> None:
        """Have so many leases, of which those after `own` are shared with other clusters."""
        self.boot_ns = 1000 * SECOND
        self.machine = ForgingMachine(
            pod_name="bp-0", boot_id=BOOT, found=found, has_metric=has_metric
        )
        self.node: NodeProcess | None = None
        self.accepts = True
        self.booting = False
        self.metric: int | None = None
        self.version = ""  # as its page says
        self.causes: dict[str, str] = {}  # by the reason of the last such transition
        self.obeys = True  # SIGHUP does what it should
        self.ends = True  # at once, when told to
        self.scrapes = True
        self.page_s = 0.01  # an answer's time
        self.live = LiveKeys.ALL
        self.guarded = True
        self.counter = self.live_counter = 1  # of the checked set and the live one
        self.recorded: int | None = 1  # the Lease's
        self.renews = True  # what the machine announces is in the Lease one step later
        self.own = own
        self.proofs: list[Proof | None] = [None] * leases
        self.silent: set[int] = set()  # which leases nothing is heard of
        self.waived: set[int] = set()  # which of them are enough all the same
        self.failing: type[Action] | None = None
        self.fence = found
        self.situation: dict[str, object] = {}
        self.actions: list[Action] = []
        self.reasons: list[str] = []
        self.decision: Decision | None = None
        self.socket_hangs, self.looked_for = False, True
        self._scrape: Scrape | None = None
        self._asked_ns: int | None = None
        self._sighup: SentSighup | None = None
        self._accepting_ns: int | None = None
        self._failed: Action | None = None

    @property
    def now(self) -> Moment:
        return Moment(self.boot_ns, self.boot_ns + WALL)

    @property
    def phase(self) -> Phase:
        return self.machine.state.phase

    @property
    def intents(self) -> tuple[LeaseIntent, ...]:
        assert self.decision is not None
        return self.decision.intents

    def prove(self, lease: int = 0) -> None:
        self.proofs[lease] = Proof(self.now, Terms(), f"tenure-{lease}")

    def run(self, seconds: float = 0) -> list[Action]:
        """Step once, and on for this long; return the actions of that time."""
        self.actions = []
        for _ in range(1 + int(seconds * SECOND / STEP_NS)):
            self._step()
        return self.actions

    def up(self, seconds: float = 1) -> None:
        self.run()
        self.node = NODE
        self.run(seconds)

    def lead(self) -> None:
        """Bring it to forging."""
        self.up()
        self.prove()
        self.run(2)
        assert self.phase is Phase.FORGING
        self.reasons.clear()

    def deliver(self, counter: int) -> None:
        """Have another checked set beside the live one."""
        self.counter = counter
        if self.live is LiveKeys.ALL:
            self.live = LiveKeys.OTHER

    def _step(self) -> None:
        self.boot_ns += STEP_NS
        if self.node is not None and self.accepts:
            self._accepting_ns = self.boot_ns
        self._ask()
        seen = Situation(
            now=self.now,
            leases=tuple(
                LeaseView(
                    proof,
                    proof is not None,
                    "bp-0",
                    None,
                    E.LEASE_NOT_SEEN,
                    self.recorded,
                    _tenures_of(proof),
                    silent=index in self.silent,
                    waived=index in self.waived,
                    shared=index >= self.own,
                )
                for index, proof in enumerate(self.proofs)
            ),
            node=Node(
                self.node,
                self._accepting_ns if self.node else None,
                self.booting,
                self.socket_hangs,
                self.looked_for,
            ),
            scrape=self._scrape,
            sighup=self._sighup,
            credentials=Credentials(
                checked=True,
                counter=self.counter,
                name=f"set-{self.counter}",
            ),
            live=self.live,
            guard=Heartbeat(BOOT, self.boot_ns, self.node) if self.guarded else None,
            failed=self._failed,
            fence=self.fence,
        )
        seen = replace(seen, **self.situation)  # type: ignore[arg-type]
        self.decision = self.machine.step(seen)
        self.causes |= {change.reason: change.cause for change in self.decision.transitions}
        self.reasons += [change.reason for change in self.decision.transitions]
        self._failed = None
        if self.renews and self.decision.counter is not None:
            self.recorded = max(self.recorded or 0, self.decision.counter)
        for action in self.decision.actions:
            taken_back = isinstance(action, PublishFence) and action.fence.forge_until_ns == 0
            if self._failed is not None and not taken_back:
                continue
            if self.failing is not None and isinstance(action, self.failing):
                self._failed = self._failed or action
                continue
            self.actions.append(action)
            self._carry_out(action)
        self.decision = self.machine.kept_back(self.decision, self.fence, self.now)

    def _ask(self) -> None:
        """Ask for the page; one at a time, and what was asked of a node that ended is gone."""
        if self.node is None:
            self._asked_ns = self._scrape = None
            return
        if self._asked_ns is None:
            self._asked_ns = self.boot_ns - 10 * MILLISECOND
        answered_ns = self.boot_ns - MILLISECOND
        if self.scrapes and answered_ns - self._asked_ns >= int(self.page_s * SECOND) - MILLISECOND:
            self._scrape = Scrape(self.node, self._asked_ns, answered_ns, self.metric, self.version)
            self._asked_ns = None

    def _carry_out(self, action: Action) -> None:
        match action:
            case PutKeysLive():
                self.live, self.live_counter = LiveKeys.ALL, self.counter
            case UnlinkLive():
                self.live = LiveKeys.NONE
            case SendSighup(number=number):
                self._sighup = SentSighup(number, self.boot_ns)
                if self.obeys:
                    self.metric = int(self.live is LiveKeys.ALL)
            case EndNode():
                if self.ends:
                    self.node = None
                    self.metric = None
            case KillNode():
                self.node = None
                self.metric = None
            case PublishFence(fence=fence):
                self.fence = fence


def _tenures_of(proof: Proof | None) -> Tenures:
    if proof is None:
        return NONE_HELD
    return Tenures((proof.tenure,), proof.forge_until_ns, proof.sent.offset_ns)
