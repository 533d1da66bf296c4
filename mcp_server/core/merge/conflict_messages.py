"""What the agents of two branches are told of a conflict between them: where it is, and what to do about it now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from mcp_server.domain.agent import Agent
from mcp_server.domain.branch import Side
from mcp_server.domain.conflict import Conflict, Lines, place
from mcp_server.domain.lease import Lease
from mcp_server.domain.scopes.scope import parse
from mcp_server.domain.text import clip
from mcp_server.ports import Books

MOST_NAMED = 5


class Line(Protocol):
    """A line of work that goes on."""

    @property
    def side(self) -> Side: ...  # noqa: D102
    @property
    def base(self) -> str | None: ...  # noqa: D102
    @property
    def agents(self) -> tuple[Agent, ...]: ...  # noqa: D102
    @property
    def leases(self) -> tuple[Lease, ...]: ...  # noqa: D102


def warn(books: Books, pair: tuple[str, str], conflicts: Sequence[Conflict], lines: dict[str, Line]) -> bool:
    """Tell the agents of both branches, or of the one whose base the other is; False where nobody is to be told.

    Of the agents on one branch those are told whose scope it lies in, else all.
    """
    here, there = pair
    ours, theirs = (_concerned(lines.get(name), conflicts) for name in pair)
    if not (ours and theirs) and not _is_base(lines, here, there) and not _is_base(lines, there, here):
        return False
    _tell(books, ours, conflicts, (here, there), theirs, mirrored=False)
    _tell(books, theirs, conflicts, (there, here), ours, mirrored=True)
    return bool(ours or theirs)


def _is_base(lines: dict[str, Line], branch: str, base: str) -> bool:
    return branch in lines and lines[branch].base == base


def _concerned(line: Line | None, conflicts: Sequence[Conflict]) -> list[Agent]:
    if line is None:
        return []
    near = {
        lease.holder for lease in line.leases if any(parse(lease.scope).covers(conflict.path) for conflict in conflicts)
    }
    return [agent for agent in line.agents if agent.id in near] or list(line.agents)


def _tell(
    books: Books,
    readers: list[Agent],
    conflicts: Sequence[Conflict],
    branches: tuple[str, str],
    others: list[Agent],
    *,
    mirrored: bool,
) -> None:
    own, other = (clip(branch, 80) for branch in branches)
    who = ", ".join(clip(agent.name, 40) for agent in others[:3]) or other
    first = conflicts[0]
    more = f" and {len(conflicts) - 1} more" if len(conflicts) > 1 else ""
    subject = f"urgent: conflict with {who} on {place(first.path, _own(first, mirrored=mirrored))}{more}"
    said = [_said(conflict, mirrored=mirrored) for conflict in conflicts[:MOST_NAMED]]
    left = [f"- and {len(conflicts) - MOST_NAMED} more: interlock conflicts"] if len(conflicts) > MOST_NAMED else []
    body = "\n".join([f"{own} and {other} can't be merged as they stand:", *said, *left, _advice(other, who, others)])
    for reader in readers:
        books.inbox.post(None, reader.id, subject, body)


def _said(conflict: Conflict, *, mirrored: bool) -> str:
    own = place(conflict.path, _own(conflict, mirrored=mirrored))
    theirs = conflict.ours if mirrored else conflict.theirs
    there = f" ({place('there', theirs)})" if theirs else ""
    return f"- {own}{there}: {conflict.reason}"


def _own(conflict: Conflict, *, mirrored: bool) -> Lines:
    return conflict.theirs if mirrored else conflict.ours


def _advice(other: str, who: str, others: list[Agent]) -> str:
    if not others:
        return f"It will not land like this. Take {other} over now, while it is small: commit, then git merge {other}."
    first = others[0].name
    return (
        f"Settle it now, while it is small: agree who changes it (send_message(to={first!r})). Whoever yields puts "
        f"those lines back, or commits and takes the other's commits over: git merge {other}. {who} was told too."
    )
