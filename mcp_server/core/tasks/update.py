"""Updates a task: its status, notes for the next holder, and a wider scope."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from mcp_server.core.leases.expire import end_gone, offer_expired, release, take_over
from mcp_server.core.leases.obstacles import existing, parsed_input, scope_availability
from mcp_server.core.tasks.unblock import MergedWorktree, reopen, unblock
from mcp_server.core.workplace import Workplace
from mcp_server.domain import accepted_text
from mcp_server.domain.agent import Agent
from mcp_server.domain.errors import Misuse, NotHolder
from mcp_server.domain.lease import Lease
from mcp_server.domain.scopes.scope import Scope, anchors_of
from mcp_server.domain.task import FAILURES_UNTIL_BLOCKED, Task
from mcp_server.domain.text import stamp
from mcp_server.ports import Books

Move = Literal["in_progress", "blocked", "done", "released", "failed"]


class Updated(NamedTuple):
    """The task as it is now, and the tasks that became ready. `away`: it is done in a worktree, not yet merged."""

    task: Task
    holder: str | None
    now_ready: tuple[str, ...] = ()
    away: bool = False


class NotWidened(NamedTuple):
    """The wider scope is unavailable: it overlaps what `holder` holds. Nothing was changed."""

    task: Task
    holder: str
    since: float
    example: str | None
    held: str


def update_task(
    place: Workplace,
    agent_id: int,
    task_id: str,
    *,
    status: Move | None = None,
    note: str | None = None,
    widen: Sequence[str] = (),
    force: bool = False,
) -> Updated | NotWidened:
    """Change a task that the agent holds or that nobody holds, all or nothing; refuses another's, naming the holder."""
    if status is None and note is None and not widen:
        raise Misuse("nothing to change: give a status, a note or patterns to widen by")
    kept = accepted_text.paragraph("note", note) if note is not None else None
    wider = parsed_input(widen) if widen else None
    merged = _merged_before(place, agent_id, task_id) if status == "done" else None
    with place.store.writing() as books:
        agent = books.agents.get(agent_id)
        task = existing(books, task_id)
        lease = _lease_of(place, books, agent, task, force=force)
        if wider is not None:
            refused = _widen(place, books, agent, task, lease, wider)
            if refused is not None:
                return refused
        if kept is not None:
            books.tasks.note(task.seq, agent.id, kept)
        ready = _move(books, agent, task, lease, status, kept) if status is not None else ()
        if merged is not None:
            ready = (*ready, *unblock(books, merged))
        return _updated(books, task_id, ready)


def _merged_before(place: Workplace, agent_id: int, task_id: str) -> MergedWorktree | None:
    """The task's worktree, if all that was committed there was merged before the task was done; else None."""
    with place.store.reading() as books:
        worktree = books.worktrees.of_task(existing(books, task_id).id)
    if worktree is None or worktree.merged is not None:
        return None
    commit = place.checkout.arrived(worktree)
    return None if commit is None else MergedWorktree(worktree.name, worktree.base, commit, agent_id)


def _lease_of(place: Workplace, books: Books, agent: Agent, task: Task, *, force: bool) -> Lease | None:
    """The agent's own lease on the task, None when nobody holds it; refuses when somebody else holds it."""
    lease = books.leases.get(task.token) if task.token is not None else None
    if lease is None or lease.holder == agent.id:
        return lease
    offer_expired(books)
    lease = books.leases.get(lease.token) or lease
    if lease.is_live(books.now) and end_gone(books):
        lease = books.leases.get(lease.token) or lease
    if lease.is_live(books.now) and not force:
        doing = books.presence.of(lease.holder).aside
        raise NotHolder(
            f"{lease.holder_name} holds {task.id} since {stamp(lease.granted_at)}{doing} and only its holder may "
            f"change it; nothing was changed. Send it a message: send_message(to={task.id!r})"
        )
    if lease.is_live(books.now):
        release(books, lease, agent)
    else:
        take_over(books, lease, agent)
    return None


def _widen(
    place: Workplace, books: Books, agent: Agent, task: Task, lease: Lease | None, wider: Scope
) -> NotWidened | None:
    scope = parsed_input([*task.scope, *wider.patterns])
    anchors = tuple(anchors_of(scope))
    offer_expired(books)
    way = scope_availability(books, agent.family, wider.patterns, anchors_of(wider))
    if lease is not None and way.obstacle is not None and end_gone(books):
        way = scope_availability(books, agent.family, wider.patterns, anchors_of(wider))
    if lease is not None and way.obstacle is not None:
        held = way.obstacle.lease
        return NotWidened(task, held.holder_name, held.granted_at, way.obstacle.example, held.subject)
    books.tasks.rescope(task.seq, scope.patterns, anchors)
    books.events.add("widened", task.id, agent=agent.id, detail=", ".join(wider.patterns)[:500])
    if lease is not None:
        for expired in way.expired:
            take_over(books, expired, agent)
        books.leases.rescoped(lease.token, scope.patterns, anchors)
    return None


def _move(
    books: Books, agent: Agent, task: Task, lease: Lease | None, status: Move, note: str | None
) -> tuple[str, ...]:
    if status == "in_progress":
        if lease is None:
            raise Misuse(f"nobody holds {task.id}; claim_task({task.id!r}) claims it. Nothing was changed")
        return ()
    if status == "failed" and lease is None:
        raise Misuse(f"you do not hold {task.id}, so you can't report that it failed. Nothing was changed")
    if lease is None and status != "done" and any(lost.task == task.id for lost in books.leases.lost_by(agent.id)):
        raise NotHolder(f"your claim on {task.id}, now {task.status}, has ended; nothing was changed")
    if task.status == "done" != status:
        reopen(books, task.id)
    failures = task.failures + 1 if status == "failed" else None
    if status == "done":
        ready = books.tasks.put(task.seq, status="done", token=None)
    elif status == "blocked":
        ready = books.tasks.put(task.seq, status="blocked", token=None, needs=note)
    elif failures is not None and failures >= FAILURES_UNTIL_BLOCKED:
        needs = f"it failed {failures} times"
        ready = books.tasks.put(task.seq, status="blocked", token=None, failures=failures, needs=needs)
    else:
        ready = books.tasks.put(task.seq, status="todo", token=None, failures=failures)
    _close_leases(books, task, lease)
    books.events.add(status, task.id, agent=agent.id, detail=note and note[:500])
    return tuple(ready)


def _close_leases(books: Books, task: Task, lease: Lease | None) -> None:
    """Close the claim and the locks that came with it."""
    if lease is not None:
        for held in books.leases.held_by(lease.holder):
            if held.task == task.id:
                books.leases.close(held.token)


def _updated(books: Books, task_id: str, ready: tuple[str, ...]) -> Updated:
    task = existing(books, task_id)
    lease = books.leases.get(task.token) if task.token is not None else None
    worktree = books.worktrees.of_task(task.id) if task.status == "done" else None
    away = worktree is not None and worktree.merged is None
    return Updated(task, lease.holder_name if lease else None, ready, away)
