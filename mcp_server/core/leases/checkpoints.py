"""What an agent leaves behind, kept with its task for whoever continues it: only what was observed."""

from __future__ import annotations

from mcp_server.core.leases.obstacles import parsed
from mcp_server.domain.text import clip
from mcp_server.ports import Books

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mcp_server.core.workplace import Workplace
    from mcp_server.domain.agent import Agent
    from mcp_server.domain.lease import Lease
    from mcp_server.domain.task import Task

SHOWN_FILES = 12
SHOWN_COMMITS = 5
NOTES_LOOKED_AT = 10
LONGEST = 1_000


def keep_all(books: Books, agent: Agent, why: str, commits: Callable[[Lease], Sequence[str]] | None = None) -> None:
    """Keep a checkpoint of each task that the agent holds; `commits` says which it made since a claim began."""
    for lease in books.leases.held_by(agent.id):
        if lease.task is not None and lease.resource is None:
            keep(books, lease, why, commits(lease) if commits is not None else ())


def keep(books: Books, lease: Lease, why: str, commits: Sequence[str] = ()) -> None:
    """Keep what the holder has done since its claim began; nothing when that is nothing, or was kept before."""
    task = books.tasks.get(lease.task) if lease.task is not None else None
    done = _done(books, lease, commits) if task is not None else []
    if task is None or not done:
        return
    body = " ".join(done)
    if not any(body in note.text for note in books.tasks.notes(task.seq, 3)):
        books.tasks.note(task.seq, lease.holder, clip(f"(kept by Interlock: {why}) {body}", LONGEST))


def keep_commits(place: Workplace, lease: Lease, task: Task) -> None:
    """Keep which commits the former holder of a task made in its claim: git was not asked when it was killed."""
    with place.store.reading() as books:
        worktree = books.agents.get(lease.holder).worktree
    commits = place.checkout.commits(worktree, lease.granted_at, lease.scope)
    with place.store.writing() as books:
        known = " ".join(note.text for note in books.tasks.notes(task.seq, NOTES_LOOKED_AT))
        fresh = [commit for commit in commits if commit not in known]
        if fresh:
            words = f"(kept by Interlock: found after it ended) Committed: {'; '.join(fresh[:SHOWN_COMMITS])}."
            books.tasks.note(task.seq, lease.holder, clip(words, LONGEST))


def _done(books: Books, lease: Lease, commits: Sequence[str]) -> list[str]:
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
