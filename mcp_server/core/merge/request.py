"""Works out what to merge: which commits, into which base, who is still working on them, and how they are checked."""

from __future__ import annotations

from shlex import quote
from typing import Literal, NamedTuple

from mcp_server.core.leases.expire import end_gone
from mcp_server.core.workplace import Workplace
from mcp_server.domain.branch import Tip, Work
from mcp_server.domain.conflict import Conflict
from mcp_server.domain.errors import Misuse, shown
from mcp_server.domain.lease import Lease
from mcp_server.domain.merge import CheckResult, check_of
from mcp_server.domain.task import Task
from mcp_server.domain.text import clip
from mcp_server.domain.worktree import Worktree
from mcp_server.ports import Books, MergeTool

Reason = Literal["held", "uncommitted", "conflict", "refused", "check", "base", "moved", "unclear", "review"]


class NotMerged(NamedTuple):
    """The branch was not merged and nothing was changed: why, and what to do next."""

    reason: Reason
    advice: str
    holder: str | None = None
    paths: tuple[str, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    checked: CheckResult | None = None


class Options(NamedTuple):
    """The caller's options."""

    onto: str | None = None
    rebase: bool = False
    check: str | None = None
    no_check: bool = False
    committed_only: bool = False
    force: bool = False
    approves: bool = False
    """The task waits for review, and is approved with the merge."""
    push: bool | None = None
    """Whether the base is pushed after it; None: what the settings say."""


class MergeRequest(NamedTuple):
    """A branch to be merged, or with `commit` one that is on no branch. `root` is its checkout, `worktree` its record.

    `holder` is still working on it. `approves`: its task is approved with the merge.
    """

    branch: str
    commit: str | None
    base: str
    message: str
    style: str
    check: str | None
    root: str | None
    worktree: Worktree | None
    holder: Lease | None
    approves: bool = False

    def tip(self, git: MergeTool) -> str:
        """The commit that is to be merged now."""
        return self.commit or git.tip(self.branch) or ""

    def base_tip(self, git: MergeTool) -> str:
        """The commit that the base is on; refuses a base that does not exist."""
        tip = git.tip(self.base)
        if tip is None:
            raise Misuse(f"there is no branch {shown(self.base)} to merge into; --onto BRANCH names one")
        return tip


class _Named(NamedTuple):
    """What a name stands for. `chosen`: it is a branch's, so that branch is meant, whatever its worktree is on."""

    worktree: Worktree | None
    task: Task | None
    chosen: bool


def requested(place: Workplace, git: MergeTool, agent_id: int, name: str, options: Options) -> MergeRequest | NotMerged:
    """The merge that `name`, a task, worktree or branch, asks for; refuses one without a branch, or into itself.

    A task's work is what its worktree is on now. Where that may be something else, it is not merged.
    """
    if not name.strip():
        raise Misuse("no task, worktree or branch was named")
    settings = place.settings().merge
    with place.store.writing() as books:
        end_gone(books)
        named = _named(books, git, name)
    base = options.onto or (named.worktree.base if named.worktree is not None else git.main())
    if base is None:
        raise Misuse("the main checkout is on no branch; name the base with --onto BRANCH")
    found = _chosen(git, named, name, base)
    if isinstance(found, NotMerged):
        return found
    branch, commit, root = found
    if base == branch:
        raise Misuse(f"{branch} is its own base: there is nothing to merge")
    task = named.task
    if task is not None and task.status == "review" and not (options.approves or options.force):
        approve = f"interlock approve {quote(task.id)} --merge"
        return NotMerged("review", f"{task.id} waits for review; whoever approves it merges it: {approve}")
    with place.store.reading() as books:
        holder = None if options.force else _holder(books, task, root, _allowed(books, agent_id))
    said = options.check or (check_of(task.done_when) if task is not None else None) or settings.check
    return MergeRequest(
        branch,
        commit,
        base,
        _message(branch, task),
        "rebase" if options.rebase else settings.style,
        None if options.no_check else said,
        root,
        named.worktree,
        holder,
        options.approves,
    )


def _named(books: Books, git: MergeTool, name: str) -> _Named:
    worktree = books.worktrees.of_task(name) or books.worktrees.get(name)
    chosen = worktree is None and git.tip(name) is not None
    if chosen:
        root = git.checkout_of(name)
        worktree = books.worktrees.at(root) if root is not None else None
        worktree = worktree or next((one for one in books.worktrees.all() if one.branch == name), None)
    task = books.tasks.get((worktree.task if worktree is not None else None) or name)
    return _Named(worktree, task, chosen)


def _chosen(git: MergeTool, named: _Named, name: str, base: str) -> tuple[str, str | None, str | None] | NotMerged:
    """The branch to merge, the commit if it is on none, and its checkout."""
    worktree = named.worktree
    if worktree is None and not named.chosen:
        raise Misuse(_nothing_there(name, named.task))
    work = git.work(worktree, base) if worktree is not None else None
    root = git.checkout_of(name) if named.chosen else work.root if work is not None else None
    busy = (git.in_progress(root) if root is not None else None) or (work.busy if work is not None else None)
    if busy is not None:
        where = root or (worktree.path if worktree is not None else name)
        left = f" It has {work.missing}, which {base} lacks." if work is not None and work.tips else ""
        return NotMerged("unclear", f"{where} is in the middle of {busy}: finish or abort it there first.{left}")
    if named.chosen:
        return name, None, root
    assert worktree is not None and work is not None  # noqa: S101  for the type checker: it is known by now
    return _on(worktree, work, base)


def _on(worktree: Worktree, work: Work, base: str) -> tuple[str, str | None, str | None] | NotMerged:
    """What a worktree is on, if that is its own work, and nothing else of it is missing in the base."""
    if not work.tips:
        if work.commit is None and work.arrived is None:
            raise Misuse(
                f"the branch {shown(worktree.branch)} of {worktree.name} is gone, and so is its worktree: nothing is "
                f"left to merge. `interlock worktree remove {quote(worktree.name)}` forgets it and frees its dependants"
            )
        branch = work.branch if work.branch not in (None, base) else worktree.branch
        return branch, work.commit or work.arrived, work.root
    [tip, *more] = work.tips
    if not more and tip.own:
        return tip.name, None if tip.branch is not None else tip.commit, work.root
    ways = " or ".join(_way(one) for one in work.tips)
    if more:
        return NotMerged(
            "unclear", f"{worktree.name} has work in several places that {base} lacks: {work.missing}. {ways}"
        )
    if work.root is None:
        words = f"the worktree of {worktree.name} is gone; it was on {work.missing}, which {base} lacks: {ways}"
        return NotMerged("unclear", words)
    return NotMerged(
        "unclear",
        f"the worktree of {worktree.name} is on {work.missing}, which {base} lacks, but which were not made there. If "
        f"that is its work: {ways}; if not: git -C {quote(work.root)} switch {quote(worktree.branch)}",
    )


def _way(tip: Tip) -> str:
    if tip.branch is not None:
        return f"interlock merge {quote(tip.branch)}"
    return f"git branch NAME {tip.commit[:12]}, then interlock merge NAME"


def _nothing_there(name: str, task: Task | None) -> str:
    if task is not None:
        return f"{name} has no worktree; if it was done on a branch: interlock merge BRANCH"
    return f"there is no task, worktree or branch {shown(name)}"


def _allowed(books: Books, agent_id: int) -> set[int]:
    """The agents whose work the caller may merge before it is finished: its session and all subagents in it."""
    session = books.agents.get(agent_id).family[-1]
    return {agent_id, session} | {child.id for child in books.agents.children(session)}


def _holder(books: Books, task: Task | None, root: str | None, allowed: set[int]) -> Lease | None:
    for lease in books.leases.all():
        if lease.task is None or lease.is_review or lease.holder in allowed or not lease.is_live(books.now):
            continue
        if (task is not None and lease.task == task.id) or books.agents.get(lease.holder).worktree == root:
            return lease
    return None


def _message(branch: str, task: Task | None) -> str:
    return f"Merge {task.id}: {clip(task.title, 100)}" if task is not None else f"Merge {branch}"
