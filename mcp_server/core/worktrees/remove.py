"""Removes a worktree, unless that loses work or somebody is working there."""

from __future__ import annotations

from shlex import quote
from typing import NamedTuple

from mcp_server.core.agents.command_line import announce
from mcp_server.core.machines import unmerged
from mcp_server.core.tasks.unblock import is_over
from mcp_server.core.workplace import Workplace
from mcp_server.core.worktrees.locks import is_left
from mcp_server.core.worktrees.ports import release
from mcp_server.domain.agent import Agent
from mcp_server.domain.errors import Misuse, shown
from mcp_server.domain.text import stamp
from mcp_server.domain.worktree import Listed, Worktree
from mcp_server.ports import Books, Processes, Trees

NAMED = 5


class Removed(NamedTuple):
    """The worktree is removed. `branch` says what happened to its branch."""

    name: str
    path: str
    branch: str


class Kept(NamedTuple):
    """The worktree is kept: `reason` says what would be lost, or who is working in it."""

    name: str
    path: str
    reason: str


class Target(NamedTuple):
    """A worktree that git lists, that Interlock created, or both."""

    path: str
    known: Worktree | None
    listed: Listed | None

    @property
    def name(self) -> str:
        """What it is called."""
        return self.known.name if self.known else self.path.rpartition("/")[2]

    @property
    def branch(self) -> str | None:
        """The branch that it is on now."""
        return self.listed.branch if self.listed else self.known.branch if self.known else None


def remove_worktree(
    place: Workplace, trees: Trees, wanted: str, *, forced_by: int | None = None, keep_branch: bool = False
) -> Removed | Kept:
    """Remove a worktree and, when its work is in the base, its branch; refuses one that is not known, and the main one.

    It is kept while it has uncommitted or unmerged work or somebody is working there, unless a person forces it; then
    whoever works there is notified.
    """
    with trees.locked():
        target = find(place, trees, wanted)
        reason = None if forced_by is not None else _reason(place, trees, target)
        if reason is not None:
            return Kept(target.name, target.path, reason)
        removed = clear(place, trees, target, keep_branch=keep_branch)
    if forced_by is not None:
        _announce(place, target, forced_by)
    return removed


def _announce(place: Workplace, target: Target, forced_by: int) -> None:
    with place.store.writing() as books:
        person = books.agents.get(forced_by)
        books.events.add("worktree_forced", target.name, agent=person.id, detail=target.path)
        body = f"It was {target.path}, with all that was not committed in it. Stop working there and ask the user."
        subject = f"{person.name} removed the worktree {target.name} by force"
        announce(books, person, subject, body, to=live_in(books, place.processes, target.path))


def clear(place: Workplace, trees: Trees, target: Target, *, keep_branch: bool = False) -> Removed:
    """Delete it, whatever is in it, and all records of it. Can be repeated after an interruption."""
    if target.known is not None:
        with place.store.writing() as books:
            books.worktrees.move(target.known.name, "removing")
    trees.clear(target.path)
    branch = _branch_of(trees, target, keep=keep_branch)
    if target.known is not None and target.known.branch != target.branch and not keep_branch:
        _branch_of(trees, target._replace(listed=None), keep=False)  # the one that it was created on, if that is merged
    forget(place, target)
    return Removed(target.name, target.path, branch)


def forget(place: Workplace, target: Target) -> None:
    """Forget a worktree that is gone, and release what was allocated to it."""
    with place.store.writing() as books:
        if target.known is not None:
            release(books, target.known.name)
            books.worktrees.forget(target.known.name)
            unmerged.drop(books, target.known)
            if target.known.task is not None:
                books.tasks.settle(target.known.task)
        books.events.add("worktree_removed", target.name, detail=target.path)


def sweep(place: Workplace, trees: Trees) -> None:
    """Forget worktrees that were removed with git itself, as the client does with its own."""
    for target in all_worktrees(place, trees):
        was_ready = target.known is not None and target.known.state == "ready"
        is_gone = was_ready and target.listed is None and not trees.is_there(target.path)
        if is_gone and unmerged_work(place, trees, target) is None:
            forget(place, target)


def unmerged_work(place: Workplace, trees: Trees, target: Target) -> str | None:
    """The work of a finished task that its base lacks, in words: its dependants wait for that, worktree or not."""
    known = target.known
    if known is None or known.task is None or known.merged is not None:
        return None
    with place.store.reading() as books:
        if not is_over(books, known):
            return None
    return trees.work(known).missing or None


def find(place: Workplace, trees: Trees, wanted: str) -> Target:
    """The worktree with this name, task, branch, folder or path; refuses an unknown, an ambiguous and the main one."""
    if not wanted.strip():
        raise Misuse("no worktree was named; `interlock worktree list` shows them all")
    found = all_worktrees(place, trees)
    targets = [target for target in found if target.listed is None or not target.listed.is_main]
    for called in (
        [target for target in targets if target.known and wanted in (target.known.name, target.known.task)],
        [target for target in targets if target.branch == wanted or trees.is_same(target.path, wanted)],
        [target for target in targets if target.path.rpartition("/")[2] == wanted],
    ):
        if len(called) == 1:
            return called[0]
        if called:
            raise Misuse(f"{shown(wanted)} may be {' or '.join(target.path for target in called)}; give the path")
    main = found[0]
    if wanted in (main.name, main.branch) or trees.is_same(main.path, wanted):
        raise Misuse(f"{shown(wanted)} is the main worktree, {main.path}, which can't be removed")
    raise Misuse(f"there is no worktree {shown(wanted)}; `interlock worktree list` shows them all")


