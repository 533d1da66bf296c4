"""Notifies the agents of two branches of a conflict between them: where it is, and what to do about it now."""

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


class Branch(Protocol):
    """A branch that is being worked on."""

    @property
    def side(self) -> Side: ...  # noqa: D102
    @property
    def base(self) -> str | None: ...  # noqa: D102
    @property
    def agents(self) -> tuple[Agent, ...]: ...  # noqa: D102
    @property
    def leases(self) -> tuple[Lease, ...]: ...  # noqa: D102
    @property
    def is_elsewhere(self) -> bool: ...  # noqa: D102


def notify(books: Books, pair: tuple[str, str], conflicts: Sequence[Conflict], branches: dict[str, Branch]) -> bool:
    """Notify the agents of both branches, or of one whose base is the other; False where there is nobody to notify.

    On each branch those whose scope covers the conflict are notified, or else all.
    """
    here, there = pair
    ours, theirs = (_concerned(branches.get(name), conflicts) for name in pair)
    if not (ours and theirs) and not _is_base(branches, here, there) and not _is_base(branches, there, here):
        return False
    _send(books, ours, conflicts, (here, there), theirs, mirrored=False, is_far=_is_far(branches, here))
    _send(books, theirs, conflicts, (there, here), ours, mirrored=True, is_far=_is_far(branches, there))
    return bool(ours or theirs)


def _is_far(branches: dict[str, Branch], name: str) -> bool:
    return name in branches and branches[name].is_elsewhere


def _is_base(branches: dict[str, Branch], branch: str, base: str) -> bool:
    return branch in branches and branches[branch].base == base


def _concerned(branch: Branch | None, conflicts: Sequence[Conflict]) -> list[Agent]:
    if branch is None:
        return []
    near = {
        lease.holder
        for lease in branch.leases
        if any(parse(lease.scope).covers(conflict.path) for conflict in conflicts)
    }
    return [agent for agent in branch.agents if agent.id in near] or list(branch.agents)


def _send(  # noqa: PLR0913  what a message says, given by one caller
    books: Books,
    readers: list[Agent],
    conflicts: Sequence[Conflict],
    branches: tuple[str, str],
    others: list[Agent],
    *,
    mirrored: bool,
    is_far: bool,
) -> None:
    """Notify the agents of one branch; `is_far`: they work on another machine, and have not got the other branch."""
    own, other = (clip(branch, 80) for branch in branches)
    who = ", ".join(clip(agent.name, 40) for agent in others[:3]) or other
    first = conflicts[0]
    more = f" and {len(conflicts) - 1} more" if len(conflicts) > 1 else ""
    subject = f"urgent: conflict with {who} on {place(first.path, _own(first, mirrored=mirrored))}{more}"
    said = [_said(conflict, mirrored=mirrored) for conflict in conflicts[:MOST_NAMED]]
    left = [f"- and {len(conflicts) - MOST_NAMED} more: interlock conflicts"] if len(conflicts) > MOST_NAMED else []
    body = "\n".join(
        [
            f"{own} and {other} can't be merged as they are:",
            *said,
            *left,
            _advice(f"origin/{other}, once it is pushed" if is_far else other, who, others),
        ]
    )
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
        return f"It can't be merged like this. Resolve it now, while it is small: commit, then git merge {other}."
    first = others[0].name
    return (
        f"Resolve it now, while it is small: agree on who changes it (send_message(to={first!r})). The other restores "
        f"those lines, or commits and then merges the other's commits: git merge {other}. {who} was notified too."
    )
