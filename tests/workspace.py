"""A repository in use whose clock, processes, working copy and settings the test controls."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import ClassVar

import psycopg

from mcp_server.adapters.postgres import schema
from mcp_server.adapters.postgres.join import join
from mcp_server.adapters.postgres.remote import Checkout as MirrorCheckout
from mcp_server.adapters.postgres.remote import Remote
from mcp_server.adapters.postgres.store import SharedStore
from mcp_server.adapters.sqlite.store import SqliteStore, create
from mcp_server.core.agents import register
from mcp_server.core.agents.register import Caller
from mcp_server.core.guard import paths
from mcp_server.core.tasks import claim
from mcp_server.core.tasks.plan import Planned, Proposal, plan_tasks
from mcp_server.core.tasks.refusals import Refused
from mcp_server.core.workplace import Workplace
from mcp_server.domain.agent import Process
from mcp_server.domain.decision import Decision, Policy
from mcp_server.domain.errors import DatabaseUnavailable
from mcp_server.domain.lease import Lease
from mcp_server.domain.machines.mirror import MOST
from mcp_server.domain.messages import Event, Message
from mcp_server.domain.scopes.scope import anchors_of, parse
from mcp_server.domain.settings import Settings
from mcp_server.domain.task import Draft, Task
from mcp_server.domain.worktree import Worktree
from mcp_server.ports import Store
from tests.fake_workshop import FakeWorkshop

KINDS = ("sqlite",)
"""The stores that need no server; those that do are tried by the store contract and the races."""
SCHEMA = "interlock_test"
START_TIME = 1_800_000_000.0
LEASE = Settings().lease_seconds


class FakeClock:
    """A clock that only moves when it is told to."""

    def __init__(self, now: float = START_TIME) -> None:
        self.now = now
        self.fails = False
        self.boot = "machine/boot-1"
        self._asleep = 0.0

    def __call__(self) -> float:
        """Seconds since 1970."""
        if self.fails:
            raise OSError("no time")
        return self.now

    def tick(self) -> tuple[str, float]:
        """The machine's own clock."""
        return self.boot, self.now - START_TIME - self._asleep

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds

    def suspend(self, seconds: float) -> None:
        """Let time pass while the machine sleeps, or set its clock forward: it is later, and nobody worked."""
        self.now += seconds
        self._asleep += seconds


class FakeProcesses:
    """Processes that live until a test ends them."""

    def __init__(self) -> None:
        self.gone: set[Process] = set()
        self.unseen: set[Process] = set()
        self.shells: dict[Process, list[tuple[str, float]]] = {}
        self.asking: dict[Process, bool] = {}

    def identify(self, pid: int) -> Process | None:
        """The process with this id, which always runs."""
        return Process("here", pid, f"start of {pid}")

    def is_gone(self, process: Process) -> bool:
        """Whether a test ended it."""
        return self.state(process) == "gone"

    def state(self, process: Process) -> str:
        """As a test left it."""
        return "gone" if process in self.gone else "unseen" if process in self.unseen else "lives"

    def children(self, process: Process) -> list[tuple[str, float]]:
        """The commands that a test began."""
        return self.shells.get(process, [])

    def is_asking(self, process: Process) -> bool | None:
        """What a test had the client say."""
        return self.asking.get(process)

    def runs(self, pid: int, command: str, seconds: float = 0.0) -> None:
        """The client `pid` runs this command, as Claude Code starts it."""
        process = self.identify(pid)
        assert process is not None
        text = f"/bin/bash -c source snapshot.sh && eval '{command}' < /dev/null && pwd -P >| /tmp/claude-1a2b-cwd"
        self.shells.setdefault(process, []).append((text, seconds))

    def stops_running(self, pid: int) -> None:
        """None of the client's commands runs any more."""
        process = self.identify(pid)
        assert process is not None
        self.shells.pop(process, None)


class FakeMachine:
    """A machine that has what a test gives it."""

    def __init__(self) -> None:
        self.equipment: set[str] = set()

    def has(self, capability: str) -> bool:
        """Whether a test gave it this."""
        return capability in self.equipment


class FakeCheckout:
    """A working copy with the changes that a test puts into it."""

    def __init__(self) -> None:
        self.commit: str | None = "0123456789ab"
        self.changed: list[str] | None = []
        self.asked: list[str] = []
        self.made: list[tuple[float, str, str]] = []
        self.brought: dict[tuple[str, str], str] = {}

    def revision(self, directory: str) -> str | None:
        """The commit that every directory is on."""
        self.asked.append(directory)
        return self.commit

    def uncommitted(self, directory: str, covers: Callable[[str], bool]) -> int | None:  # noqa: ARG002
        """How many of the changes `covers` accepts."""
        return None if self.changed is None else sum(map(covers, self.changed))

    def commits(self, directory: str, moment: float, patterns: Sequence[str]) -> list[str]:  # noqa: ARG002
        """The commits made since then in this directory, whatever they changed."""
        return [said for made_at, place, said in self.made if made_at >= moment and place == directory]

    def arrived(self, worktree: Worktree) -> str | None:
        """The commit of a worktree that a test has merged into its base."""
        return self.brought.get((worktree.path, worktree.base))


