"""The base has moved: its checkout follows, and all who waited are told. Whatever was cut short is finished here."""

from __future__ import annotations

from typing import NamedTuple

from mcp_server.core.tasks.unblock import Home, come_home, is_over
from mcp_server.core.workplace import Workplace
from mcp_server.domain.merge import PendingMerge
from mcp_server.ports import MergeTool


class Arrived(NamedTuple):
    """The tasks that this made ready, and the files in the base's checkout that were left as they are.

    `unfinished` is the branch's own task when that is not done: then it set nobody free.
    """

    ready: tuple[str, ...]
    left: tuple[str, ...]
    unfinished: str | None = None


def finish_begun(place: Workplace, git: MergeTool) -> None:
    """Finish the merges that were cut short after their base had moved, and forget those that were before."""
    with place.store.reading() as books:
        pending = books.pending_merges.pending()
    for begun in pending:
        now = git.tip(begun.base)
        if now is not None and git.is_in(begun.new, begun.base):
            arrive(place, git, begun, now)
            continue
        with place.store.writing() as books:
            books.pending_merges.end(begun.branch)


def arrive(place: Workplace, git: MergeTool, begun: PendingMerge, commit: str) -> Arrived:
    """The base is on `commit`: its checkout follows, then it is put down that the branch is home. Can be repeated."""
    left: list[str] = []
    if begun.root is not None and git.checkout_of(begun.base) == begun.root:
        left = git.fast_forward(begun.root, begun.old, commit)
    with place.store.writing() as books:
        worktree = books.worktrees.get(begun.worktree) if begun.worktree is not None else None
        ready: list[str] = []
        moved = begun.old != begun.new
        over = worktree is not None and is_over(books, worktree)
        if worktree is not None and over and (worktree.landed is None or moved):
            ready = come_home(books, Home(worktree.name, begun.base, commit, begun.agent))
        unfinished = worktree.task if worktree is not None and not over else None
        if moved and not over:
            subject = unfinished or begun.branch
            books.events.add("landed", subject, agent=begun.agent, detail=f"{commit[:10]} on {begun.base}")
        books.pending_merges.end(begun.branch)
    return Arrived(tuple(ready), tuple(left), unfinished)
