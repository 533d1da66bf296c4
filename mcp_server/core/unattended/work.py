"""One worker: it takes one task that nobody holds, has a session work on it within limits, and hands over."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, ExitStack
from typing import NamedTuple, Protocol

from mcp_server.core.launch import sessions
from mcp_server.core.launch.launch import Tools as LaunchTools
from mcp_server.core.launch.sessions import Failed, Launched, Order
from mcp_server.core.launch.worktrees import worktrees_for
from mcp_server.core.leases.obstacles import existing
from mcp_server.core.tasks.refusals import Refused
from mcp_server.core.unattended import requests
from mcp_server.core.unattended.conclude import conclude
from mcp_server.core.unattended.local import answer_locally
from mcp_server.core.workflows.carry_on import carry_on_for
from mcp_server.core.workplace import Workplace
from mcp_server.domain.agent import Process
from mcp_server.domain.assignment.routing import LOCAL, tier_of
from mcp_server.domain.launch import Launch, NotStarted
from mcp_server.domain.oversight.need import Need
from mcp_server.domain.unattended.outcome import Finished, Outcome
from mcp_server.domain.worktree import Trouble
from mcp_server.ports import CommandLines, Foreground, Progress, RequestFolder

MOST_READY = 200
STOPPED = "its worker was told to stop"
BRIEF = (
    "Nobody watches this session, so nobody answers a question. If you need a decision or a right that you lack, call "
    'update_task(status="blocked") with what it needs, and stop. Commit what you finish.'
)


class Tools(LaunchTools, Protocol):
    """What a worker needs from outside."""

    @property
    def root(self) -> str:
        """The checkout in which it was started."""

    def foreground(self) -> Foreground:
        """Sessions that are waited for."""

    def start_lock(self) -> AbstractContextManager[object]:
        """Keeps other workers from choosing a task at the same time."""

    def request_folder(self) -> RequestFolder:
        """The inbox, and the outbox."""

    def command_lines(self) -> CommandLines:
        """Runs the command for tasks of the tier `local`."""

    def own_process(self) -> Process | None:
        """The process of this worker."""


class Job(NamedTuple):
    """What a worker is to do: `tasks` in this order, or whatever is best; how its session is started.

    `in_checkout`: not in a worktree of its own. `tried` are tasks that it leaves alone.
    """

    order: Order
    tasks: Sequence[str] = ()
    in_checkout: bool = False
    tried: frozenset[str] = frozenset()


class Nothing(NamedTuple):
    """There was nothing to do, and why: no process was started, and no request made. `refused` are named tasks."""

    words: str
    refused: tuple[tuple[str, Refused], ...] = ()


def work(
    place: Workplace, tools: Tools, agent_id: int, job: Job, shown: Callable[[], AbstractContextManager[Progress]]
) -> Outcome | Failed | Nothing:
    """Work on one task; the answer to a request is written. Killed at any point, nothing is lost or done twice."""
    carry_on_for(place, agent_id)  # what came before may have ended a phase
    with ExitStack() as locks:
        chosen = _choose(place, tools, agent_id, job, locks)
        if isinstance(chosen, (Nothing, Failed)):
            return chosen
        outcome = (
            _local(place, tools, chosen, job) if isinstance(chosen, str) else _run(place, tools, job, chosen, shown)
        )
        if isinstance(outcome, Refused):
            return Nothing(outcome.advice)
        if isinstance(outcome, Failed):
            return outcome
        return requests.answered(place, tools.request_folder(), outcome)


def news_of(place: Workplace, outcomes: Iterable[Outcome]) -> list[Need]:
    """What a person is notified of after runs: what came of requests."""
    return [requests.need_of(place, outcome) for outcome in outcomes if outcome.request is not None]


def _choose(
    place: Workplace, tools: Tools, agent_id: int, job: Job, locks: ExitStack
) -> Launch | str | Nothing | Failed:
    """Claim a task for a session, or name one for the local command. One worker after the other, so none gets two."""
    with tools.start_lock():
        most, working = place.settings().max_agents, len(sessions.running(place, tools.ways()))
        if working >= most and not job.tasks:
            return Nothing(
                f"{working} launched agents are working, which is all that max_agents allows: nothing begun."
            )
        if not job.tasks:
            requests.take(place, agent_id, tools.request_folder())
        refused: list[tuple[str, Refused]] = []
        for task_id in _in_order(place, job):
            begun = _begun(place, tools, job, task_id, locks)
            if not isinstance(begun, Refused):
                return begun
            refused.append((task_id, begun))
    if job.tasks:
        return Nothing("\n".join(f"{task}: {each.advice}" for task, each in refused), tuple(refused))
    return Nothing(refused[0][1].advice if refused else "No task is ready and no request waits: nothing was started.")


def _in_order(place: Workplace, job: Job) -> list[str]:
    """The tasks to try: those that are named, or what was asked for in files before all else, then the best."""
    if job.tasks:
        return list(sessions.known(place, job.tasks))
    ready = sessions.candidates(place, MOST_READY, with_local=True)
    with place.store.reading() as books:
        asked = [request.task for request in books.requests.unsettled()]
    first = [task for task in asked if task in ready]
    return [task for task in dict.fromkeys([*filter(None, first), *ready]) if task not in job.tried]


def _begun(place: Workplace, tools: Tools, job: Job, task_id: str, locks: ExitStack) -> Launch | str | Failed | Refused:
    with place.store.reading() as books:
        task = existing(books, task_id)
    with ExitStack() as own:
        try:
            own.enter_context(tools.launch_lock(task_id))
        except Trouble:
            return Refused("held", f"Another worker begins {task_id} right now.")
        if task.status == "todo" and task.ready and tier_of(task, place.settings().routing) == LOCAL:
            locks.push(own.pop_all())
            return task_id
        begun = sessions.begin(place, tools.ways(), job.order, task_id)
        if isinstance(begun, Launched):
            return Refused("held", f"A session works on {task_id} already.")
        if isinstance(begun, Launch):
            locks.push(own.pop_all())  # for as long as it is worked on
        return begun


def _local(place: Workplace, tools: Tools, task_id: str, job: Job) -> Outcome | Refused:
    command = place.settings().routing.local or ""
    return answer_locally(place, tools.command_lines(), command, task_id, job.order.new_session(), tools.own_process())


def _run(
    place: Workplace, tools: Tools, job: Job, launch: Launch, shown: Callable[[], AbstractContextManager[Progress]]
) -> Outcome | Failed:
    with place.store.reading() as books:
        task = existing(books, launch.task)
        request = books.requests.of_task(task.id)
        notes = books.tasks.notes(task.seq, 1) if request is not None else []
    in_checkout = job.in_checkout or not task.scope
    parts = [job.order.brief, BRIEF, *(note.text for note in notes)]
    order = job.order._replace(brief="\n\n".join(filter(None, parts)), in_checkout=in_checkout)
    try:
        if in_checkout:
            started = sessions.start(place, tools.ways(), order, launch, lambda _task: tools.root)
        else:
            with worktrees_for(tools, [launch.task], shown) as worktree_of:
                started = sessions.start(place, tools.ways(), order, launch, worktree_of)
    except KeyboardInterrupt:
        return _given_back(place, tools, launch)
    except Exception:
        _given_back(place, tools, launch)
        raise
    if isinstance(started, Failed):
        return started
    outcome = _finished(place, tools, started.launch)
    return outcome._replace(worktree="") if in_checkout else outcome


def _given_back(place: Workplace, tools: Tools, launch: Launch) -> Outcome:
    """Stop a session that was just being started, if it is there, and give its task back."""
    tools.foreground().stop(launch, None)
    with place.store.reading() as books:
        launch = books.launches.get(launch.task) or launch
    return conclude(place, launch, Finished("interrupted", STOPPED))


def _finished(place: Workplace, tools: Tools, launch: Launch) -> Outcome:
    try:
        finished = tools.foreground().finish(launch)
    except (NotStarted, OSError) as error:
        finished = Finished("failed", str(error))
    return conclude(place, launch, finished)
