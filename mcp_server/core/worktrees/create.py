"""Making a worktree: on which branch, from which commit, where; and making it again where that was broken off."""

from __future__ import annotations

from shlex import quote
from typing import NamedTuple

from mcp_server.core.workplace import Workplace
from mcp_server.core.worktrees.remove import sweep
from mcp_server.domain import accepted_text
from mcp_server.domain.errors import Misuse, shown
from mcp_server.domain.worktree import EVERYTHING, Trouble, Worktree, branch_called, branch_of_task, folder_of
from mcp_server.ports import Books, Trees

EXCLUDED = ("/.claude/worktrees/", "/.env.interlock")


class Made(NamedTuple):
    """The worktree is there. `created` is False when it was before; `notes` are what is good to know."""

    worktree: Worktree
    created: bool
    notes: tuple[str, ...] = ()


class NotMade(NamedTuple):
    """There is something in the way. Nothing was changed."""

    reason: str


class Beginning(NamedTuple):
    """The commit that a branch begins at, and the branch that it goes home to."""

    base: str
    start: str
    note: str | None = None


def make(
    place: Workplace, trees: Trees, wanted: str, *, base: str | None = None, branch: str | None = None
) -> Made | NotMade:
    """A worktree for a task or under a name of one's own, on a branch of its own; again where it was broken off.

    Refuses a name that git cannot take, a base that is not there, and a repository without a commit.
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
        raise Misuse(f"git takes no branch by the name {shown(branch)}; nothing was changed")
    on = branch or (branch_of_task(task.id, task.title) if task else branch_called(name))
    origin = beginning(trees, base)
    taken = _taken(trees, name, on, chosen=branch is not None or task is not None, based=base is not None)
    if taken is not None:
        return NotMade(taken)
    continued = trees.commit(f"refs/heads/{on}")
    with place.store.writing() as books:
        path = _free_place(place, trees, books, on)
        worktree = books.worktrees.add(
            name, path, branch=on, base=origin.base, start=continued or origin.start, task=task.id if task else None
        )
    notes = [origin.note, f"it goes on with the branch {on}" if continued else None]
    return _check_out(place, trees, worktree, notes, begins=continued is None)


def _again(place: Workplace, trees: Trees, known: Worktree, base: str | None, branch: str | None) -> Made | NotMade:
    """The command was given before."""
    if known.state == "removing":
        return NotMade(
            f"{known.name} was being removed; `interlock worktree remove {quote(known.name)}` goes on with that"
        )
    if branch is not None and branch != known.branch:
        return NotMade(f"{known.name} has a worktree already, on the branch {known.branch}, in {known.path}")
    if base is not None and beginning(trees, base).base != known.base:
        return NotMade(f"{known.name} has a worktree already, which is to be merged into {known.base}, in {known.path}")
    if known.state == "ready":
        if trees.is_there(known.path):
            return Made(known, created=False)
        return NotMade(
            f"the folder of {known.name}, {known.path}, is gone; `interlock worktree repair` puts that right"
        )
    return finish(place, trees, known)


def finish(place: Workplace, trees: Trees, worktree: Worktree) -> Made | NotMade:
    """Go on with a worktree whose making was broken off. Nothing in it is deleted that is not from its commit."""
    if trees.is_whole(worktree.path):
        return _ready(place, trees, worktree, ["it was being made and is complete"])
    strangers = trees.foreign_files(worktree.path, worktree.start)
    if strangers:
        some = ", ".join(strangers[:5]) + (" …" if len(strangers) > 5 else "")
        return NotMade(
            f"{worktree.path} was half made and holds files that are not from its commit: {some}. Move them away, "
            "then give the command again"
        )
    trees.clear(worktree.path)
    return _check_out(place, trees, worktree, ["its making was broken off and was begun anew"])


def _check_out(
    place: Workplace, trees: Trees, worktree: Worktree, notes: list[str | None], *, begins: bool = False
) -> Made:
    try:
        for pattern in EXCLUDED:
            trees.exclude(pattern)
        notes.append(trees.make(worktree.path, worktree.branch, worktree.start))
    except Trouble:
        if not trees.is_there(worktree.path):  # nothing came of it, so nothing is to stay of it
            with place.store.writing() as books:
                books.worktrees.forget(worktree.name)
            if begins:
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


def beginning(trees: Trees, wanted: str | None) -> Beginning:
    """Where a branch would begin and where it would go home to; refuses where that can't be told."""
    branch, head = trees.head()
    if wanted is not None:
        start = trees.commit_here(wanted)
        if start is None:
            raise Misuse(f"there is no branch and no commit {shown(wanted)}; nothing was changed")
        here = trees.branch_here() if wanted in ("HEAD", "@") else None
        return _default_base(trees, here or wanted, start)
    if head is None:
        raise Misuse("this repository has no commit yet, and a worktree begins on one: commit something first")
    return Beginning(branch, head) if branch is not None else _default_base(trees, "HEAD", head)


def _default_base(trees: Trees, wanted: str, start: str) -> Beginning:
    for name in (wanted.removeprefix("refs/heads/"), wanted.partition("/")[2]):
        if name and trees.is_branch(name):
            return Beginning(name, start)
    default = trees.default_branch()
    if default is None:
        raise Misuse(f"{wanted} is not a branch, so the base to merge into is unknown; name it with --base BRANCH")
    return Beginning(default, start, f"it begins at {start[:12]} and is to be merged into {default}")


def _taken(trees: Trees, name: str, branch: str, *, chosen: bool, based: bool) -> str | None:
    """Why the branch cannot be had; None when it can. One that is `chosen`, or a task's own, is gone on with.

    A new one that a remote has already is begun only from a base that was given (`based`): it may be meant.
    """
    if not trees.is_branch(branch):
        beside = trees.branch_in_the_way(branch)
        if beside is not None:
            return f"git can't have a branch {branch} beside {beside}; give another with --branch NAME"
        return None if chosen else _remotes_own(trees, name, branch, based=based)
    holder = next((tree for tree in trees.listed() if tree.branch == branch), None)
    if holder is not None:
        return f"the branch {branch} is checked out in {holder.path}; give another with --branch NAME"
    if chosen:
        return None
    return (
        f"there is a branch {branch} already; `interlock worktree add {quote(name)} --branch {quote(branch)}` goes on "
        "with it, another name after --branch begins a new one"
    )


def _remotes_own(trees: Trees, name: str, branch: str, *, based: bool) -> str | None:
    remote = trees.remote_branch(branch)
    if remote is None or (based and remote != branch):
        return None
    if remote == branch:
        local = branch.partition("/")[2]
        return f"{branch} is a remote's; `interlock worktree add {quote(local)} --base {quote(remote)}` begins there"
    return (
        f"there is a branch {remote} already; `interlock worktree add {quote(name)} --base {quote(remote)}` begins "
        "there, another name after --branch begins a new one"
    )


def _free_place(place: Workplace, trees: Trees, books: Books, branch: str) -> str:
    beside = place.settings().worktree.place == "beside"
    folder, number = folder_of(branch), 1
    path = trees.place(folder, beside=beside)
    while trees.is_there(path) or books.worktrees.at(path) is not None:
        number += 1
        path = trees.place(f"{folder}-{number}", beside=beside)
    return path
