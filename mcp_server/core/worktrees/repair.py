"""Repairs worktrees: what was interrupted is finished, what is gone is forgotten. Work is never deleted."""

from __future__ import annotations

from typing import Literal, NamedTuple

from mcp_server.core.workplace import Workplace
from mcp_server.core.worktrees import create
from mcp_server.core.worktrees.remove import Target, all_worktrees, clear, find, forget, sweep, unmerged_work
from mcp_server.domain.worktree import EVERYTHING, Worktree
from mcp_server.ports import Trees


class Repaired(NamedTuple):
    """What was done about one worktree. `lacking` is set when it still has to be set up."""

    name: str
    path: str
    what: Literal["finished", "removed", "forgotten", "adopted", "left", "fine"]
    words: str
    lacking: Worktree | None = None


def repair_worktrees(place: Workplace, trees: Trees, wanted: str | None = None) -> list[Repaired]:
    """Repair all worktrees that Interlock created, or this one; returns what was done about each."""
    with trees.locked():
        trees.repair()
        _record_moves(place, trees)
        targets = all_worktrees(place, trees) if wanted is None else [find(place, trees, wanted)]
        return [_repaired(place, trees, target, target.known) for target in targets if target.known is not None]


def adopt(place: Workplace, trees: Trees, path: str) -> Repaired | None:
    """Manage the worktree in this folder from now on, whoever created it; None for the main one, and where none is."""
    with trees.locked():
        sweep(place, trees)
        target = next((found for found in all_worktrees(place, trees) if trees.is_same(found.path, path)), None)
        if target is None or target.listed is None or target.listed.is_main:
            return None
        if target.known is not None:
            return _repaired(place, trees, target, target.known)
        worktree = _adopted(place, trees, target)
        return Repaired(worktree.name, worktree.path, "adopted", "Interlock manages it now", worktree)


def _repaired(place: Workplace, trees: Trees, target: Target, known: Worktree) -> Repaired:
    if known.state == "making":
        return _finished(place, trees, known)
    if known.state == "removing":
        return _removal_finished(place, trees, target)
    if not trees.is_there(known.path):
        unmerged = unmerged_work(place, trees, target)
        if unmerged is not None:
            words = f"its folder is gone, and {known.base} lacks {unmerged}: interlock merge {known.name}"
            return Repaired(known.name, known.path, "left", words)
        trees.clear(known.path)
        forget(place, target)
        stays = f"; the branch {known.branch} stays" if trees.is_branch(known.branch) else ""
        return Repaired(known.name, known.path, "forgotten", f"its folder is gone{stays}")
    if known.undone:
        return Repaired(known.name, known.path, "finished", "its set-up was not finished", known)
    return Repaired(known.name, known.path, "fine", "nothing to do")


def _finished(place: Workplace, trees: Trees, known: Worktree) -> Repaired:
    made = create.finish(place, trees, known)
    if isinstance(made, create.NotMade):
        return Repaired(known.name, known.path, "left", made.reason)
    return Repaired(known.name, known.path, "finished", "; ".join(made.notes), made.worktree)


def _removal_finished(place: Workplace, trees: Trees, target: Target) -> Repaired:
    """Finish an interrupted removal, unless there are new files."""
    changes = (
        [path for path in trees.changes(target.path) if trees.is_there(f"{target.path}/{path}")]
        if (target.listed is not None and trees.is_whole(target.path))
        else []
    )
    if changes:
        words = f"it was being removed and has uncommitted changes: {', '.join(changes[:5])}"
        return Repaired(target.name, target.path, "left", words)
    removed = clear(place, trees, target)
    return Repaired(removed.name, removed.path, "removed", f"its removal was interrupted; {removed.branch}")


def _record_moves(place: Workplace, trees: Trees) -> None:
    """A worktree that was moved is recognised by its branch, or by the name that git keeps for it."""
    with place.store.reading() as books:
        known = books.worktrees.all()
    gone = [worktree for worktree in known if worktree.state == "ready" and not trees.is_there(worktree.path)]
    moved = [(worktree.name, root) for worktree in gone if (root := trees.work(worktree).root) is not None]
    with place.store.writing() as books:
        for name, path in moved:
            if books.worktrees.at(path) is None:
                books.worktrees.relocate(name, path)


def _adopted(place: Workplace, trees: Trees, target: Target) -> Worktree:
    branch = target.branch or ""
    base = trees.head()[0] or trees.default_branch() or ""
    with place.store.writing() as books:
        name, number = target.name, 1
        while books.worktrees.get(name) is not None:
            number += 1
            name = f"{target.name}-{number}"
        start = target.listed.head if target.listed and target.listed.head else ""
        worktree = books.worktrees.add(name, target.path, branch=branch, base=base, start=start, task=None)
        books.worktrees.move(name, "ready")
        books.worktrees.leave(name, (EVERYTHING,))
    return worktree._replace(state="ready", undone=(EVERYTHING,))
