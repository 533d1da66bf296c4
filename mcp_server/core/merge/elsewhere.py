"""Branches of other machines in the search for conflicts: as they were pushed, against what is worked on here."""

from __future__ import annotations

from collections.abc import Sequence

from mcp_server.core.leases.obstacles import lease_of
from mcp_server.core.merge.active_branch import ActiveBranch
from mcp_server.core.merge.conflict_messages import Branch
from mcp_server.domain.branch import Side
from mcp_server.domain.conflict import Conflict
from mcp_server.domain.machines.unmerged import UnmergedWork
from mcp_server.domain.text import clip
from mcp_server.ports import Books, ConflictSearch

MOST = 50
"""Branches of others that are compared."""


def branches(books: Books, git: ConflictSearch) -> list[ActiveBranch]:
    """The unmerged branches of other machines, as far as they were pushed and fetched."""
    if books.mirror is None:
        return []
    works = of_others(books)[:MOST]
    pushed = git.remote_tips([work.branch for work in works]) if works else {}
    found: list[ActiveBranch] = []
    for work in works:
        task = books.tasks.get(work.task)
        lease = lease_of(books, task) if task is not None else None
        if work.branch not in pushed:
            continue
        leases = () if lease is None else (lease,)
        agents = tuple(books.agents.get(lease.holder) for lease in leases if not lease.is_review)
        side = Side(*pushed[work.branch])
        found.append(ActiveBranch(side, work.base, agents, leases, None, is_elsewhere=True))
    return found


def of_others(books: Books) -> list[UnmergedWork]:
    """The work on branches of their own that other machines have not merged yet."""
    host = books.agents.host
    return [
        work for work in books.unmerged.all() if work.host != host and work.merged is None and work.branch != work.base
    ]


def pairs(here: Sequence[ActiveBranch], there: Sequence[ActiveBranch]) -> set[tuple[str, str]]:
    """Each branch that is worked on here with each of another machine; that machine compares the rest."""
    names = ((one.side.name, other.side.name) for one in here for other in there)
    return {(min(pair), max(pair)) for pair in names if not pair[1].endswith(f"/{pair[0]}")}


def is_told(books: Books, pair: tuple[str, str], conflicts: Sequence[Conflict], known: dict[str, Branch]) -> bool:
    """Whether the agents of both were notified of these conflicts by the other machine, which may see them as well.

    If not, that they are about to be is recorded for it to see.
    """
    sides = [known[name] for name in pair if name in known]
    if not any(side.is_elsewhere for side in sides):
        return False
    names = sorted(name.partition("/")[2] if known[name].is_elsewhere else name for name in pair if name in known)
    subject, paths = " and ".join(names), clip(", ".join(sorted(conflict.path for conflict in conflicts)), 400)
    said = books.events.recent(5, subject=subject)
    if any(event.kind == "conflict" and event.detail == paths for event in said):
        return True
    books.events.add("conflict", subject, detail=paths)
    return False
