"""Creates a worktree: on which branch, from which commit, in which folder. Resumes an interrupted creation."""

from __future__ import annotations

import re
from shlex import quote
from typing import NamedTuple

from mcp_server.core.machines import unmerged
from mcp_server.core.workplace import Workplace
from mcp_server.core.worktrees.remove import sweep
from mcp_server.domain import accepted_text
from mcp_server.domain.errors import Misuse, shown
from mcp_server.domain.worktree import EVERYTHING, Trouble, Worktree, branch_called, branch_of_task, folder_of
from mcp_server.ports import Books, Trees

MOST_COMPARED = 200
_LIKE_OURS = re.compile(r"[Tt]\d+")
"""The ids that tasks get which are planned without one."""
EXCLUDED = ("/.claude/worktrees/", "/.env.interlock")


class Made(NamedTuple):
    """The worktree exists. `created` is False when it existed already; `notes` are remarks for the user."""

    worktree: Worktree
    created: bool
    notes: tuple[str, ...] = ()


class NotMade(NamedTuple):
    """The worktree could not be created, and why. Nothing was changed. `ask`: a person may want it all the same."""

    reason: str
    ask: str | None = None


class BranchStart(NamedTuple):
    """The commit that a branch starts at, and the base that it will be merged into."""

    base: str
    start: str
    note: str | None = None


def make(
    place: Workplace, trees: Trees, wanted: str, *, base: str | None = None, branch: str | None = None
) -> Made | NotMade:
    """Create a worktree for a task or with a name, on its own branch, or finish an interrupted creation.

    Refuses a name that git can't use, a base that does not exist, and a repository without a commit.
    """
    name = accepted_text.line("the worktree's name", wanted, accepted_text.NAME)
    with trees.locked():
        sweep(place, trees)
        return _made(place, trees, name, base, branch)


def _made(place: Workplace, trees: Trees, name: str, base: str | None, branch: str | None) -> Made | NotMade:
    with place.store.reading() as books:
        known = books.worktrees.get(name)
        task = books.tasks.get(name)
    if known is not None:
        return _again(place, trees, known, base, branch)
    if branch is not None and not trees.is_name(branch):
        raise Misuse(f"{shown(branch)} is not a valid name for a branch; nothing was changed")
    on = branch or (branch_of_task(task.id, task.title) if task else branch_called(name))
    origin = branch_start(trees, base)
    if task is None and branch is None and base is None:
        meant = _meant_task(place, name)
        if meant is not None:
            return meant
    taken = _taken(trees, name, on, chosen=branch is not None or task is not None, based=base is not None)
    if taken is not None:
        return NotMade(taken)
    continued = trees.commit(f"refs/heads/{on}")
    with place.store.writing() as books:
        path = _free_place(place, trees, books, on)
        worktree = books.worktrees.add(
            name, path, branch=on, base=origin.base, start=continued or origin.start, task=task.id if task else None
        )
        unmerged.record(books, worktree)
    notes = [origin.note, f"it continues the branch {on}" if continued else None]
    return _check_out(place, trees, worktree, notes, is_new=continued is None)


def _meant_task(place: Workplace, name: str) -> NotMade | None:
    """The refusal of a name that looks like a task's id, though there is no such task; None where it does not."""
    with place.store.reading() as books:
        known = [task.id for task in books.tasks.open(MOST_COMPARED)]
    shapes = {_shape(task_id) for task_id in known if any(character.isdigit() for character in task_id)}
    if not _LIKE_OURS.fullmatch(name) and _shape(name) not in shapes:
        return None
    near = next((task_id for task_id in known if task_id.lower() == name.lower()), None)
    words = f"there is no task {shown(name)}" + (f", only {near}" if near is not None else "")
    way = f"`interlock worktree add {quote(name)} --branch {quote(branch_called(name))}`"
    return NotMade(f"{words}. For a worktree of this name without a task: {way}", ask=words)


def _shape(task_id: str) -> str:
    return re.sub(r"\d+", "0", task_id.lower())


def _again(place: Workplace, trees: Trees, known: Worktree, base: str | None, branch: str | None) -> Made | NotMade:
    """The answer for a worktree that is known already."""
    if known.state == "removing":
        return NotMade(f"{known.name} was being removed; `interlock worktree remove {quote(known.name)}` finishes that")
    if branch is not None and branch != known.branch:
        return NotMade(f"{known.name} already has a worktree on the branch {known.branch} in {known.path}")
    if base is not None and branch_start(trees, base).base != known.base:
        return NotMade(f"{known.name} already has a worktree in {known.path}, to be merged into {known.base}")
    if known.state == "ready":
        if trees.is_there(known.path):
            return Made(known, created=False)
        return NotMade(f"the folder of {known.name}, {known.path}, is gone; `interlock worktree repair` fixes that")
    return finish(place, trees, known)


