"""Checkpoints: what an agent was observed to do, recorded with its task for whoever continues it."""

from __future__ import annotations

from mcp_server.domain.text import clip

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mcp_server.core.workplace import Workplace
    from mcp_server.domain.agent import Agent
    from mcp_server.domain.lease import Lease
    from mcp_server.domain.task import Task
    from mcp_server.ports import Books

SHOWN_FILES = 12
SHOWN_COMMITS = 5
NOTES_SEARCHED = 10
LONGEST = 1_000


def keep_all(books: Books, agent: Agent, why: str, commits: Callable[[Lease], Sequence[str]] | None = None) -> None:
    """Record a checkpoint for each task that the agent holds; `commits` finds the commits made since a claim began."""
    for lease in books.leases.held_by(agent.id):
        if lease.task is not None and lease.resource is None:
            keep(books, lease, why, commits(lease) if commits is not None else ())


def keep(books: Books, lease: Lease, why: str, commits: Sequence[str] = ()) -> None:
    """Record what the holder has done since its claim began, if anything, and if it is not recorded yet."""
    task = books.tasks.get(lease.task) if lease.task is not None else None
    done = _done(books, lease, commits) if task is not None else []
    if task is None or not done:
        return
    body = " ".join(done)
    if not any(body in note.text for note in books.tasks.notes(task.seq, 3)):
        books.tasks.note(task.seq, lease.holder, clip(f"(kept by Interlock: {why}) {body}", LONGEST))


def keep_commits(place: Workplace, lease: Lease, task: Task) -> None:
    """Record the commits that the former holder of a task made: git was not asked when it was killed."""
    with place.store.reading() as books:
        worktree = books.agents.get(lease.holder).worktree
    commits = place.checkout.commits(worktree, lease.granted_at, lease.scope)
    with place.store.writing() as books:
        known = " ".join(note.text for note in books.tasks.notes(task.seq, NOTES_SEARCHED))
        fresh = [commit for commit in commits if commit not in known]
        if fresh:
            words = f"(kept by Interlock: found after it ended) Committed: {'; '.join(fresh[:SHOWN_COMMITS])}."
            books.tasks.note(task.seq, lease.holder, clip(words, LONGEST))


def _done(books: Books, lease: Lease, commits: Sequence[str]) -> list[str]:
    from mcp_server.core.leases.obstacles import parsed  # only a lease that ends needs it

    scope = parsed(lease.scope)
    edited = [path for path in books.journal.edited_by(lease.holder, lease.granted_at) if scope.covers(path)]
    tested, failure = books.activity.tested(lease.holder), books.activity.last_failure(lease.holder)
    parts = []
    if edited:
        more = f" and {len(edited) - SHOWN_FILES} more" if len(edited) > SHOWN_FILES else ""
        parts.append(f"Edited: {', '.join(edited[:SHOWN_FILES])}{more}.")
    if commits:
        parts.append(f"Committed: {'; '.join(commits[:SHOWN_COMMITS])}.")
    if tested is not None and tested.at >= lease.granted_at:
        parts.append(f"Its last test run {'failed' if tested.failed else 'passed'}: `{clip(tested.command, 120)}`.")
    if failure is not None and failure.at >= lease.granted_at and not (tested and tested.command == failure.command):
        parts.append(f"Its last command that failed: `{clip(failure.command, 120)}`.")
    return parts
