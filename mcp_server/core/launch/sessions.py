"""Sessions launched for tasks: the task is claimed first, for the session that will start in its worktree."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal, NamedTuple

from mcp_server.core.agents.register import Caller, recognise
from mcp_server.core.leases.expire import end, end_gone, offer_expired
from mcp_server.core.leases.obstacles import existing
from mcp_server.core.tasks.claim import Claimed, claim_task
from mcp_server.core.tasks.refusals import Refused
from mcp_server.core.workplace import Workplace
from mcp_server.domain.agent import Agent
from mcp_server.domain.assignment.routing import LOCAL, model_of, tier_of
from mcp_server.domain.launch import Launch, NotStarted, Way, name_of, prompt_of
from mcp_server.domain.machines.names import without_host
from mcp_server.domain.task import Task
from mcp_server.ports import Books, Processes, Sessions

SessionState = Literal["working", "waiting", "ended"]
"""It has reported; it runs but has not reported yet; it reported and has ended."""


class Order(NamedTuple):
    """How to start sessions. `new_session` creates unique ids; `brief` is what a session is told beside its task.

    `can` are the capabilities that its person says it has. `in_checkout`: it has no worktree of its own.
    """

    way: Way
    model: str | None
    arguments: Sequence[str]
    new_session: Callable[[], str]
    brief: str = ""
    can: tuple[str, ...] = ()
    in_checkout: bool = False


class Launched(NamedTuple):
    """The session runs and holds the claim. `anew` is False if it was running already; `words` are for the person."""

    launch: Launch
    anew: bool
    words: str = ""


class Failed(NamedTuple):
    """No session could be started for the task, and why. Its claim was released."""

    task: str
    reason: str


class Stopped(NamedTuple):
    """A session that has ended. Its worktree is kept."""

    launch: Launch
    had_begun: bool
    uncommitted: int | None


def begin(
    place: Workplace, ways: Mapping[Way, Sessions], order: Order, task_id: str
) -> Launch | Launched | Refused | Failed:
    """Claim a task for a new session, or find the session that runs already. Refuses a task that can't be claimed.

    Killed at any point, the same call resumes: same worktree, same claim, never a second session.
    """
    running = _running(place, ways, task_id)
    if running is not None:
        return Launched(running, anew=False)
    try:
        ways[order.way].check()
    except NotStarted as error:
        return Failed(task_id, str(error))
    return _prepared(place, order, task_id)


def start(
    place: Workplace, ways: Mapping[Way, Sessions], order: Order, prepared: Launch, worktree_of: Callable[[str], str]
) -> Launched | Failed:
    """Start the session for a prepared claim, in the worktree that `worktree_of` creates for its task."""
    try:
        return _started(place, ways[prepared.way], order, prepared, worktree_of)
    except NotStarted as error:
        release(place, prepared, "its session could not be started")
        return Failed(prepared.task, str(error))


def state(place: Workplace, sessions: Sessions, launch: Launch) -> SessionState | Failed:
    """The state of a launched session. If it ended before it reported, its claim is released."""
    with place.store.reading() as books:
        agent = books.agents.get(launch.agent)
    if _works(agent, place.processes):
        return "working"
    if agent.ended_at is None and sessions.find(launch) is not None:
        return "waiting"
    if agent.process is not None:
        return "ended"
    words = sessions.last_words(launch)
    release(place, launch, "its session ended at once")
    return Failed(launch.task, "the session ended before it reported" + (f":\n{words}" if words else ""))


def running(place: Workplace, ways: Mapping[Way, Sessions]) -> list[Launch]:
    """The sessions that run, or whose printed command may still be used, oldest first."""
    with place.store.reading() as books:
        known = [(each, books.agents.get(each.agent)) for each in books.launches.all()]
    return [each for each, agent in known if _works(agent, place.processes) or _may_begin(place, ways, each, agent)]


def launches(place: Workplace) -> list[Launch]:
    """All sessions that were launched and not stopped since, oldest first."""
    with place.store.reading() as books:
        return books.launches.all()


def known(place: Workplace, tasks: Sequence[str]) -> Sequence[str]:
    """The same tasks; refuses (Misuse) an unknown one."""
    with place.store.reading() as books:
        for task in tasks:
            existing(books, task)
    return tasks


def candidates(place: Workplace, limit: int, *, with_local: bool = False) -> list[str]:
    """The ready tasks in the order in which they would be claimed; those for the local command only if asked for."""
    routing = place.settings().routing
    with place.store.writing() as books:
        offer_expired(books)
        end_gone(books)
        ready = books.tasks.ready(limit)
    return [task.id for task in ready if with_local or tier_of(task, routing) != LOCAL]


def at_work(place: Workplace, known: Sequence[Launch]) -> list[Launch]:
    """Those of the sessions that have reported and not ended."""
    with place.store.reading() as books:
        return [each for each in known if _works(books.agents.get(each.agent), place.processes)]


def stop(place: Workplace, ways: Mapping[Way, Sessions], launch: Launch, by: int | None = None) -> Stopped:
    """End a session gently, or clean up after one that ended; a claim that was never used is released.

    `by` is who stops it, for the log.
    """
    with place.store.writing() as books:
        agent = books.agents.get(launch.agent)
        books.events.add("stopped", launch.task, agent=by, detail=agent.name)
    had_begun = agent.process is not None
    ways[launch.way].stop(launch, agent.process if _works(agent, place.processes) else None)
    release(place, launch, "stopped")
    left = place.checkout.uncommitted(launch.worktree, lambda _path: True) if launch.worktree else 0
    return Stopped(launch, had_begun, left)


def release(place: Workplace, launch: Launch, why: str) -> None:
    """Release all that a launch holds: its session has ended, or never started."""
    with place.store.writing() as books:
        _release(books, launch, why)


def _release(books: Books, launch: Launch, why: str) -> None:
    agent = books.agents.get(launch.agent)
    if agent.process is None:
        _undo(books, agent)
    if agent.ended_at is None:
        end(books, agent, why)
        offer_expired(books)
    books.launches.forget(launch.task)


def _undo(books: Books, agent: Agent) -> None:
    """Undo the claims of an agent that never started, so that its tasks look as if they had not been claimed."""
    for lease in books.leases.held_by(agent.id):
        task = books.tasks.get(lease.task) if lease.task is not None else None
        if task is not None and task.token == lease.token:
            books.tasks.put(task.seq, status="todo", token=None)
            books.events.add("released", task.id, agent=agent.id)
        books.leases.close(lease.token)


def _running(place: Workplace, ways: Mapping[Way, Sessions], task_id: str) -> Launch | None:
    """The task's running session; the records of one that has ended are cleaned up."""
    with place.store.writing() as books:
        existing(books, task_id)
        end_gone(books)
        known = books.launches.get(task_id)
        agent = books.agents.get(known.agent) if known else None
        if known is None or agent is None:
            return None
        if agent.ended_at is not None or (agent.process is not None and place.processes.is_gone(agent.process)):
            _release(books, known, "process gone")
            return None
    if _works(agent, place.processes):
        return known
    found = ways[known.way].find(known) if known.worktree else None
    if found is None or known.way == "print":
        return None
    return _record(place, known, found.place, found.server)


