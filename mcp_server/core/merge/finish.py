"""After the base has moved: fast-forward its checkout and unblock dependants. Also finishes interrupted merges."""

from __future__ import annotations

from typing import NamedTuple

from mcp_server.core.review.decision import approve
from mcp_server.core.tasks.unblock import MergedWorktree, is_over, unblock
from mcp_server.core.workplace import Workplace
from mcp_server.domain.merge import PendingMerge
from mcp_server.domain.worktree import Worktree
from mcp_server.ports import Books, MergeTool


class Finished(NamedTuple):
    """The tasks that became ready, and the files in the base's checkout that were not updated.

    `unfinished` is the branch's own task when that is not done, and `missing` what its worktree has that the base still
    lacks: then nothing was unblocked.
    """

    ready: tuple[str, ...]
    left: tuple[str, ...]
    unfinished: str | None = None
    missing: str | None = None


def finish_pending(place: Workplace, git: MergeTool) -> None:
    """Finish the merges that were interrupted after their base had moved; forget those interrupted before."""
    with place.store.reading() as books:
        pending = books.pending_merges.pending()
    for merge in pending:
        tip = git.tip(merge.base)
        if tip is not None and git.is_in(merge.new, merge.base):
            finish(place, git, merge, tip)
            continue
        with place.store.writing() as books:
            books.pending_merges.end(merge.branch)


def finish(place: Workplace, git: MergeTool, merge: PendingMerge, commit: str) -> Finished:
    """Fast-forward the base's checkout to `commit`, then record the merge, and approve its task if it was for that.

    Idempotent.
    """
    left: list[str] = []
    if merge.root is not None and git.checkout_of(merge.base) == merge.root:
        left = git.fast_forward(merge.root, merge.old, commit)
    missing = _missing(place, git, merge)
    with place.store.writing() as books:
        worktree = books.worktrees.get(merge.worktree) if merge.worktree is not None else None
        ready = _approved(books, merge, worktree)
        moved = merge.old != merge.new
        done = worktree is not None and is_over(books, worktree)
        over = done and missing is None
        if worktree is not None and over and (worktree.merged is None or moved):
            ready += unblock(books, MergedWorktree(worktree.name, merge.base, commit, merge.agent))
        unfinished = worktree.task if worktree is not None and not done else None
        if moved and not over:
            subject = worktree.task if worktree is not None and worktree.task is not None else merge.branch
            books.events.add("merged", subject, agent=merge.agent, detail=f"{commit[:10]} on {merge.base}")
        books.pending_merges.end(merge.branch)
    return Finished(tuple(ready), tuple(left), unfinished, missing)


def _approved(books: Books, merge: PendingMerge, worktree: Worktree | None) -> list[str]:
    """Approve the task that was merged for that; the tasks that became ready."""
    task = books.tasks.get(worktree.task) if worktree is not None and worktree.task is not None else None
    if not merge.approves or task is None or task.status != "review":
        return []
    return approve(books, task, merge.agent)


def _missing(place: Workplace, git: MergeTool, merge: PendingMerge) -> str | None:
    """What the worktree of the merged branch has, on this branch or another, that the base still lacks."""
    if merge.worktree is None:
        return None
    with place.store.reading() as books:
        worktree = books.worktrees.get(merge.worktree)
    work = git.work(worktree, merge.base) if worktree is not None else None
    if work is None:
        return None
    return work.missing or (f"{work.busy}, in the middle" if work.busy is not None else None)
