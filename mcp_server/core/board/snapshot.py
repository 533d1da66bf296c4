"""Everything that a board shows, at one moment: bounded, however much there is that is not shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple

from mcp_server.core.board.board import agents_that_wait, open_troubles
from mcp_server.core.board.needs import needs
from mcp_server.core.board.roles import role_of
from mcp_server.core.leases.obstacles import lease_of
from mcp_server.core.workplace import Workplace
from mcp_server.domain.agent import PERSON, Agent
from mcp_server.domain.assignment.routing import is_of_the_family, model_of
from mcp_server.domain.conflict import Known
from mcp_server.domain.launch import Launch
from mcp_server.domain.lease import Lease
from mcp_server.domain.messages import Checkpoint, Event
from mcp_server.domain.oversight.need import Need
from mcp_server.domain.presence import IDLE, PROMPT, UNSEEN, Doing
from mcp_server.domain.settings import Settings
from mcp_server.domain.task import Review, Task
from mcp_server.domain.usage.budget import Limits
from mcp_server.domain.usage.sums import whole
from mcp_server.domain.worktree import Worktree
from mcp_server.ports import Books

Column = Literal["ready", "working", "review", "blocked", "waiting", "done"]
COLUMNS: tuple[Column, ...] = ("ready", "working", "review", "blocked", "waiting", "done")
"""`blocked` needs something from outside, `waiting` other tasks; `done` are those of the last day."""

MOST_TASKS = 60
"""Tasks of a column."""
MOST_AGENTS = 50
MOST_HELD = 10
"""Leases of an agent."""
MOST_NOTES = 5
MOST_EVENTS = 50
LATELY = 24 * 3600.0


class TaskCard(NamedTuple):
    """A task on the board. `since` is when it was claimed, else when its status changed.

    `active_at` is the last sign of work on it. `spent` and `budget` are in tokens, a budget of 0 is none. `flags` are
    short words about what is wrong.
    """

    task: Task
    column: Column
    since: float
    active_at: float
    holder: str | None = None
    doing: str | None = None
    waits_for: tuple[str, ...] = ()
    notes: tuple[Checkpoint, ...] = ()
    worktree: Worktree | None = None
    launch: Launch | None = None
    spent: int = 0
    budget: int = 0
    review: Review | None = None
    flags: tuple[str, ...] = ()


AgentState = Literal["working", "idle", "prompt", "person", "unseen"]
"""In a turn, its turn over, waiting for its user, at the command line, or not to be seen from here."""


class AgentCard(NamedTuple):
    """An agent on the board. `state` is what it does in one word, `doing` in more; `unread` messages wait for it.

    `spent` is in tokens, `model` the one that answered it last; `routed` is the one that its task is for, if that is
    another. `role` is what keeps it to some tools.
    """

    agent: Agent
    state: AgentState
    doing: str
    host: str | None
    holds: tuple[str, ...]
    tier: str | None
    unread: int
    spent: int = 0
    model: str | None = None
    routed: str | None = None
    role: str | None = None


class Wait(NamedTuple):
    """An agent that waits for a holder."""

    who: str
    subject: str
    holder: str
    since: float


class Snapshot(NamedTuple):
    """What goes on. `more` is how many tasks each column has beyond those shown, as far as that is known.

    `today` is how many tokens everybody spent today. `notice` says how old what is known of other machines is.
    """

    now: float
    needs: tuple[Need, ...]
    agents: tuple[AgentCard, ...]
    tasks: tuple[TaskCard, ...]
    open: int
    done: int
    more: Mapping[Column, int]
    locks: tuple[Lease, ...]
    waits: tuple[Wait, ...]
    conflicts: tuple[Known, ...]
    events: tuple[Event, ...]
    troubles: tuple[str, ...]
    today: int = 0
    notice: str | None = None

    def column(self, name: Column) -> list[TaskCard]:
        """The tasks of one column, in the order in which they are shown."""
        return [card for card in self.tasks if card.column == name]


def take_snapshot(place: Workplace) -> Snapshot:
    """What goes on now. Nothing is changed."""
    with place.store.reading() as books:
        return _Taking(books, place.settings()).snapshot()


class _Taking:
    """One snapshot being taken, inside one transaction."""

    def __init__(self, books: Books, settings: Settings) -> None:
        self._books = books
        self._settings = settings
        self._limits = Limits(*settings.budget)
        self._launches = {launch.task: launch for launch in books.launches.all()}
        self._has_worktrees = books.worktrees.are_there()
        self._doing: dict[int, Doing] = {}

    def snapshot(self) -> Snapshot:
        books = self._books
        is_open, done = books.tasks.counts()
        cards = list(self._cards())
        shown = {name: sum(card.column == name for card in cards) for name in COLUMNS}
        hidden = is_open - sum(count for name, count in shown.items() if name != "done")
        more: dict[Column, int] = {"ready": max(0, hidden)} if hidden > 0 else {}
        conflicts = tuple(known for known in books.conflicts.all() if known.is_open)
        return Snapshot(
            books.now,
            tuple(needs(books, self._settings)),
            tuple(self._agents()),
            tuple(cards),
            is_open,
            done,
            more,
            tuple(books.leases.locks(MOST_TASKS)),
            tuple(Wait(agent.name, want.subject, want.holder, want.since) for agent, want in agents_that_wait(books)),
            conflicts,
            tuple(books.events.recent(MOST_EVENTS)),
            tuple(open_troubles(books)),
            books.budgets.of("day", books.budgets.today()).spent,
            None if books.mirror is None else books.mirror.notice(books.now),
        )

    def doing(self, agent_id: int) -> Doing:
        """What an agent does, looked up once."""
        if agent_id not in self._doing:
            self._doing[agent_id] = self._books.presence.of(agent_id)
        return self._doing[agent_id]

    def _agents(self) -> Iterable[AgentCard]:
        unread = self._books.shared.unread_counts()
        for agent in self._books.agents.latest(MOST_AGENTS):
            if not agent.is_address and not self.doing(agent.id).has_ended:
                yield self._agent(agent, unread.get(agent.id, 0))

    def _agent(self, agent: Agent, unread: int) -> AgentCard:
        doing = self.doing(agent.id)
        parts = self._books.usage.parts(agent=agent.id)
        held = self._books.leases.held_by(agent.id, MOST_HELD)
        tasks = self._books.tasks.among([lease.task for lease in held if lease.task and lease.resource is None])
        model = max(parts, key=lambda part: part.day).model if parts else None
        return AgentCard(
            agent,
            _state(agent, doing),
            doing.words,
            agent.process.host if agent.process is not None else None,
            tuple(lease.subject for lease in held),
            next((task.tier for task in tasks if task.tier), None),
            unread,
            whole(parts).total,
            model,
            self._routed(tasks, model) if agent.kind != PERSON else None,
            role_of(agent, tasks, self._settings.roles),
        )

    def _routed(self, tasks: Iterable[Task], model: str | None) -> str | None:
        """The model that the agent's task is for, if the one that answers is another: a switch by hand, a variable."""
        wanted = [found for task in tasks if (found := model_of(task, self._settings.routing))]
        if model is None or not wanted or any(is_of_the_family(model, each) for each in wanted):
            return None
        return wanted[0]

    def _cards(self) -> Iterable[TaskCard]:
        books = self._books
        seen: set[str] = set()
        claimed = books.tasks.among(lease.task for lease in books.leases.claims(MOST_TASKS) if lease.task is not None)
        found = [
            *claimed,
            *books.tasks.stopped(2 * MOST_TASKS),
            *books.tasks.ready(MOST_TASKS),
            *books.tasks.open(MOST_TASKS),
            *books.tasks.finished(books.now - LATELY, MOST_TASKS),
        ]
        for task in found:
            if task.id not in seen:
                seen.add(task.id)
                yield self._card(task)

    def _card(self, task: Task) -> TaskCard:
        books = self._books
        lease = self._lease_of(task)
        live = lease is not None and lease.is_live(books.now)
        changed_at = books.tasks.changed_at(task.seq)
        doing = self.doing(lease.holder) if lease is not None else None
        notes = tuple(books.tasks.notes(task.seq, MOST_NOTES)) if task.kept else ()
        budget = books.budgets.of("task", task.id)
        return TaskCard(
            task,
            _column(task),
            lease.granted_at if lease is not None else changed_at,
            max(lease.seen_at if lease is not None else 0.0, changed_at),
            lease.holder_name if lease is not None else None,
            doing.words if doing is not None else None,
            tuple(books.tasks.needs(task.seq)) if task.waiting and task.status == "todo" else (),
            notes,
            books.worktrees.of_task(task.id) if self._has_worktrees else None,
            self._launches.get(task.id),
            budget.spent,
            budget.limit(self._limits),
            books.reviews.of(task.seq) if task.status == "review" else None,
            tuple(_flags(task, held=lease is not None, live=live)),
        )

    def _lease_of(self, task: Task) -> Lease | None:
        lease = lease_of(self._books, task)
        return None if lease is None or lease.is_review else lease


def _state(agent: Agent, doing: Doing) -> AgentState:
    if agent.kind == PERSON:
        return "person"
    if doing.what == IDLE:
        return "idle"
    if doing.what == PROMPT:
        return "prompt"
    return "unseen" if doing.what == UNSEEN else "working"


def _column(task: Task) -> Column:
    if task.status in ("done", "dropped"):
        return "done"
    if task.status == "review":
        return "review"
    if task.status == "in_progress":
        return "working"
    if task.status == "blocked" or task.unscoped:
        return "blocked"
    return "waiting" if task.waiting else "ready"


def _flags(task: Task, *, held: bool, live: bool) -> Iterable[str]:
    if held and not live:
        yield "its claim has expired"
    if task.unscoped:
        yield "needs a scope"
    if task.failures:
        yield f"failed {task.failures} ×"
