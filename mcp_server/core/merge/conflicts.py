"""Conflicts between branches are seen while they are small: all work that goes on, pairwise and against its base."""

from __future__ import annotations

from itertools import combinations
from typing import NamedTuple

from mcp_server.core.leases.expire import end_gone
from mcp_server.core.merge.conflict_messages import warn
from mcp_server.core.tasks.unblock import MergedWorktree, is_over, unblock
from mcp_server.core.workplace import Workplace
from mcp_server.domain.agent import Agent
from mcp_server.domain.branch import CheckedOut, FoundConflicts, Side
from mcp_server.domain.conflict import Conflict, Known
from mcp_server.domain.lease import Lease
from mcp_server.domain.scopes.scope import parse
from mcp_server.domain.worktree import Worktree
from mcp_server.ports import Books, ConflictSearch

MOST_PATHSPECS = 300
LOOKED_AT_WHOLE = 40_000
"""Files in all checkouts together. To look at each of more takes longer than anybody likes to wait."""

Pair = tuple[str, str]


class OpenConflicts(NamedTuple):
    """The conflicts that are there now, how many branches were looked at and pairs tried anew, and what was not."""

    conflicts: tuple[Known, ...]
    branches: int
    tried: int
    trouble: dict[str, str]
    merged: tuple[str, ...] = ()


class Front(NamedTuple):
    """One line of work: its side of any merge, its base, and who is at it."""

    side: Side
    base: str | None
    agents: tuple[Agent, ...]
    leases: tuple[Lease, ...]
    worktree: Worktree | None


def find_conflicts(place: Workplace, git: ConflictSearch) -> OpenConflicts:
    """Which work that goes on can't be merged with which. Its agents are told of what is new; nothing is changed."""
    checkouts = git.checkouts()
    with place.store.writing() as books:
        end_gone(books, place.processes)
        is_large = sum(checkout.files for checkout in checkouts) > LOOKED_AT_WHOLE
        fronts = _fronts(books, checkouts, in_part=is_large and place.settings().mode == "enforce")
    tips = git.tips(sorted({front.base for front in fronts if front.base is not None}))
    pairs = _pairs(fronts, tips)
    names = {front.side.name for front in fronts}
    sides = [front.side for front in fronts]
    sides += [Side(base, commit) for base, commit in tips.items() if base not in names]
    found = git.find_conflicts(sides, sorted(pairs)) if pairs else FoundConflicts({}, {}, 0)
    there = {front.worktree: front.side.commit for front in fronts if _is_home(git, front, found)}
    with place.store.writing() as books:
        _keep(books, found, pairs, fronts)
        merged_to = [worktree for worktree in there if worktree is not None and is_over(books, worktree)]
        for worktree in merged_to:
            unblock(books, MergedWorktree(worktree.name, worktree.base, there[worktree], None))
        known = tuple(one for one in books.conflicts.all() if one.is_open)
    merged = tuple(worktree.name for worktree in merged_to)
    return OpenConflicts(known, len(sides), found.tried, found.trouble, merged)


def _fronts(books: Books, checkouts: list[CheckedOut], *, in_part: bool) -> list[Front]:
    """The work that goes on: where an agent has a live claim, and in Interlock's worktrees that have not landed.

    `in_part`: of a checkout only what its agents may have written is looked at.
    """
    present = books.agents.present()
    leases = [lease for lease in books.leases.all() if lease.is_live(books.now)]
    ours = {worktree.path: worktree for worktree in books.worktrees.all() if worktree.state == "ready"}
    main = checkouts[0].branch if checkouts else None
    found = []
    for checkout in checkouts:
        here = [agent for agent in present if agent.worktree == checkout.root]
        claims = [lease for lease in leases if lease.task and lease.holder in {agent.id for agent in here}]
        worktree = ours.get(checkout.root)
        if checkout.commit is None or not (claims or (worktree is not None and worktree.merged is None)):
            continue
        where = _pathspecs(books, here, leases) if in_part and claims else None
        at = checkout.root if where != () else None
        side = Side(checkout.branch or checkout.root, checkout.commit, at, where)
        holders = {lease.holder for lease in claims}
        base = worktree.base if worktree is not None else main
        agents = tuple(agent for agent in here if agent.id in holders)
        found.append(Front(side, base, agents, tuple(claims), worktree))
    return found


def _pathspecs(books: Books, here: list[Agent], leases: list[Lease]) -> tuple[str, ...] | None:
    """Where in a checkout something can have changed; None: anywhere, since somebody is there who holds nothing."""
    patterns: list[str] = []
    paths: list[str] = []
    for agent in here:
        if agent.kind == "person":
            continue
        held = [lease for lease in leases if lease.holder in agent.family]
        if not held:
            return None
        patterns += [pattern for lease in held for pattern in lease.scope]
        paths += books.journal.edited_by(agent.id, min(lease.granted_at for lease in held))
    patterns += books.guard.policy().open.patterns
    plain = parse(patterns).alternatives
    if len(plain) + len(paths) > MOST_PATHSPECS:
        return None
    globs = (f":(top,glob){pattern}{below}" for pattern in plain for below in ("", "/**"))
    return tuple(dict.fromkeys([*globs, *(f":(top,literal){path}" for path in paths)]))


def _pairs(fronts: list[Front], tips: dict[str, str]) -> set[Pair]:
    """Each two of them, and each with its base."""
    names = sorted(front.side.name for front in fronts)
    found: set[Pair] = set(combinations(names, 2))
    for front in fronts:
        if front.base in tips and front.base != front.side.name:
            found.add((min(front.side.name, front.base), max(front.side.name, front.base)))
    return found


def _keep(books: Books, found: FoundConflicts, pairs: set[Pair], fronts: list[Front]) -> None:
    """Put down what was found; what was there before and is not any more is over."""
    books.conflicts.keep(pairs)
    before = {(*known.pair, known.conflict.path): known for known in books.conflicts.all()}
    for pair, conflicts in sorted(found.conflicts.items()):
        here = {conflict.path for conflict in conflicts}
        for known in before.values():
            if known.pair == pair and known.is_open and known.conflict.path not in here:
                books.conflicts.close(*pair, known.conflict.path)
        for conflict in conflicts:
            books.conflicts.find(*pair, conflict)
        new = [conflict for conflict in conflicts if _is_news(before.get((*pair, conflict.path)), conflict)]
        if new and warn(books, pair, new, {front.side.name: front for front in fronts}):
            for conflict in new:
                books.conflicts.tell(*pair, conflict.path)


def _is_news(known: Known | None, conflict: Conflict) -> bool:
    """Whether its agents have yet to be told: one that goes on is told once, one that is back only when it differs."""
    if known is None or known.told is None:
        return True
    return not known.is_open and known.told != conflict.sign


def _is_home(git: ConflictSearch, front: Front, found: FoundConflicts) -> bool:
    """Whether all that is committed in one of our worktrees is in its base already, however it came there."""
    worktree = front.worktree
    if worktree is None or worktree.merged is not None or front.agents or front.side.name in found.uncommitted:
        return False
    if front.side.name in found.trouble or front.side.name == worktree.base:
        return False
    if worktree.task is None and front.side.commit == worktree.start:
        return False
    return git.is_in(front.side.commit, worktree.base)
