"""Whatever agents do, in any order and at any pace: Interlock's promises hold after every step."""

from __future__ import annotations

import tempfile
from itertools import combinations
from pathlib import Path
from typing import cast

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from mcp_server.core.agents.register import Caller
from mcp_server.core.leases import lost
from mcp_server.core.leases.lock import Busy, lock_resource, unlock_resource
from mcp_server.core.leases.obstacles import parsed
from mcp_server.core.tasks.claim import Claimed, claim_task
from mcp_server.core.tasks.update import Move, update_task
from mcp_server.domain.agent import Agent
from mcp_server.domain.errors import Misuse
from mcp_server.domain.lease import Lease
from mcp_server.domain.scopes.overlap import overlap
from mcp_server.domain.task import Task
from tests.workspace import KINDS, LEASE, Workspace, task

SCOPES = {
    "A": ["src/**"],
    "B": ["src/b/**", "!src/b/x"],
    "C": ["**/x"],
    "D": ["lib"],
    "E": [],
    "F": ["src/b/c", "lib/c"],
}
SESSIONS = {"ada": 1, "bob": 2, "cleo": None}
CALLERS = ["ada", "bob", "cleo", "ada/x1", "ada/x2", "bob/y1"]
PATHS = ["src/a", "src/b/x", "src/b/c", "lib/c", "x", "top"]
RESOURCES = ["db", "port", "path:src/b/**", "path:lib/*", "path:top"]

callers = st.sampled_from(CALLERS)
tasks = st.sampled_from(list(SCOPES))