def _prepared(place: Workplace, order: Order, task_id: str) -> Launch | Refused:
    """Claim the task for the new session; reuse an earlier claim, unless that was for another way of starting."""
    with place.store.writing() as books:
        known = books.launches.get(task_id)
        if known is not None and known.way != order.way:
            _release(books, known, "started in another way")
            known = None
        known = known or _prepare(books, order, existing(books, task_id))
    claimed = claim_task(place, known.agent, task_id)
    if isinstance(claimed, Claimed):
        return known
    release(place, known, "its task could not be claimed")
    return claimed


def _prepare(books: Books, order: Order, task: Task) -> Launch:
    session = order.new_session()
    name = name_of(task)
    agent = recognise(books, Caller(session=session, title=name))
    books.agents.describe(agent.id, type=agent.type, can=order.can)
    chosen_by_client = order.way == "background"
    return books.launches.add(
        task.id, agent.id, session=None if chosen_by_client else session, way=order.way, name=without_host(agent.name)
    )


def _started(
    place: Workplace, sessions: Sessions, order: Order, prepared: Launch, worktree_of: Callable[[str], str]
) -> Launched:
    worktree = worktree_of(prepared.task)
    with place.store.writing() as books:
        books.launches.worktree_made(prepared.task, worktree)
        books.agents.seen(prepared.agent, worktree=worktree)
        task = existing(books, prepared.task)
    placed_launch = prepared._replace(worktree=worktree)
    model = order.model or model_of(task, place.settings().routing)
    prompt = "\n\n".join(
        part for part in (prompt_of(task, worktree, in_checkout=order.in_checkout), order.brief) if part
    )
    found = sessions.start(placed_launch, prompt, model, order.arguments)
    return Launched(_record(place, placed_launch, found.place, found.server), anew=True, words=found.words)


def _record(place: Workplace, launch: Launch, where: str | None, server: str | None) -> Launch:
    with place.store.writing() as books:
        books.launches.placed(launch.task, where, server)
    return launch._replace(place=where, server=server)


def _may_begin(place: Workplace, ways: Mapping[Way, Sessions], launch: Launch, agent: Agent) -> bool:
    if agent.ended_at is not None or agent.process is not None or ways[launch.way].find(launch) is None:
        return False
    if launch.way != "print":
        return True
    with place.store.reading() as books:
        return any(lease.is_live(books.now) for lease in books.leases.held_by(agent.id))


def _works(agent: Agent, processes: Processes) -> bool:
    return agent.ended_at is None and agent.process is not None and not processes.is_gone(agent.process)