class Workspace:
    """One repository, its store of the given kind, and all that surrounds it."""

    open: ClassVar[list[Workspace]] = []
    """Those that no test has closed yet; what is left open costs the next tests their descriptors."""

    def __init__(self, kind: str, folder: Path, database: str | None = None, machine: str = "") -> None:
        self.clock = FakeClock()
        self.processes = FakeProcesses()
        self.checkout = FakeCheckout()
        self.machine = FakeMachine()
        self.workshop = FakeWorkshop()
        self.settings = Settings()
        self.policy = Policy("enforce", "allow", parse([]))
        self.file = folder / "interlock" / "state.db"
        self._opened: list[SqliteStore | SharedStore] = []
        self._database, self._machine = database, machine
        self._open: Callable[[], Store] = self._sqlite if kind == "sqlite" else self._postgres
        self.store = self._open()
        Workspace.open.append(self)

    @property
    def place(self) -> Workplace:
        """What the operations of the core need."""
        shop = lambda: self.workshop  # noqa: E731  as the others
        settings = lambda: self.settings  # noqa: E731
        return Workplace(self.store, self.processes, self.checkout, settings, machine=self.machine, workshop=shop)

    def another_store(self) -> Store:
        """The same state as another process sees it."""
        return self._open()

    def mirrors(self, *, number: int = 1, host: str = "here", ahead: float = 0.0) -> None:
        """From now on the state is this machine's mirror of a database that several share."""
        self.change(
            "INSERT INTO mirror (one, number, host, schema, seq, as_of, ahead) VALUES (1, ?, ?, 'test', 0, ?, ?) "
            "ON CONFLICT (one) DO UPDATE SET host = excluded.host, ahead = excluded.ahead",
            (number, host, self.clock.now, ahead),
        )

    def mirrored(self, *, as_of: float | None = None, trouble: str | None = None) -> None:
        """The mirror was up to date at this time, else now; `trouble`: the database can't be reached."""
        self.change("UPDATE mirror SET as_of = ?, trouble = ?", (as_of or self.clock.now, trouble))

    def elsewhere(self, name: str, *, number: int = 2, worktree: str = "/elsewhere") -> int:
        """An agent that works in the mirror with this number, as its row comes from there."""
        with self.store.writing() as books:
            there = books.agents.add(name, name, "session", parent=None, process=None, worktree=worktree).id
        made = there // MOST * MOST + number
        self.renumber(there, made)
        self.change("UPDATE agent SET tick_of = 'elsewhere/boot' WHERE id = ?", (made,))
        return made

    def renumber(self, agent_id: int, other: int) -> None:
        """The agent gets another number, as if it had been made in another mirror."""
        for statement in (
            "UPDATE agent SET id = ?2 WHERE id = ?1",
            "UPDATE identity SET agent = ?2 WHERE agent = ?1",
            "UPDATE event SET agent = ?2 WHERE agent = ?1",
        ):
            self.change(statement, (agent_id, other))

    def change(self, statement: str, values: tuple[object, ...]) -> None:
        """Change the state behind the store's back, as what comes from another machine does."""
        connection = sqlite3.connect(self.file, isolation_level=None)
        try:
            connection.execute(statement, values)
        finally:
            connection.close()

    def close(self) -> None:
        """Close every store that was opened."""
        for store in self._opened:
            store.close()
        Workspace.open.remove(self)

    def dump(self) -> str:
        """All that the store remembers, to be compared."""
        connection = sqlite3.connect(self.file)
        try:
            connection.execute("DELETE FROM mirror")  # how fresh it is
            return "\n".join(connection.iterdump())
        finally:
            connection.close()

    def agent(self, name: str, *, pid: int | None = None, worktree: str = "/repository") -> int:
        """The agent of this name, active now: its session is named as it is."""
        process = None if pid is None else self.processes.identify(pid)
        return self.recognise(Caller(session=name, title=name, process=process, worktree=worktree))

    def subagent(self, parent: str, name: str, *, kind: str = "worker") -> int:
        """The subagent of a session, active now."""
        return self.recognise(Caller(session=parent, title=parent, subagent=name, subagent_type=kind))

    def recognise(self, caller: Caller, *, after_clear: bool = False) -> int:
        """The number of the agent that calls."""
        with self.store.writing() as books:
            return register.recognise(books, caller, after_clear=after_clear).id

    def leaves(self, key: str) -> None:
        """The agent known by `key` ends."""
        with self.store.writing() as books:
            register.leave(books, key, "done here")

    def kill(self, pid: int) -> None:
        """The process `pid` ends without a word."""
        process = self.processes.identify(pid)
        assert process is not None
        self.processes.gone.add(process)

    def plan(self, *proposals: Proposal, by: str = "planner") -> Planned:
        """Plan tasks."""
        return plan_tasks(self.place, self.agent(by), proposals)

    def claimed(self, agent_id: int, task_id: str | None = None) -> claim.Claimed:
        """A claim that is granted."""
        outcome = self._claim(agent_id, task_id)
        assert isinstance(outcome, claim.Claimed), outcome
        return outcome

    def refused(self, agent_id: int, task_id: str | None = None) -> Refused:
        """A claim that is not granted."""
        outcome = self._claim(agent_id, task_id)
        assert isinstance(outcome, Refused), outcome
        return outcome

    def writes(self, agent_id: int, path: str) -> Decision:
        """The guard's decision when the agent writes a path, recorded as a hook records it."""
        with self.store.writing() as books:
            agent = books.agents.get(agent_id)
            rights = books.guard.rights_of(agent.id, agent.parent)
            decisions = paths.judge(books.guard, rights, [path])
            paths.record(books.guard, rights, decisions)
        return decisions[0]

    def rule(self, agent_id: int, path: str) -> str:
        """By which rule the guard decides on a path."""
        return self.writes(agent_id, path).rule

    def task(self, task_id: str) -> Task:
        """A task that exists, as it is now."""
        with self.store.reading() as books:
            task = books.tasks.get(task_id)
        assert task is not None
        return task

    def leases(self, agent_id: int | None = None) -> list[Lease]:
        """The open leases, of one agent or of all."""
        with self.store.reading() as books:
            return books.leases.all() if agent_id is None else books.leases.held_by(agent_id)

    def events(self, kind: str) -> list[Event]:
        """The events of one kind, oldest first."""
        with self.store.reading() as books:
            return [event for event in books.events.recent(100_000) if event.kind == kind]

    def inbox(self, agent_id: int) -> list[Message]:
        """The agent's unread messages; they stay unread."""
        with self.store.reading() as books:
            return books.shared.inbox(agent_id, unread_only=True, limit=1_000)

    def _claim(self, agent_id: int, task_id: str | None) -> claim.Claimed | Refused:
        with self.store.writing() as books:
            books.agents.seen(agent_id)  # as the desk does with every call
        return claim.claim_task(self.place, agent_id, task_id)

    def _postgres(self) -> SharedStore:
        """Another process of the same checkout, which mirrors the test's database."""
        database = self._database
        assert database is not None
        remote = Remote(
            lambda: psycopg.connect(database, autocommit=True),
            SCHEMA,
            failure=_in_words if self._machine else _as_it_is,
        )
        if not self.file.exists():
            join(self._sqlite(), remote, MirrorCheckout(self._machine, f"this checkout {self._machine}", "1"))
        store = SharedStore(
            self.file,
            remote,
            clock=self.clock,
            policy=lambda: self.policy,
            processes=self.processes,
            busy_seconds=5,
            server_time=False,
        )
        self._opened.append(store)
        return store

    def _sqlite(self) -> SqliteStore:
        create(self.file)
        store = SqliteStore(
            self.file, clock=self.clock, policy=lambda: self.policy, processes=self.processes, busy_seconds=5
        )
        self._opened.append(store)
        return store


