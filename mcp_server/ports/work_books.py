"""The books of who is here, what there is to do, who holds what, and what happened."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from mcp_server.domain.agent import Agent, Process, Want
from mcp_server.domain.lease import Lease
from mcp_server.domain.messages import Checkpoint, Event, ToolCall
from mcp_server.domain.task import Draft, Needed, Status, Task, Wanted


class Agents(Protocol):
    """Who works here."""

    @property
    def host(self) -> str | None:
        """What the agents of this machine have behind their names; None where no other machine works."""

    def find(self, key: str) -> Agent | None: ...
    def get(self, agent_id: int) -> Agent: ...
    def named(self, name: str) -> Agent | None:
        """The agent of this name, ended or not.

        Where several machines work: one of this machine may be named without its host, and so may the only one.
        """

    def add(
        self, key: str, name: str, kind: str, *, parent: int | None, process: Process | None, worktree: str
    ) -> Agent: ...
    def link(self, key: str, agent_id: int) -> None:
        """Make `key` another sign by which this agent is known."""

    def describe(self, agent_id: int, *, type: str | None, can: Sequence[str]) -> None:  # noqa: A002  the field's own name
        """Record what the agent was started as, and the capabilities that its session says it has."""

    def next_number(self) -> int:
        """A number that no agent was given before, for a name."""

    def seen(
        self, agent_id: int, *, process: Process | None = None, worktree: str | None = None, itself: bool = True
    ) -> None:
        """The agent is active now: it has not ended, and its leases are renewed.

        Unless it is active `itself` its turn may have ended all the same, as that of one whose subagent works.
        """

    def works(self, agent_id: int) -> None:
        """The silent agent was found working: its leases are renewed."""

    def is_idle(self, agent_id: int) -> None:
        """The agent's turn has ended."""

    def move(self, agent_id: int, *, process: Process | None, worktree: str) -> None:
        """The agent goes on in another process, or in none that is known yet."""

    def end(self, agent_id: int, why: str) -> None: ...
    def children(self, agent_id: int) -> list[Agent]: ...
    def present(self) -> list[Agent]:
        """All that have not ended and can be talked to, by name: not what holds in a worktree's place."""

    def latest(self, limit: int) -> list[Agent]:
        """Of those that are present, the ones that were active last, the latest first."""

    def wanting(self, limit: int) -> list[Agent]:
        """Of those that are present, the ones that wait for a holder, by name."""

    def waiting_for(self, token: int) -> list[Agent]:
        """Those that wait for the end of this lease, by name."""

    def in_worktree(self, path: str) -> list[Agent]:
        """Those who worked in this worktree last, ended or not, the latest first; a person works nowhere."""

    def due(self) -> list[Agent]:
        """Those whose leases may have expired and have not been checked since."""

    def looked_at(self, agent_id: int, due_at: float | None) -> None:
        """Check this agent again at `due_at`, or, for None, once it is active again."""

    def wants(self, agent_id: int, want: Want | None) -> None:
        """What the agent was refused and waits for, or None."""


