"""Claims a task: choosing and claiming are one step, and exactly one agent gets it."""

from __future__ import annotations

from typing import NamedTuple

from mcp_server.core.leases.checkpoints import keep_commits
from mcp_server.core.leases.expire import end_gone, offer_expired, take_over
from mcp_server.core.leases.lock import grant_lock
from mcp_server.core.leases.obstacles import Obstacle, existing, lease_of, resource_availability, scope_availability
from mcp_server.core.leases.waits import wait_for
from mcp_server.core.machines.unmerged import point_out
from mcp_server.core.review import limit
from mcp_server.core.tasks import refusals
from mcp_server.core.tasks.merged import record_merged
from mcp_server.core.tasks.refusals import HOLDER_DOES, Refused
from mcp_server.core.tasks.suitable import ANOTHER, Suitable
from mcp_server.core.usage.allowance import Allowance, Allowed
from mcp_server.core.workplace import Workplace
from mcp_server.domain.agent import Agent
from mcp_server.domain.assignment.routing import LOCAL, tier_of
from mcp_server.domain.decision import REVIEW
from mcp_server.domain.lease import Lease
from mcp_server.domain.messages import Checkpoint
from mcp_server.domain.scopes.overlap import is_inside
from mcp_server.domain.task import Task, Wanted
from mcp_server.ports import Books

NOTES_SHOWN = 5


class Where(NamedTuple):
    """Where the task is worked on: `worktree` is its own if the caller is elsewhere.

    `other` is the task whose worktree the caller is in, if this one may not be worked on there.
    """

    worktree: str | None = None
    other: str | None = None


HERE = Where()


class Claimed(NamedTuple):
    """The caller holds the task: nobody else may write in its scope while the lease is live."""

    task: Task
    token: int
    expires_at: float
    notes: tuple[Checkpoint, ...]
    taken_from: str | None = None
    where: Where = HERE
    budget: Allowed | None = None


def claim_task(place: Workplace, agent_id: int, task_id: str | None = None) -> Claimed | Refused:
    """Claim `task_id`, or the best ready task; a refusal names the holder. The agent's own task is granted again."""
    outcome, attempt = _attempted(place, agent_id, task_id, first=True)
    if isinstance(outcome, Refused) or attempt.former is None:
        return outcome
    keep_commits(place, attempt.former, outcome.task)  # outside the transaction, since git takes its time
    with place.store.reading() as books:
        return outcome._replace(notes=tuple(books.tasks.notes(outcome.task.seq, NOTES_SHOWN)))


def _attempted(
    place: Workplace, agent_id: int, task_id: str | None, *, first: bool = False
) -> tuple[Claimed | Refused, _Attempt]:
    with place.store.writing() as books:
        has_worktrees = books.worktrees.are_there()
        unmerged = books.worktrees.unmerged() if first and has_worktrees else []
        if not unmerged:
            attempt = _Attempt(books, books.agents.get(agent_id), place, has_worktrees)
            return _claim(books, attempt, task_id), attempt
    record_merged(place, unmerged)
    return _attempted(place, agent_id, task_id)


def _claim(books: Books, attempt: _Attempt, task_id: str | None) -> Claimed | Refused:
    agent = attempt.agent
    offer_expired(books)
    claimed = attempt.take(task_id)
    if claimed is None and end_gone(books):
        claimed = attempt.take(task_id)
    if claimed is not None:
        if agent.want is not None:
            books.agents.wants(agent.id, None)
        return claimed
    refused, lease = attempt.why_not(task_id)
    if lease is None:
        return refused
    doing = wait_for(books, agent, task_id or "any task", lease)
    return refused._replace(advice=refused.advice.replace(HOLDER_DOES, doing))


