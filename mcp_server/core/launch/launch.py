"""Launches sessions for several tasks: first the claims, then the worktrees in parallel, then the sessions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from typing import NamedTuple, Protocol

from mcp_server.core.launch import sessions
from mcp_server.core.launch.sessions import Failed, Launched, Order, SessionState
from mcp_server.core.launch.worktrees import WorktreeTools, worktrees_for
from mcp_server.core.tasks.refusals import Refused
from mcp_server.core.workplace import Workplace
from mcp_server.domain.errors import Misuse
from mcp_server.domain.launch import Launch, Way
from mcp_server.domain.worktree import Trouble
from mcp_server.ports import Progress, Sessions

LOOK_EVERY = 0.25
LOOKS = 60
"""How often a session is checked for its first report: one that waits for an answer never reports."""
MOST_READY, MOST_REFUSALS = 200, 5


class Tools(WorktreeTools, Protocol):
    """What launching needs from outside. A lock refuses (Trouble) while the task is being launched elsewhere."""

    def ways(self) -> Mapping[Way, Sessions]:
        """The ways in which sessions can be started."""

    def launch_lock(self, task: str) -> AbstractContextManager[object]:
        """Keeps others from launching this task."""

    def pause(self, seconds: float) -> None:
        """Wait before the sessions are checked again."""


class TooMany(NamedTuple):
    """More agents than `max_agents` would be working; unless `final`, a person may confirm that."""

    words: str
    wanted: int
    final: bool = False


class NotLaunched(NamedTuple):
    """A task for which no session was started, and why."""

    task: str
    outcome: Refused | Failed


class Report(NamedTuple):
    """The running sessions with their state, and the tasks without one."""

    sessions: list[tuple[Launched, SessionState]]
    not_launched: list[NotLaunched]


def how_many(place: Workplace, tools: Tools, tasks: Sequence[str], agents: int | None) -> int | TooMany:
    """How many sessions to start for these tasks, or for the best `agents` tasks; refuses (Misuse) both at once."""
    if tasks and agents is not None:
        raise Misuse("name the tasks, or say how many with --agents, not both")
    most = place.settings().max_agents
    working = {each.task for each in sessions.running(place, tools.ways())}
    count = len(set(tasks) - working) if tasks else max(most - len(working), 0)
    if agents is not None:
        count = min(agents, len(sessions.candidates(place, MOST_READY)))
    elif not tasks and not count:
        words = (
            f"{len(working)} launched agents are working, which is all that max_agents allows; --agents N starts more"
        )
        return TooMany(words, 0, final=True)
    total = len(working) + count
    if not count or total <= most:
        return count
    return TooMany(f"that would make {total} agents; max_agents is {most}", count)


def launch_sessions(  # noqa: PLR0913, PLR0917  one argument for each thing that a launch depends on
    place: Workplace,
    tools: Tools,
    order: Order,
    tasks: Sequence[str],
    count: int,
    shown: Callable[[], AbstractContextManager[Progress]],
) -> Report:
    """Start sessions for these tasks, or for the `count` best; refusals are in the report."""
    with ExitStack() as locks:
        begun, refused = _claims(place, tools, order, tasks, count, locks)
        prepared = [each for each in begun if isinstance(each, Launch)]
        launched = [each for each in begun if isinstance(each, Launched)]
        with worktrees_for(tools, [each.task for each in prepared], shown) as worktree_of:
            for each in prepared:
                outcome = sessions.start(place, tools.ways(), order, each, worktree_of)
                if isinstance(outcome, Launched):
                    launched.append(outcome)
                else:
                    refused.append(NotLaunched(each.task, outcome))
    reported = [each for each in refused if tasks or isinstance(each.outcome, Failed)]
    return _watched(place, tools, launched, reported or ([] if launched else refused[:MOST_REFUSALS]))


def _claims(  # noqa: PLR0913, PLR0917  as `launch`
    place: Workplace, tools: Tools, order: Order, tasks: Sequence[str], count: int, locks: ExitStack
) -> tuple[list[Launch | Launched], list[NotLaunched]]:
    """Claim one task for each session to be started; `locks` keeps others from launching these tasks."""
    begun: list[Launch | Launched] = []
    refused: list[NotLaunched] = []
    for task in sessions.known(place, tasks) or sessions.candidates(place, MOST_READY):
        # Failures count, so that many tasks don't all fail for the same reason.
        failures = sum(isinstance(each.outcome, Failed) for each in refused)
        if not tasks and sum(isinstance(each, Launch) for each in begun) + failures >= count:
            break
        try:
            locks.enter_context(tools.launch_lock(task))
        except Trouble:
            refused.append(NotLaunched(task, Refused("held", "It is being launched right now.")))
            continue
        outcome = sessions.begin(place, tools.ways(), order, task)
        if isinstance(outcome, (Launch, Launched)):
            begun.append(outcome)
        else:
            refused.append(NotLaunched(task, outcome))
    return begun, refused


def _watched(place: Workplace, tools: Tools, launched: list[Launched], refused: list[NotLaunched]) -> Report:
    """Wait until every session has reported, or for as long as that should take."""

    def state(each: Launched) -> SessionState | Failed:
        return sessions.state(place, tools.ways()[each.launch.way], each.launch)

    seen = {each: state(each) for each in launched}
    for _ in range(LOOKS):
        waiting = [each for each, found in seen.items() if found == "waiting" and each.launch.way != "print"]
        if not waiting:
            break
        tools.pause(LOOK_EVERY)
        seen |= {each: state(each) for each in waiting}
    return Report(
        [(each, found) for each, found in seen.items() if not isinstance(found, Failed)],
        refused + [NotLaunched(found.task, found) for found in seen.values() if isinstance(found, Failed)],
    )