def all_worktrees(place: Workplace, trees: Trees) -> list[Target]:
    """All worktrees: first those that git lists, moved or not, then those that only Interlock knows."""
    with place.store.reading() as books:
        known = {worktree.path: worktree for worktree in books.worktrees.all()}
    listed = trees.listed()
    here = {tree.path for tree in listed}
    moved = {trees.work(one).root: one for path, one in known.items() if path not in here and one.state == "ready"}
    found = [Target(tree.path, known.get(tree.path) or moved.get(tree.path), tree) for tree in listed]
    shown = {target.known.name for target in found if target.known is not None}
    return found + [Target(path, worktree, None) for path, worktree in known.items() if worktree.name not in shown]


def live_in(books: Books, processes: Processes, path: str) -> list[Agent]:
    """The agents that are working in this worktree now."""
    return [
        agent
        for agent in books.agents.in_worktree(path)
        if agent.ended_at is None and not (agent.process is not None and processes.is_gone(agent.process))
    ]


def _reason(place: Workplace, trees: Trees, target: Target) -> str | None:
    """Why it should not be removed, and what to do; None when it can."""
    anyway = f"or use --force, which loses it: `interlock worktree remove --force {quote(target.name)}`"
    with place.store.reading() as books:
        live = live_in(books, place.processes, target.path)
    if live:
        one = live[0]
        return f"{one.name} is working there, last seen {stamp(one.seen_at)}; end that session, or use --force"
    locked = target.listed.locked if target.listed is not None and not _half_made(target) else None
    if locked is not None and not is_left(place.processes, locked):
        return f"it is locked ({locked or 'no reason given'}); `git worktree unlock` it, {anyway}"
    changes = [] if _half_made(target) else _lost(trees, target)
    if changes:
        some = ", ".join(changes[:NAMED]) + (f" and {len(changes) - NAMED} more" if len(changes) > NAMED else "")
        return f"{len(changes)} file(s) in it are not committed: {some}. Commit them, {anyway}"
    if trees.unpushed(target.path):
        return f"a submodule in it has commits that were not pushed. Push them, {anyway}"
    return _unmerged(trees, target, anyway)


def _lost(trees: Trees, target: Target) -> list[str]:
    """What is not committed. Where a removal was interrupted, missing files are not somebody's changes."""
    changes = trees.changes(target.path)
    if target.known is not None and target.known.state == "removing":
        return [path for path in changes if trees.is_there(f"{target.path}/{path}")]
    return changes


def _half_made(target: Target) -> bool:
    return target.known is not None and target.known.state == "making"


def _unmerged(trees: Trees, target: Target, anyway: str) -> str | None:
    work = trees.work(target.known) if target.known is not None and target.known.merged is None else None
    if work is not None and work.busy is not None:
        return f"it is in the middle of {work.busy}; finish or abort it there, {anyway}"
    elsewhere = [tip for tip in work.tips if tip.branch not in (None, target.branch)] if work is not None else []
    if elsewhere and target.known is not None:
        return (
            f"{elsewhere[0].words} is not in {target.known.base}. Merge it: `interlock merge "
            f"{quote(elsewhere[0].name)}`; or use --force, which keeps the branch: `interlock worktree remove --force "
            f"{quote(target.name)}`"
        )
    if target.branch is None:
        head = target.listed.head if target.listed else None
        if head is None or trees.is_in_a_branch(head):
            return None
        return f"its commit {head[:12]} is on no branch. Make one (git branch NAME {head[:12]}), {anyway}"
    count, base = missing(trees, target)
    if not count:
        return None
    return (
        f"{count} commit(s) of {target.branch} are not in {base}. Merge them: `interlock merge "
        f"{quote(target.branch)}`; or use --force, which keeps the branch: `interlock worktree remove --force "
        f"{quote(target.name)}`"
    )


def missing(trees: Trees, target: Target) -> tuple[int, str]:
    """How many commits of its branch are not merged, and into which base."""
    base = target.known.base if target.known else trees.head()[0] or trees.default_branch() or ""
    if target.branch is None or not trees.is_branch(target.branch) or not base:
        return 0, base
    bases = [
        merged_to
        for merged_to in (base, target.known.merged if target.known else None)
        if merged_to and trees.commit(merged_to)
    ]
    return min((trees.missing_from(merged_to, f"refs/heads/{target.branch}") for merged_to in bases), default=0), base


def _branch_of(trees: Trees, target: Target, *, keep: bool) -> str:
    """Delete the branch if all of it is merged; says what happened to it."""
    branch = target.branch
    tip = trees.commit(f"refs/heads/{branch}") if branch else None
    if branch is None or tip is None:
        return "it was on no branch"
    if keep:
        return f"the branch {branch} stays"
    count, base = missing(trees, target)
    if count or branch == base:
        return f"the branch {branch} stays" + (f": {count} commit(s) of it are not in {base}" if count else "")
    return f"the branch {branch} is gone with it" if trees.drop_branch(branch, tip) else f"the branch {branch} stays"