class Lives(RuleBasedStateMachine):
    """Three sessions and three subagents at six tasks."""

    kind = "sqlite"

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.workspace = Workspace(self.kind, Path(self.folder.name))
        self.highest = 0

    def teardown(self) -> None:
        """Leave nothing behind."""
        self.workspace.close()
        self.folder.cleanup()

    @initialize()
    def plan(self) -> None:
        """B waits for D, and two tasks need the database."""
        self.workspace.plan(
            task("A", *SCOPES["A"]),
            task("B", *SCOPES["B"], depends_on=["D"], resources=["db"]),
            task("C", *SCOPES["C"], priority=2),
            task("D", *SCOPES["D"], resources=["db", "path:top"]),
            task("E", *SCOPES["E"], depends_on=["A"]),
            task("F", *SCOPES["F"]),
        )

    @rule(who=callers, what=st.none() | tasks)
    def claim(self, who: str, what: str | None) -> None:
        agent = self.arrive(who)
        outcome = claim_task(self.workspace.place, agent, what)
        if isinstance(outcome, Claimed):
            held = [lease for lease in self.workspace.leases(agent) if lease.token == outcome.token]
            assert [lease.task for lease in held] == [outcome.task.id]
            assert held[0].expires_at == outcome.expires_at
        elif outcome.holder is not None:
            assert outcome.holder in {lease.holder_name for lease in self.live()}

    @rule(
        who=callers,
        what=tasks,
        status=st.sampled_from(["done", "released", "failed", "blocked", "in_progress", None]),
        widen=st.sampled_from([(), ("top",), ("lib/**",), ("src/b/c",)]),
        force=st.sampled_from([False, False, False, True]),
    )
    def update(self, who: str, what: str, status: str | None, widen: tuple[str, ...], force: bool) -> None:  # noqa: FBT001
        agent = self.arrive(who)
        try:
            update_task(
                self.workspace.place,
                agent,
                what,
                status=cast("Move | None", status),
                note="so far",
                widen=widen,
                force=force,
            )
        except Misuse as refusal:
            assert what in str(refusal)

    @rule(who=callers, resource=st.sampled_from(RESOURCES), minutes=st.sampled_from([1, 30]))
    def lock(self, who: str, resource: str, minutes: int) -> None:
        outcome = lock_resource(self.workspace.place, self.arrive(who), resource, minutes=minutes)
        if isinstance(outcome, Busy):
            assert outcome.holder in {lease.holder_name for lease in self.live()}

    @rule(who=callers, resource=st.sampled_from(RESOURCES))
    def unlock(self, who: str, resource: str) -> None:
        unlock_resource(self.workspace.place, self.arrive(who), resource)

    @rule(who=callers, path=st.sampled_from(PATHS))
    def write(self, who: str, path: str) -> None:
        """Nobody writes where somebody outside its family lives."""
        agent = self.arrive(who)
        others = [lease for lease in self.live() if lease.holder not in self.agents()[agent].family]
        if self.workspace.writes(agent, path).allowed:
            assert not any(parsed(lease.scope).covers(path) for lease in others)

    @rule(who=callers)
    def tell(self, who: str) -> None:
        agent = self.arrive(who)
        with self.workspace.store.writing() as books:
            lost.notify_losses(books, books.agents.get(agent))

    @rule(who=callers)
    def end(self, who: str) -> None:
        self.workspace.leaves(who)

    @rule(session=st.sampled_from([name for name, pid in SESSIONS.items() if pid]))
    def die(self, session: str) -> None:
        """The session's process is gone; when it arrives again it is in another."""
        pid = SESSIONS[session] or 0
        self.workspace.kill(pid)

    @rule(seconds=st.sampled_from([1.0, 61.0, LEASE - 1, LEASE]))
    def wait(self, seconds: float) -> None:
        self.workspace.clock.advance(seconds)

    @invariant()
    def live_leases_of_strangers_keep_apart(self) -> None:
        agents = self.agents()
        for one, other in combinations(self.live(), 2):
            if one.holder in agents[other.holder].family or other.holder in agents[one.holder].family:
                continue
            assert one.resource is None or one.resource != other.resource
            assert overlap(parsed(one.scope), parsed(other.scope)) is None

    @invariant()
    def each_task_is_held_once_by_the_lease_it_names(self) -> None:
        claims = [lease for lease in self.workspace.leases() if lease.resource is None]
        assert len({lease.task for lease in claims}) == len(claims)
        tasks_by_id = {found.id: found for found in self.tasks()}
        for lease in claims:
            assert lease.task is not None
            assert tasks_by_id[lease.task].token == lease.token
            assert tasks_by_id[lease.task].scope == lease.scope
        in_progress = {found.id for found in tasks_by_id.values() if found.status == "in_progress"}
        assert in_progress == {lease.task for lease in claims}

    @invariant()
    def the_locks_of_a_task_are_with_its_holder(self) -> None:
        holders = {lease.task: lease.holder for lease in self.workspace.leases() if lease.resource is None}
        for lease in self.workspace.leases():
            assert lease.task is None or holders[lease.task] == lease.holder

    @invariant()
    def a_task_is_ready_when_nothing_speaks_against_it(self) -> None:
        found = {each.id: each for each in self.tasks()}
        live = {lease.task for lease in self.live() if lease.resource is None}
        for each in found.values():
            with self.workspace.store.reading() as books:
                assert each.waiting == len(books.tasks.needs(each.seq))
            if each.status == "todo":
                assert each.ready == (each.waiting == 0)
            assert not (each.ready and each.id in live)

    @invariant()
    def tokens_only_grow(self) -> None:
        tokens = [lease.token for lease in self.workspace.leases()]
        fresh = [token for token in tokens if token > self.highest]
        assert len(set(tokens)) == len(tokens)
        self.highest = max([self.highest, *fresh])
        with self.workspace.store.reading() as books:
            assert self.highest <= books.events.recent(1)[0].id if self.highest else True

    def arrive(self, who: str) -> int:
        """The agent is active, as with every call; one whose process was killed comes back in another."""
        session, _, subagent = who.partition("/")
        pid = SESSIONS[session]
        process = self.workspace.processes.identify(pid) if pid else None
        if process in self.workspace.processes.gone and process is not None:
            self.workspace.processes.gone.discard(process)
        return self.workspace.recognise(
            Caller(session, subagent or None, "worker" if subagent else None, title=session, process=process)
        )

    def agents(self) -> dict[int, Agent]:
        with self.workspace.store.reading() as books:
            found = {lease.holder: books.agents.get(lease.holder) for lease in books.leases.all()}
            return found | {agent.id: agent for agent in books.agents.present()}

    def live(self) -> list[Lease]:
        agents, gone = self.agents(), self.workspace.processes.gone
        leases = [lease for lease in self.workspace.leases() if lease.is_live(self.workspace.clock.now)]
        return [lease for lease in leases if agents[lease.holder].process not in gone]

    def tasks(self) -> list[Task]:
        return [self.workspace.task(name) for name in SCOPES]


@pytest.mark.parametrize("kind", KINDS)
def test_the_promises_hold_after_every_step(kind: str) -> None:
    machine = cast("type[Lives]", type("LivesOn" + kind, (Lives,), {"kind": kind}))
    run_state_machine_as_test(machine, settings=settings(max_examples=40, stateful_step_count=30))
