"""Works out what to merge: which branch, into which base, who is still working on it, and how it is checked."""

from __future__ import annotations

from typing import NamedTuple

from mcp_server.core.leases.expire import end_gone
from mcp_server.core.workplace import Workplace
from mcp_server.domain.errors import Misuse, shown
from mcp_server.domain.lease import Lease
from mcp_server.domain.merge import check_of
from mcp_server.domain.task import Task
from mcp_server.domain.text import clip
from mcp_server.domain.worktree import Worktree
from mcp_server.ports import Books, MergeTool


class Options(NamedTuple):
    """The caller's options."""

    onto: str | None = None
    rebase: bool = False
    check: str | None = None
    no_check: bool = False
    committed_only: bool = False
    force: bool = False


class MergeRequest(NamedTuple):
    """A branch to be merged. `holder` is still working on it; `root` is its checkout, `worktree` its name."""

    branch: str
    base: str
    message: str
    style: str
    check: str | None
    root: str | None
    worktree: str | None
    holder: Lease | None

    def base_tip(self, git: MergeTool) -> str:
        """The commit that the base is on; refuses a base that does not exist."""
        tip = git.tip(self.base)
        if tip is None:
            raise Misuse(f"there is no branch {shown(self.base)} to merge into; --onto BRANCH names one")
        return tip


def requested(place: Workplace, git: MergeTool, agent_id: int, name: str, options: Options) -> MergeRequest:
    """The merge that `name`, a task, worktree or branch, asks for; refuses one without a branch, or into itself."""
    settings = place.settings().merge
    with place.store.writing() as books:
        end_gone(books)
        worktree, task = _named(books, name)
        branch = worktree.branch if worktree is not None else name
        if git.tip(branch) is None:
            raise Misuse(_nothing_there(name, worktree, task))
        root = git.checkout_of(branch)
        holder = None if options.force else _holder(books, task, root, _allowed(books, agent_id))
    base = options.onto or (worktree.base if worktree is not None else git.main())
    if base is None:
        raise Misuse("the main checkout is on no branch; name the base with --onto BRANCH")
    if base == branch:
        raise Misuse(f"{branch} is its own base: there is nothing to merge")
    said = options.check or (check_of(task.done_when) if task is not None else None) or settings.check
    return MergeRequest(
        branch,
        base,
        _message(branch, task),
        "rebase" if options.rebase else settings.style,
        None if options.no_check else said,
        root,
        worktree.name if worktree is not None else None,
        holder,
    )


def _named(books: Books, name: str) -> tuple[Worktree | None, Task | None]:
    worktree = books.worktrees.of_task(name) or books.worktrees.get(name)
    worktree = worktree or next((one for one in books.worktrees.all() if one.branch == name), None)
    task = books.tasks.get((worktree.task if worktree is not None else None) or name)
    return worktree, task


def _nothing_there(name: str, worktree: Worktree | None, task: Task | None) -> str:
    if worktree is not None:
        return f"the branch {shown(worktree.branch)} of {name} is gone"
    if task is not None:
        return f"{name} has no worktree; if it was done on a branch: interlock merge BRANCH"
    return f"there is no task, worktree or branch {shown(name)}"


def _allowed(books: Books, agent_id: int) -> set[int]:
    """The agents whose work the caller may merge before it is finished: its session and all subagents in it."""
    session = books.agents.get(agent_id).family[-1]
    return {agent_id, session} | {child.id for child in books.agents.children(session)}


def _holder(books: Books, task: Task | None, root: str | None, allowed: set[int]) -> Lease | None:
    for lease in books.leases.all():
        if lease.task is None or lease.holder in allowed or not lease.is_live(books.now):
            continue
        if (task is not None and lease.task == task.id) or books.agents.get(lease.holder).worktree == root:
            return lease
    return None


def _message(branch: str, task: Task | None) -> str:
    return f"Merge {task.id}: {clip(task.title, 100)}" if task is not None else f"Merge {branch}"
