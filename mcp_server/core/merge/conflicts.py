"""Finds conflicts while they are small: between all branches that are being worked on, and with their bases."""

from __future__ import annotations

from itertools import combinations
from typing import NamedTuple

from mcp_server.core.leases.expire import end_gone
from mcp_server.core.merge import elsewhere
from mcp_server.core.merge.active_branch import ActiveBranch
from mcp_server.core.merge.conflict_messages import Branch, notify
from mcp_server.core.tasks.unblock import MergedWorktree, is_over, unblock
from mcp_server.core.workplace import Workplace
from mcp_server.domain.agent import Agent
from mcp_server.domain.branch import CheckedOut, FoundConflicts, Side
from mcp_server.domain.conflict import Conflict, Known
from mcp_server.domain.lease import Lease
from mcp_server.domain.scopes.scope import parse
from mcp_server.ports import Books, ConflictSearch

MOST_PATHSPECS = 300
COMPARED_COMPLETELY = 40_000
"""Files in all checkouts together. With more, comparing every file takes too long."""

Pair = tuple[str, str]


class OpenConflicts(NamedTuple):
    """The open conflicts, how many branches were checked and pairs merged anew, and what could not be checked."""

    conflicts: tuple[Known, ...]
    branches: int
    tried: int
    trouble: dict[str, str]
    merged: tuple[str, ...] = ()


def find_conflicts(place: Workplace, git: ConflictSearch) -> OpenConflicts:
    """Which branches conflict with each other. Their agents are notified of new conflicts; nothing else is changed."""
    checkouts = git.checkouts()
    with place.store.writing() as books:
        end_gone(books)
        is_large = sum(checkout.files for checkout in checkouts) > COMPARED_COMPLETELY
        branches = _active_branches(books, checkouts, in_part=is_large and place.settings().mode == "enforce")
        others = elsewhere.branches(books, git)
    tips = git.tips(sorted({branch.base for branch in branches if branch.base is not None}))
    pairs = _pairs(branches, tips) | elsewhere.pairs(branches, others)
    names = {branch.side.name for branch in branches}
    sides = [branch.side for branch in (*branches, *others)]
    sides += [Side(base, commit) for base, commit in tips.items() if base not in names]
    found = git.find_conflicts(sides, sorted(pairs)) if pairs else FoundConflicts({}, {}, 0)
    arrived = {branch.worktree: commit for branch in branches if (commit := _arrived(git, branch, found)) is not None}
    with place.store.writing() as books:
        _keep(books, found, pairs, [*branches, *others])
        merged_to = [worktree for worktree in arrived if worktree is not None and is_over(books, worktree)]
        for worktree in merged_to:
            unblock(books, MergedWorktree(worktree.name, worktree.base, arrived[worktree], None))
        known = tuple(one for one in books.conflicts.all() if one.is_open)
    merged = tuple(worktree.name for worktree in merged_to)
    return OpenConflicts(known, len(sides), found.tried, found.trouble, merged)


def _active_branches(books: Books, checkouts: list[CheckedOut], *, in_part: bool) -> list[ActiveBranch]:
    """The active branches: those with a live claim, and those of Interlock's worktrees that are not merged.

    `in_part`: only what its agents may have written is compared in a checkout.
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
        found.append(ActiveBranch(side, base, agents, tuple(claims), worktree))
    return found


def _pathspecs(books: Books, here: list[Agent], leases: list[Lease]) -> tuple[str, ...] | None:
    """Where in a checkout something can have changed; None: anywhere, since an agent there holds no lease."""
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


def _pairs(branches: list[ActiveBranch], tips: dict[str, str]) -> set[Pair]:
    """All pairs of branches, and each branch with its base."""
    names = sorted(branch.side.name for branch in branches)
    found: set[Pair] = set(combinations(names, 2))
    for branch in branches:
        if branch.base in tips and branch.base != branch.side.name:
            found.add((min(branch.side.name, branch.base), max(branch.side.name, branch.base)))
    return found


def _keep(books: Books, found: FoundConflicts, pairs: set[Pair], branches: list[ActiveBranch]) -> None:
    """Record what was found; conflicts that are no longer there are closed."""
    books.conflicts.keep(pairs)
    before = {(*known.pair, known.conflict.path): known for known in books.conflicts.all()}
    for pair, conflicts in sorted(found.conflicts.items()):
        here = {conflict.path for conflict in conflicts}
        for known in before.values():
            if known.pair == pair and known.is_open and known.conflict.path not in here:
                books.conflicts.close(*pair, known.conflict.path)
        for conflict in conflicts:
            books.conflicts.find(*pair, conflict)
        new = [conflict for conflict in conflicts if _is_new(before.get((*pair, conflict.path)), conflict)]
        by_name: dict[str, Branch] = {branch.side.name: branch for branch in branches}
        if new and (elsewhere.is_told(books, pair, new, by_name) or notify(books, pair, new, by_name)):
            for conflict in new:
                books.conflicts.tell(*pair, conflict.path)


def _is_new(known: Known | None, conflict: Conflict) -> bool:
    """Whether to notify its agents: once while it lasts, and again when it is back in another form."""
    if known is None or known.told is None:
        return True
    return not known.is_open and known.told != conflict.sign


def _arrived(git: ConflictSearch, branch: ActiveBranch, found: FoundConflicts) -> str | None:
    """The commit with which all work of one of our worktrees is in its base, however it came there; else None."""
    worktree = branch.worktree
    if worktree is None or worktree.merged is not None or branch.agents or branch.side.name in found.uncommitted:
        return None
    if branch.side.name in found.trouble or branch.side.name == worktree.base:
        return None
    if worktree.task is None and branch.side.commit == worktree.start:
        return None
    return git.arrived(worktree)
