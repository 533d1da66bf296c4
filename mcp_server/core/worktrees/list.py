"""Which worktrees there are, who is at work in each, what is not yet home, and what is wrong."""

from __future__ import annotations

from typing import NamedTuple

from mcp_server.core.workplace import Workplace
from mcp_server.core.worktrees.remove import Target, every, live_in
from mcp_server.domain.agent import Agent
from mcp_server.domain.text import stamp
from mcp_server.domain.worktree import Trouble
from mcp_server.ports import Trees


class Surveyed(NamedTuple):
    """A worktree as it stands. `state` is in words; `base` is None for one that Interlock did not make."""

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


def survey(place: Workplace, trees: Trees) -> list[Surveyed]:
    """All worktrees of the repository, also those that Interlock did not make, the main one first."""
    return [_surveyed(place, trees, target) for target in every(place, trees)]


def _surveyed(place: Workplace, trees: Trees, target: Target) -> Surveyed:
    with place.store.reading() as books:
        live = live_in(books, place.processes, target.path)
        last = next(iter(books.agents.in_worktree(target.path)), None)
    base = target.known.base if target.known else None
    merged_to = base or trees.head()[0] or trees.default_branch()
    is_main = target.listed is not None and target.listed.is_main
    counts = trees.ahead_behind(target.branch, merged_to) if target.branch and merged_to and not is_main else None
    uncommitted = _uncommitted(trees, target)
    ahead, behind = counts or (None, None)
    state = _state(trees, target, None if live or is_main else last, work=bool(uncommitted or ahead))
    return Surveyed(
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


def _uncommitted(trees: Trees, target: Target) -> int | None:
    if target.listed is None or target.listed.bare or not trees.is_there(target.path):
        return None
    try:
        return len(trees.changes(target.path))
    except Trouble:
        return None


def _state(trees: Trees, target: Target, last: Agent | None, *, work: bool) -> str:
    known = target.known
    if known is not None and known.state != "ready":
        return {"making": "half made", "removing": "half removed"}[known.state]
    if target.listed is not None and target.listed.prunable is not None:
        return f"missing: {target.listed.prunable}"
    if not trees.is_there(target.path) or target.listed is None:
        return "missing: its folder is gone" if known is not None else "missing"
    if last is not None and work:
        return f"left behind by {last.name}, last seen {stamp(last.ended_at or last.seen_at)}"
    if known is not None and known.undone:
        return "not furnished yet"
    if target.listed.bare:
        return "bare"
    return f"locked: {target.listed.locked}" if target.listed.locked else "ready"