class _Attempt:
    """One agent's attempt to claim, inside one transaction."""

    def __init__(self, books: Books, agent: Agent, place: Workplace, has_worktrees: bool) -> None:
        settings = place.settings()
        self._books = books
        self.agent = agent
        self.former: Lease | None = None
        self._seconds = settings.lease_seconds
        self._review = settings.review
        self._is_full = limit.is_full(books, settings.review)
        self._allowance = Allowance(books, agent, settings)
        self._suitable = Suitable(books, agent, place, settings)
        self._overspent: dict[str, str] = {}
        self._routing = settings.routing
        self._for_command: str | None = None
        self._has_worktrees = has_worktrees
        self._expired: dict[str, tuple[Lease, ...]] = {}
        self._obstacles: dict[str, Obstacle] = {}

    def take(self, task_id: str | None) -> Claimed | None:
        if task_id is not None:
            again = self._held_already(existing(self._books, task_id))
            if again is not None:
                return again
        if self._allowance.is_used_up:
            return None
        task = self._take(task_id)
        return None if task is None else self._grant(task)

    def _take(self, task_id: str | None) -> Task | None:
        """The task, or the best; with all places for reviews taken, one that was begun before."""
        if not self._is_full:
            return self._taken(task_id)
        if task_id is not None:
            is_new = limit.is_new(self._books, existing(self._books, task_id))
            return None if is_new else self._taken(task_id)
        begun = self._books.reviews.begun(limit.MOST_BEGUN)
        return next((task for one in begun if (task := self._taken(one)) is not None), None)

    def _taken(self, task_id: str | None) -> Task | None:
        suitable = self._suitable
        suitable.unsuited = 0
        is_free = self._is_free if task_id is not None else self._is_offered
        return self._books.tasks.take(is_free, task_id, suitable.suits, limited=suitable.is_limited)

    def why_not(self, task_id: str | None) -> tuple[Refused, Lease | None]:
        """Why nothing was claimed, according to the state at this moment, and the lease that is in the way."""
        if self._allowance.is_used_up:
            return Refused("budget", f"{self._allowance.words} Claim nothing more: stop, and say so."), None
        if task_id is None:
            if self._is_full and self._books.tasks.ready(1):
                return self._review_full(), None
            obstacle = next(iter(self._obstacles.values()), None)
            if obstacle is None and self._overspent:
                return refusals.all_overspent(next(iter(self._overspent.values()))), None
            if obstacle is None and self._suitable.unsuited:
                return refusals.none_suits(self._suitable), None
            if obstacle is None and self._for_command is not None:
                return refusals.left_to_command(self._for_command), None
            return refusals.nothing_ready(self._books, self._obstacles), obstacle and obstacle.lease
        task = existing(self._books, task_id)
        refused = refusals.of_a_run(self._books, task) or self._why_not(task)
        if refused.holder is None:
            return refused, None
        if task.id in self._obstacles:
            return refused, self._obstacles[task.id].lease
        return refused, lease_of(self._books, task)

    def _why_not(self, task: Task) -> Refused:
        if task.status == "done":
            return Refused("done", f"{task.id} is done. Claim another task: claim_task without task_id picks the best.")
        if task.status == "blocked":
            return Refused(
                "waiting",
                f"{task.id} is blocked: {task.needs or 'no reason given'}. When that is resolved, "
                f'update_task("{task.id}", status="released") makes it available again; until then claim another task.',
            )
        if task.status == "review":
            return self._in_review(task)
        if task.status == "dropped":
            return Refused("done", f"{task.id} was removed from the task list. Claim another task.")
        if task.waiting:
            return self._waiting(task)
        if task.unscoped:
            return refusals.needs_scope(task.id)
        return self._why_not_now(task)

    def _why_not_now(self, task: Task) -> Refused:
        """Why a task that waits for nothing could not be claimed."""
        if self._is_full and limit.is_new(self._books, task):
            return self._review_full()
        unsuited = self._suitable.why_not(task)
        if unsuited is not None:
            return Refused("role", f"{unsuited}. {ANOTHER}")
        if task.id in self._overspent:
            return refusals.overspent(self._overspent[task.id])
        if task.id in self._obstacles:
            return refusals.overlapping(task, self._obstacles[task.id])
        return self._held(task)

    def _review_full(self) -> Refused:
        full = limit.fullness(self._books, self._review)
        return Refused("review_full", full.advice, waiting_for=full.waiting)

    def _in_review(self, task: Task) -> Refused:
        lease = lease_of(self._books, task)
        return Refused(
            "held",
            f"{task.id} waits for review: nobody changes it until it is approved or rejected. Claim another task: "
            "claim_task without task_id picks the best.",
            holder=REVIEW,
            since=lease.granted_at if lease is not None else None,
        )

    def _held_already(self, task: Task) -> Claimed | None:
        books = self._books
        lease = lease_of(books, task)
        if lease is None or lease.holder != self.agent.id or lease.taken_by is not None:
            return None
        expires_at = books.now + lease.seconds
        budget = self._allowance.for_task(task.id)
        return Claimed(task, lease.token, expires_at, self._notes(task), where=self._where(task), budget=budget)

    def _is_offered(self, wanted: Wanted) -> bool:
        """Whether it is free, and nobody has a command that is to answer it before any agent does."""
        return not self._is_for_command(wanted) and self._is_free(wanted)

    def _is_for_command(self, wanted: Wanted) -> bool:
        if self._routing.local is None:
            return False
        task = self._books.tasks.get(wanted.task)
        if task is None or tier_of(task, self._routing) != LOCAL:
            return False
        self._for_command = task.id
        return True

    def _is_free(self, wanted: Wanted) -> bool:
        overspent = self._allowance.overspent(wanted.task)
        if overspent is not None:
            self._overspent[wanted.task] = overspent
            return False
        expired: dict[int, Lease] = {}
        family = self.agent.family
        ways = [scope_availability(self._books, family, wanted.scope, wanted.anchors)] if wanted.anchors else []
        ways += [resource_availability(self._books, family, resource) for resource in wanted.resources]
        for way in ways:
            if way.obstacle is not None:
                self._obstacles[wanted.task] = way.obstacle
                return False
            expired.update((lease.token, lease) for lease in way.expired)
        former = self._books.leases.get(wanted.token) if wanted.token is not None else None
        if former is not None and former.is_live(self._books.now):
            self._obstacles[wanted.task] = Obstacle(former, None)
            return False
        if former is not None:
            expired[former.token] = former
        self._expired[wanted.task] = tuple(expired.values())
        return True

    def _grant(self, task: Task) -> Claimed:
        books, agent = self._books, self.agent
        token = books.events.add("claimed", task.id, agent=agent.id, id=task.token)
        expired = self._expired.get(task.id, ())
        for lease in expired:
            take_over(books, lease, agent, keep_task=task.id)
        if expired:  # what its former holder did has just been recorded with it
            task = books.tasks.get(task.id) or task
        books.leases.grant(token, agent.id, task=task, scope=task.scope, anchors=task.anchors, seconds=self._seconds)
        for resource in task.resources:
            grant_lock(books, agent, resource, purpose=f"task {task.id}", seconds=self._seconds, task=task)
        if task.kept:
            books.shared.hand_on(task.seq, agent.id)
        if agent.parent is not None:
            books.teams.claimed(agent.id)
        point_out(books, agent.id, task.id)
        self.former = next((lease for lease in expired if lease.task == task.id), None)
        former = self.former.holder_name if self.former is not None else None
        budget = self._allowance.for_task(task.id)
        return Claimed(task, token, books.now + self._seconds, self._notes(task), former, self._where(task), budget)

    def _where(self, task: Task) -> Where:
        return _where(self._books, self.agent, task) if self._has_worktrees else HERE

    def _notes(self, task: Task) -> tuple[Checkpoint, ...]:
        return tuple(self._books.tasks.notes(task.seq, NOTES_SHOWN)) if task.kept else ()

    def _waiting(self, task: Task) -> Refused:
        needed = tuple(self._books.tasks.needs(task.seq))
        return Refused(
            "waiting",
            f"{task.id} waits for {', '.join(needed[:5])}.{refusals.unmerged(self._books, needed)} "
            "Claim one of those, or another task.",
            waiting_for=needed,
        )

    def _held(self, task: Task) -> Refused:
        lease = lease_of(self._books, task)
        if lease is None:
            return Refused("held", f"{task.id} was just being changed. Call claim_task again.")
        return Refused(
            "held",
            f"{lease.holder_name} is working on {task.id}{HOLDER_DOES}. Claim another task: claim_task without task_id "
            "picks the best.",
            holder=lease.holder_name,
            since=lease.granted_at,
        )


def _where(books: Books, agent: Agent, task: Task) -> Where:
    unmerged = [one for one in books.worktrees.around(task.id, agent.worktree) if one.merged is None]
    own = [one.path for one in unmerged if one.task == task.id]
    if own:
        return HERE if agent.worktree in own else Where(worktree=own[0])
    other = next((one.task for one in unmerged if one.task is not None), None)
    if other is None or not task.scope or _is_in_the_claim_above(books, agent, task, other):
        return HERE
    return Where(other=other)


def _is_in_the_claim_above(books: Books, agent: Agent, task: Task, other: str) -> bool:
    """Whether this is a part of the other task, which the agent's parent holds."""
    leases = books.leases.held_by(agent.parent) if agent.parent is not None else []
    return any(lease.task == other and is_inside(task.scope, lease.scope) for lease in leases)
