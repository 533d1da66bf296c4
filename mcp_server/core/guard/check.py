"""What would the guard decide for these paths, or for this command? Asked before writing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

from mcp_server.bash.reading import Reading
from mcp_server.bash.state.files import Files
from mcp_server.core.guard.command import Site, judge_command
from mcp_server.core.guard.paths import WorktreeContext, judge
from mcp_server.core.guard.roles import judge_tool
from mcp_server.core.workplace import Workplace
from mcp_server.domain.decision import AgentRights, Decision
from mcp_server.domain.errors import Misuse
from mcp_server.ports import GuardBook

MOST_PATHS = 1_000


class PathInRepo(NamedTuple):
    """A path relative to its worktree, and that worktree."""

    path: str
    context: WorktreeContext | None = None


Locate = Callable[[str, str], PathInRepo | None]
"""Locates a path that is relative to a directory; None outside every repository that uses Interlock."""


def scope_check(
    place: Workplace, agent_id: int, paths: Sequence[str], *, directory: str, locate: Locate
) -> list[Decision]:
    """One decision for each path, in order; refuses an empty list and one that is too long."""
    if not paths:
        raise Misuse("no path was given")
    if len(paths) > MOST_PATHS:
        raise Misuse(f"{len(paths):,} paths were given; at most {MOST_PATHS:,} are checked at once")
    located = [(path, _located(path, directory, locate)) for path in paths]
    with place.store.reading() as books:
        guard = books.guard
        agent = books.agents.get(agent_id)
        rights = guard.rights_of(agent.id, agent.parent)
        return [
            _outside(path) if found is None else judge(guard, rights, [found.path], found.context)[0]
            for path, found in located
        ]


class Surroundings(Protocol):
    """The worktrees in use around folders; `here` is the one where a command starts."""

    here: Site

    def around(self, folder: str) -> Site | None:
        """The worktree in use that a folder lies in, or None."""


Survey = Callable[[GuardBook, AgentRights], Surroundings | None]
"""The worktrees around the place where a command starts; None where Interlock is not in use."""


def command_check(  # noqa: PLR0913  all but three are named
    place: Workplace, agent_id: int, command: str, *, reading: Reading, survey: Survey, disk: Files
) -> Decision:
    """The guard's decision on a command that has been read."""
    with place.store.reading() as books:
        guard = books.guard
        agent = books.agents.get(agent_id)
        surroundings = survey(guard, guard.rights_of(agent.id, agent.parent))
        if surroundings is None:
            return _runs("elsewhere", "Interlock is not in use where it starts.")
        policy = surroundings.here.guard.policy()
        if "off" in (policy.mode, policy.bash):
            return _runs("off", "Commands are not checked in this repository.")
        here = surroundings.here
        refusal = judge_tool(here.guard, here.rights, "Bash") if here.rights.limits else None
        refusal = refusal or judge_command(command, reading, here, site_of=surroundings.around, disk=disk)
    return refusal or _runs("free", _why_it_runs(reading))


def _runs(rule: str, reason: str) -> Decision:
    return Decision("", allowed=True, rule=rule, reason=reason)


def _why_it_runs(reading: Reading) -> str:
    if reading.only_reads:
        return "It writes nothing."
    if reading.unknown:
        return "Nothing that it certainly writes is forbidden; what else it may write is for the kernel to confine."
    return "All that it certainly writes may be written."


def _located(path: str, directory: str, locate: Locate) -> PathInRepo | None:
    try:
        path.encode()  # what can't be encoded can't be stored, so nobody can hold it
        return locate(path, directory)
    except ValueError:
        raise Misuse(f"{path[:80]!r} is not a path: it contains a NUL or a lone surrogate") from None


def _outside(path: str) -> Decision:
    reason = "It is outside every repository that uses Interlock."
    return Decision(path, allowed=True, rule="elsewhere", reason=reason)
