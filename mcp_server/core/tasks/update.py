"""Updates a task: its status, notes for the next holder, and a wider scope."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from mcp_server.core.leases.expire import end_gone, offer_expired, release, take_over
from mcp_server.core.leases.obstacles import existing, lease_of, parsed_input, scope_availability
from mcp_server.core.machines import unmerged
from mcp_server.core.review import closing, decision
from mcp_server.core.tasks.merged import merged_before
from mcp_server.core.tasks.unblock import reopen, unblock
from mcp_server.core.teams import plans
from mcp_server.core.workplace import Workplace
from mcp_server.domain import accepted_text
from mcp_server.domain.agent import PERSON, Agent
from mcp_server.domain.errors import InterlockError, Misuse, NotHolder
from mcp_server.domain.lease import Lease
from mcp_server.domain.scopes.scope import Scope, anchors_of
from mcp_server.domain.task import FAILURES_UNTIL_BLOCKED, Task
from mcp_server.domain.text import stamp
from mcp_server.ports import Books

Move = Literal["in_progress", "plan", "review", "blocked", "done", "released", "failed"]


class Updated(NamedTuple):
    """The task as it is now, and the tasks that became ready. `away`: it is done in a worktree, not yet merged.

    `missing` says why other machines can't have it yet, and what to do.
    """

    task: Task
    holder: str | None
    now_ready: tuple[str, ...] = ()
    away: bool = False
    missing: str | None = None


class NotWidened(NamedTuple):
    """The wider scope is unavailable: it overlaps what `holder` holds. Nothing was changed."""

    task: Task
    holder: str
    since: float
    example: str | None
    held: str


class ReviewRequired(InterlockError):
    """An agent said that a task is done where the settings require a review first; nothing was changed."""

    exit_code = 1

    def __init__(self, task_id: str) -> None:
        super().__init__(
            f"{task_id} is not done until it has been reviewed; nothing was changed. Ask for that: "
            f'update_task("{task_id}", status="review") with a note of what was done and how it was tested'
        )


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
    merged = merged_before(place, agent_id, task_id) if status == "done" else None
    left = unmerged.left_here(place, agent_id, task_id) if status in ("done", "review") else None
    with place.store.writing() as books:
        agent = books.agents.get(agent_id)
        task = existing(books, task_id)
        if status == "plan":
            plans.hand_in(books, agent, task, lease_of(books, task), kept)
            return _updated(books, task_id, ())
        if task.status == "review":
            moved = _in_review(books, agent, task, status, kept, widens=wider is not None)
            return _updated(books, task_id, (*moved, *(unblock(books, merged) if merged is not None else ())))
        author = _author(books, agent, task)
        lease = _lease_of(books, agent, task, force=force)
        if wider is not None:
            refused = _widen(books, agent, task, lease, wider)
            if refused is not None:
                return refused
        if kept is not None:
            books.tasks.note(task.seq, agent.id, kept)
        unmerged.put(books, task.id, left, is_over=status == "done" and (force or agent.kind != PERSON))
        if status == "done" and agent.kind != PERSON and place.settings().review.required:
            raise ReviewRequired(task.id)
        if status == "review":
            _ask_for_review(books, agent, author, task_id, lease, kept)
        ready = _move(books, agent, task, lease, status, kept) if status not in (None, "review") else ()
        if merged is not None:
            ready = (*ready, *unblock(books, merged))
        return _updated(books, task_id, ready)


def _author(books: Books, agent: Agent, task: Task) -> Agent:
    """Whose work it is: the caller's; where a person says it, the holder's."""
    if agent.kind != PERSON:
        return agent
    lease = lease_of(books, task)
    return books.agents.get(lease.holder) if lease is not None else agent


def _ask_for_review(
    books: Books, agent: Agent, author: Agent, task_id: str, lease: Lease | None, note: str | None
) -> None:
    task = existing(books, task_id)  # it may have been widened
    if lease is None and any(lost.task == task.id for lost in books.leases.lost_by(agent.id)):
        raise NotHolder(f"your claim on {task.id}, now {task.status}, has ended; nothing was changed")
    closing.close(books, task, author, lease, by=agent.id, detail=note and note[:500])
    if task.status == "done":
        reopen(books, task.id)


def _in_review(
    books: Books, agent: Agent, task: Task, status: Move | None, note: str | None, *, widens: bool
) -> tuple[str, ...]:
    """Anybody may leave a note on a task that waits for review; only a person may also give it another status."""
    moves = status not in (None, "review")
    if widens or (moves and (agent.kind != PERSON or status in ("in_progress", "failed"))):
        lease = lease_of(books, task)
        raise NotHolder(
            f"{task.id} waits for review{f' since {stamp(lease.granted_at)}' if lease else ''}, and takes nothing but "
            "notes until it is approved or rejected; nothing was changed. Whoever reviews it, and did not write it, "
            f"types interlock approve {task.id}, or interlock reject {task.id} -m WHY"
        )
    if status == "done":
        return tuple(decision.approve(books, task, agent.id, note=note))
    if status == "released":
        decision.reject(books, task, agent.id, note or "put back without a reason")
        return ()
    if note is not None:
        books.tasks.note(task.seq, agent.id, note)
    if status == "blocked":
        decision.withdraw(books, task, "blocked", needs=note)
        books.events.add("blocked", task.id, agent=agent.id, detail=note and note[:500])
    return ()


def _lease_of(books: Books, agent: Agent, task: Task, *, force: bool) -> Lease | None:
    """The agent's own lease on the task, None when nobody holds it; refuses when somebody else holds it."""
    lease = lease_of(books, task)
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


def _widen(books: Books, agent: Agent, task: Task, lease: Lease | None, wider: Scope) -> NotWidened | None:
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
        books.tracks.forgive(agent.id)
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
    closing.end_lease(books, task, lease)
    books.events.add(status, task.id, agent=agent.id, detail=note and note[:500])
    return tuple(ready)


def _updated(books: Books, task_id: str, ready: tuple[str, ...]) -> Updated:
    task = existing(books, task_id)
    lease = lease_of(books, task)
    worktree = books.worktrees.of_task(task.id) if task.status == "done" else None
    away = worktree is not None and worktree.merged is None
    work = books.unmerged.of(task.id) if task.status == "done" else None
    missing = work.words(books.agents.host) if work is not None else None
    return Updated(task, lease.holder_name if lease else None, ready, away, missing)
