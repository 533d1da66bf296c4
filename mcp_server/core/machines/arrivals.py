"""Which work has arrived where every machine can have it: in the base of the repository that all of them cloned?

Then what depends on it becomes ready, on every machine. Whoever needs to know asks first, outside a transaction, since
git takes its time; the session's server asks about once a minute.
"""

from __future__ import annotations

from mcp_server.core.leases.dependants import MergedTask, free
from mcp_server.core.machines.unmerged import record
from mcp_server.domain.machines.unmerged import UnmergedWork

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.core.workplace import Workplace
    from mcp_server.ports import Books

OVER = ("done", "dropped")


def arrive(place: Workplace) -> list[str]:
    """Record what has arrived; returns the tasks that became ready. Work of a worktree made before counts as well."""
    remote = place.remote
    if remote is None:
        return []
    with place.store.reading() as books:
        host = books.mirror.host if books.mirror is not None else None
        works = [] if host is None else _finished(books, host)
        dirty = {work.task: place_of for work in works if (place_of := _unmerged_place(books, work, host))}
    found = [
        work
        for work in works
        if remote.has(work, own=work.host == host) and not (work.task in dirty and _is_dirty(place, dirty[work.task]))
    ]
    if not found:
        return []
    ready: list[str] = []
    with place.store.writing() as books:
        for work in found:
            if books.unmerged.of(work.task) == work and _is_over(books, work):
                ready += _arrived(books, work, remote.name(work.base), remote.tip(work.base))
    return ready


def adopt(place: Workplace) -> None:
    """Record the work of worktrees that were made before others shared the state; once is enough."""
    with place.store.reading() as books:
        missing = [
            tree for tree in books.worktrees.all() if tree.merged is None and tree.task and tree.state == "ready"
        ]
        missing = (
            [] if books.mirror is None else [tree for tree in missing if books.unmerged.of(tree.task or "") is None]
        )
    if not missing:
        return
    with place.store.writing() as books:
        for tree in missing:
            record(books, tree)


def _finished(books: Books, host: str) -> list[UnmergedWork]:
    """The work of finished tasks that may have arrived: merged on some machine, or this machine's own."""
    works = [work for work in books.unmerged.all() if work.merged is not None or work.host == host]
    return [work for work in works if _is_over(books, work)]


def _is_over(books: Books, work: UnmergedWork) -> bool:
    task = books.tasks.get(work.task)
    return task is None or task.status in OVER


def _unmerged_place(books: Books, work: UnmergedWork, host: str | None) -> str | None:
    """The folder of work of this machine that was not merged here: what is not committed there is missing."""
    worktree = books.worktrees.of_task(work.task) if work.host == host and work.merged is None else None
    return worktree.path if worktree is not None else None


def _is_dirty(place: Workplace, folder: str) -> bool:
    return bool(place.checkout.uncommitted(folder, lambda _path: True))


def _arrived(books: Books, work: UnmergedWork, remote: str | None, tip: str | None) -> list[str]:
    """The work is in the remote's base, now at `tip`; `remote` is its name."""
    books.unmerged.end(work.task)
    worktree = books.worktrees.of_task(work.task)
    if worktree is not None and worktree.merged is None and work.merged is None:
        books.worktrees.record_merge(worktree.name, tip)  # there it was merged by other means, as on a web page
    task = books.tasks.get(work.task)
    if task is None:
        return []
    start = f"{remote}/{work.base}" if remote is not None else work.base
    pull = f"git fetch {remote}, then git merge {start}" if remote is not None else f"git merge {start}"
    books.events.add("arrived", work.task, detail=f"in {start}")
    return free(
        books,
        MergedTask(
            work.task, f"{work.task} is merged and in {start}: start from there", f"In an older checkout: {pull}."
        ),
    )