def task(
    task_id: str, *scope: str, depends_on: Sequence[str] = (), priority: int = 0, resources: Sequence[str] = ()
) -> Proposal:
    """A task to plan."""
    return Proposal(
        f"Work on {task_id}", scope, id=task_id, depends_on=depends_on, priority=priority, resources=resources
    )


def make_schema(database: str) -> None:
    """Make the schema of a repository that nobody has joined yet."""
    with psycopg.connect(database, autocommit=True) as connection:
        schema.bring_up_to_date(connection, SCHEMA)


def _as_it_is(error: psycopg.Error) -> Exception:
    """What a test sees of an error of the database."""
    return error


def _in_words(error: psycopg.Error) -> Exception:
    """What people see of it, more or less."""
    return DatabaseUnavailable("other", str(error), "try again")


def draft(
    task_id: str, *scope: str, depends_on: Sequence[str] = (), priority: int = 0, resources: Sequence[str] = ()
) -> Draft:
    """A task as planning hands it to a store."""
    return Draft(
        task_id,
        f"Work on {task_id}",
        tuple(scope),
        anchors(*scope),
        tuple(depends_on),
        tuple(resources),
        priority,
        "sonnet",
        "the tests pass",
    )


def anchors(*scope: str) -> tuple[tuple[str, str], ...]:
    """Where a scope lies."""
    return tuple(anchors_of(parse(scope)))