def finish(place: Workplace, trees: Trees, worktree: Worktree) -> Made | NotMade:
    """Finish a worktree whose creation was interrupted. Files that are not from its commit are never deleted."""
    if trees.is_whole(worktree.path):
        return _ready(place, trees, worktree, ["its creation was interrupted, but it is complete"])
    foreign_files = trees.foreign_files(worktree.path, worktree.start)
    if foreign_files:
        some = ", ".join(foreign_files[:5]) + (" …" if len(foreign_files) > 5 else "")
        return NotMade(
            f"{worktree.path} is incomplete and has files that are not from its commit: {some}. Move them away, "
            "then run the command again"
        )
    trees.clear(worktree.path)
    return _check_out(place, trees, worktree, ["its creation was interrupted and was started again"])


def _check_out(
    place: Workplace, trees: Trees, worktree: Worktree, notes: list[str | None], *, is_new: bool = False
) -> Made:
    try:
        for pattern in EXCLUDED:
            trees.exclude(pattern)
        notes.append(trees.make(worktree.path, worktree.branch, worktree.start))
    except Trouble:
        if not trees.is_there(worktree.path):  # nothing was created, so nothing is left behind
            with place.store.writing() as books:
                books.worktrees.forget(worktree.name)
                unmerged.drop(books, worktree)
            if is_new:
                trees.drop_branch(worktree.branch, worktree.start)
        raise
    return _ready(place, trees, worktree, notes)


def _ready(place: Workplace, trees: Trees, worktree: Worktree, notes: list[str | None]) -> Made:
    trees.unlock(worktree.path)
    with place.store.writing() as books:
        books.worktrees.move(worktree.name, "ready")
        books.worktrees.leave(worktree.name, (EVERYTHING,))
        books.events.add("worktree_made", worktree.name, detail=worktree.path)
    return Made(
        worktree._replace(state="ready", undone=(EVERYTHING,)),
        created=True,
        notes=tuple(note for note in notes if note),
    )


def branch_start(trees: Trees, wanted: str | None) -> BranchStart:
    """Where a branch would start and what it would be merged into; refuses where that is unclear."""
    branch, head = trees.head()
    if wanted is not None:
        start = trees.commit_here(wanted)
        if start is None:
            raise Misuse(f"there is no branch and no commit {shown(wanted)}; nothing was changed")
        here = trees.branch_here() if wanted in ("HEAD", "@") else None
        return _default_base(trees, here or wanted, start)
    if head is None:
        raise Misuse("this repository has no commit yet, and a worktree needs one: commit something first")
    return BranchStart(branch, head) if branch is not None else _default_base(trees, "HEAD", head)


def _default_base(trees: Trees, wanted: str, start: str) -> BranchStart:
    for name in (wanted.removeprefix("refs/heads/"), wanted.partition("/")[2]):
        if name and trees.is_branch(name):
            return BranchStart(name, start)
    default = trees.default_branch()
    if default is None:
        raise Misuse(f"{wanted} is not a branch, so the base to merge into is unknown; name it with --base BRANCH")
    return BranchStart(default, start, f"it starts at {start[:12]} and will be merged into {default}")


def _taken(trees: Trees, name: str, branch: str, *, chosen: bool, based: bool) -> str | None:
    """Why the branch can't be used; None when it can. An existing branch is continued if it is `chosen`, or a task's.

    A branch that exists on a remote may be meant, so a new one needs a given base (`based`).
    """
    if not trees.is_branch(branch):
        beside = trees.branch_in_the_way(branch)
        if beside is not None:
            return f"git can't have both {branch} and {beside}; choose another branch with --branch NAME"
        return None if chosen else _taken_on_remote(trees, name, branch, based=based)
    holder = next((tree for tree in trees.listed() if tree.branch == branch), None)
    if holder is not None:
        return f"the branch {branch} is checked out in {holder.path}; choose another with --branch NAME"
    if chosen:
        return None
    return (
        f"the branch {branch} exists already; `interlock worktree add {quote(name)} --branch {quote(branch)}` "
        "continues it, another name after --branch creates a new one"
    )


def _taken_on_remote(trees: Trees, name: str, branch: str, *, based: bool) -> str | None:
    remote = trees.remote_branch(branch)
    if remote is None or (based and remote != branch):
        return None
    if remote == branch:
        local = branch.partition("/")[2]
        return f"{branch} is a remote's; `interlock worktree add {quote(local)} --base {quote(remote)}` starts there"
    return (
        f"the branch {remote} exists already; `interlock worktree add {quote(name)} --base {quote(remote)}` "
        "starts there, another name after --branch creates a new one"
    )


def _free_place(place: Workplace, trees: Trees, books: Books, branch: str) -> str:
    beside = place.settings().worktree.place == "beside"
    folder, number = folder_of(branch), 1
    path = trees.place(folder, beside=beside)
    while trees.is_there(path) or books.worktrees.at(path) is not None:
        number += 1
        path = trees.place(f"{folder}-{number}", beside=beside)
    return path
