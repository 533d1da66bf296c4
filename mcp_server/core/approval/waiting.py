"""What waits for review: oldest first, with everything that whoever decides wants to see at once."""

from __future__ import annotations

from typing import NamedTuple

from mcp_server.core.leases.obstacles import existing
from mcp_server.core.review.decision import waiting
from mcp_server.core.workplace import Workplace
from mcp_server.domain.machines.names import host_of
from mcp_server.domain.machines.unmerged import UnmergedWork
from mcp_server.domain.messages import Checkpoint
from mcp_server.domain.task import Review, Task
from mcp_server.domain.worktree import Worktree
from mcp_server.ports import Books
from mcp_server.ports.reviews import Begin, Changes, Works

NOTES = 5
MOST = 50


class InReview(NamedTuple):
    """A task that waits. `changes` are None where git can't tell; `tokens` where they are not counted."""

    task: Task
    review: Review
    worktree: Worktree | None
    notes: tuple[Checkpoint, ...]
    tokens: int | None = None
    changes: Changes | None = None
    host: str | None = None
    """The other machine that its author works on."""
    pushed: UnmergedWork | None = None
    """What is known of the work there."""

    @property
    def begin(self) -> Begin:
        """Where its work began."""
        review = self.review
        return Begin(self.worktree, review.worktree, self.task.scope, review.began_at, self.host, self.pushed)


class Queue(NamedTuple):
    """All that waits, the longest first, and how many may. `more` wait beyond those."""

    waiting: tuple[InReview, ...]
    limit: int
    more: int = 0


def queue(place: Workplace, works: Works) -> Queue:
    """What waits for review now."""
    limit = place.settings().review.limit
    with place.store.reading() as books:
        reviews = books.reviews.waiting(MOST)
        more = books.reviews.taken(1_000_000, begun=False) - len(reviews)
        found = [_waiting(books, review) for review in reviews]
    return Queue(tuple(one._replace(changes=works.changes(one.begin)) for one in found), limit, more)


def one_waiting(place: Workplace, task_id: str) -> InReview:
    """A task that waits for review; refuses (NotWaiting) one that does not."""
    with place.store.reading() as books:
        task = waiting(existing(books, task_id))
        review = books.reviews.of(task.seq)
        assert review is not None  # noqa: S101  for the type checker: it waits
        return _waiting(books, review)


def _waiting(books: Books, review: Review) -> InReview:
    task = existing(books, review.task)
    notes = tuple(books.tasks.notes(task.seq, NOTES))
    found = InReview(task, review, books.worktrees.of_task(task.id), notes, books.usage.on_task(task.id) or None)
    if books.mirror is None or not books.mirror.is_elsewhere(review.author_name):
        return found
    host = host_of(review.author_name)
    return found._replace(worktree=None, host=host, pushed=books.unmerged.of(task.id))