class Tasks(Protocol):
    """The work."""

    def add(self, drafts: Sequence[Draft]) -> None:
        """Put them in, in this order; their dependencies are among them or known."""

    def get(self, task_id: str) -> Task | None: ...
    def known(self, task_ids: Iterable[str]) -> set[str]: ...
    def next_id(self) -> str:
        """An id that no task has: T1, T2 …"""

    def take(
        self,
        free: Callable[[Wanted], bool],
        task_id: str | None,
        suits: Callable[[Needed], bool] | None = None,
        *,
        limited: bool = False,
    ) -> Task | None:
        """Choose and take, in one step: the ready task that is highest in priority, then oldest, and `free` of
        conflicts. With `task_id`, that one or none. The task's token is the number of the event to be added next.

        `suits` is asked about tasks that need capabilities, and by an agent that is `limited` to roles about all.
        """

    def put(
        self, seq: int, *, status: Status, token: int | None, needs: str | None = None, failures: int | None = None
    ) -> list[str]:
        """Move a task to another state, and what depends on it along; the tasks that this made ready."""

    def rescope(self, seq: int, scope: tuple[str, ...], anchors: tuple[tuple[str, str], ...]) -> None: ...
    def reword(self, seq: int, *, title: str, priority: int) -> None: ...
    def reorder(self, seq: int, depends_on: Sequence[str]) -> None:
        """Let a task depend on these tasks and on no others."""

    def among(self, task_ids: Iterable[str]) -> list[Task]:
        """The tasks with these ids, whatever their status, oldest first."""

    def titled(self, titles: Iterable[str]) -> list[Task]:
        """The tasks with one of these titles, whatever their status, oldest first."""

    def offer(self, seq: int, *, ready: bool) -> None:
        """Hand a task out again that is in progress under an expired lease (`ready`), or withdraw the offer."""

    def needs(self, seq: int) -> list[str]:
        """The tasks it waits for that are not done."""

    def depends_on(self, task_id: str) -> list[str]: ...
    def settle(self, task_id: str) -> list[str]:
        """Recompute what waits for this task, after a merge for example; returns the tasks that became ready."""

    def waiting_for(self, task_id: str) -> list[Task]:
        """The tasks that depend on it and are neither done nor dropped, oldest first."""

    def ready(self, limit: int) -> list[Task]: ...
    def open(self, limit: int) -> list[Task]:
        """Those that are neither done nor dropped, oldest first."""

    def stopped(self, limit: int) -> list[Task]:
        """Those that wait for review, then those that are blocked, oldest first."""

    def finished(self, since: float, limit: int) -> list[Task]:
        """Those that were done since then, the latest first."""

    def changed_at(self, seq: int) -> float:
        """When its status was changed last."""

    def around(self, anchors: Iterable[str]) -> list[Wanted]:
        """What each open task would take whose scope lies at, above or below one of these, oldest first."""

    def counts(self) -> tuple[int, int]:
        """How many are open, and how many are done."""

    def note(self, seq: int, agent_id: int, text: str) -> None: ...
    def notes(self, seq: int, limit: int) -> list[Checkpoint]: ...


class Leases(Protocol):
    """Who holds what."""

    def grant(
        self,
        token: int,
        holder: int,
        *,
        task: Task | None = None,
        resource: str | None = None,
        scope: tuple[str, ...],
        anchors: Sequence[tuple[str, str]],
        seconds: float,
        purpose: str | None = None,
    ) -> None: ...
    def get(self, token: int) -> Lease | None: ...
    def held_by(self, agent_id: int, limit: int = -1) -> list[Lease]:
        """The open leases of this agent, oldest first; at most so many, if a limit is given."""

    def lost_by(self, agent_id: int) -> list[Lease]:
        """The leases that were taken over from this agent before it was notified."""

    def on(self, resource: str) -> Lease | None:
        """The open lease on this very resource, or None; of several, which one holder may have, the longest."""

    def near(self, anchor: str) -> list[Lease]:
        """The open leases whose scope lies at, above or below `anchor`."""

    def all(self) -> list[Lease]: ...
    def claims(self, limit: int) -> list[Lease]:
        """The open claims of agents, oldest first; not what keeps the scopes of tasks in review closed."""

    def locks(self, limit: int) -> list[Lease]:
        """The open locks, oldest first."""

    def of_others(self, family: Sequence[int], limit: int) -> tuple[list[Lease], int]:
        """The oldest live leases of agents outside `family`, at most `limit`, and how many live ones there are."""

    def rescoped(self, token: int, scope: tuple[str, ...], anchors: Sequence[tuple[str, str]]) -> None: ...
    def close(self, token: int) -> None: ...
    def take_over(self, token: int, by: str) -> None: ...
    def told(self, agent_id: int) -> None:
        """Forget the leases this agent lost: it knows."""


class Events(Protocol):
    """The append-only log."""

    def add(
        self, kind: str, subject: str, *, agent: int | None = None, detail: str | None = None, id: int | None = None
    ) -> int: ...  # noqa: A002
    def recent(self, limit: int, *, subject: str | None = None, after: int = 0) -> list[Event]:
        """The newest events, in order: of one subject, or after the event with this id, if those are given."""


class Calls(Protocol):
    """Who makes which call of Interlock's own tools: written by the hook just before it, taken by the server."""

    def announce(self, call_id: str, agent_id: int, directory: str) -> None: ...
    def answer(self, call_id: str) -> ToolCall | None:
        """Who makes this call; it is forgotten with the answer."""
