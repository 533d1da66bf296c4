"""Lists the worktrees: who is working in each, what is not merged yet, and what is wrong."""

from __future__ import annotations

from typing import NamedTuple

from mcp_server.core.tasks.merged import record_merged
from mcp_server.core.workplace import Workplace
from mcp_server.core.worktrees.locks import ENDED, is_left
from mcp_server.core.worktrees.remove import Target, all_worktrees, live_in
from mcp_server.domain.agent import Agent
from mcp_server.domain.text import stamp
from mcp_server.domain.worktree import Trouble
from mcp_server.ports import Processes, Trees


class WorktreeState(NamedTuple):
    """A worktree as it is now. `state` is in words; `base` is None for one that Interlock did not create."""

    name: str
    path: str
    branch: str | None
    base: str | None
    task: str | None
    state: str
    agents: tuple[str, ...]
    uncommitted: int | None
    ahead: int | None
    behind: int | None
    is_main: bool


def list_worktrees(place: Workplace, trees: Trees) -> list[WorktreeState]:
    """All worktrees of the repository, also those that Interlock did not create, the main one first.

    What was merged meanwhile is recorded.
    """
    record_merged(place)
    return [_state_of(place, trees, target) for target in all_worktrees(place, trees)]


def _state_of(place: Workplace, trees: Trees, target: Target) -> WorktreeState:
    with place.store.reading() as books:
        live = live_in(books, place.processes, target.path)
        last = next(iter(books.agents.in_worktree(target.path)), None)
    base = target.known.base if target.known else None
    merged_to = base or trees.head()[0] or trees.default_branch()
    is_main = target.listed is not None and target.listed.is_main
    commit = target.listed.head if target.listed is not None else None
    counts = trees.ahead_behind(commit, merged_to) if commit and merged_to and not is_main else None
    uncommitted = _uncommitted(trees, target)
    ahead, behind = counts or (None, None)
    if ahead and commit and merged_to:
        ahead = _missing(trees, target, commit, merged_to)
    state = _state(trees, place.processes, target, None if live or is_main else last, work=bool(uncommitted or ahead))
    return WorktreeState(
        target.name,
        target.path,
        target.branch,
        base,
        target.known.task if target.known else None,
        state,
        tuple(agent.name for agent in live),
        uncommitted,
        ahead,
        behind,
        is_main,
    )


def _missing(trees: Trees, target: Target, commit: str, base: str) -> int:
    """How many commits are not in the base now, nor were with the commit that merged the worktree's work."""
    merged = target.known.merged if target.known is not None else None
    bases = [one for one in (merged, base) if one is not None and trees.commit(one) is not None]
    return min((trees.missing_from(one, commit, thorough=False) for one in bases), default=0)


def _uncommitted(trees: Trees, target: Target) -> int | None:
    if target.listed is None or target.listed.bare or not trees.is_there(target.path):
        return None
    try:
        return len(trees.changes(target.path))
    except Trouble:
        return None


def _state(trees: Trees, processes: Processes, target: Target, last: Agent | None, *, work: bool) -> str:
    known = target.known
    if known is not None and known.state != "ready":
        return {"making": "half created", "removing": "half removed"}[known.state]
    if target.listed is not None and target.listed.prunable is not None:
        return f"missing: {target.listed.prunable}"
    if not trees.is_there(target.path) or target.listed is None:
        return "missing: its folder is gone" if known is not None else "missing"
    if last is not None and work:
        return f"left behind by {last.name}, last seen {stamp(last.ended_at or last.seen_at)}"
    if known is not None and known.undone:
        return "not set up yet"
    if target.listed.bare:
        return "bare"
    if is_left(processes, target.listed.locked):
        return ENDED
    return f"locked: {target.listed.locked}" if target.listed.locked else "ready"
