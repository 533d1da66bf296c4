"""A worktree: a checkout of its own for a piece of work, and what its branch and its folder are called."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from mcp_server.domain.errors import InterlockError, Misuse, shown

State = Literal["making", "ready", "removing"]
"""`making` and `removing` say what was begun: whoever finds them so after a crash finishes it."""

EVERYTHING = "*"
"""In the place of the steps that are left: nobody has looked yet which there are."""

LONGEST_SLUG = 40
LONGEST_FOLDER = 100
_NO_PART_OF_A_BRANCH = re.compile(r"[\s\x00-\x20\x7f~^:?*\[\]\\'\"`$&|;<>(){}!]+|\.{2,}|@\{")
"""What git does not take, and what a shell does not take for a letter."""
_NO_PART_OF_A_FOLDER = re.compile(r"[\s\x00-\x1f\x7f<>:\"/\\|?*'`$&;(){}!#%]+")
_GITS_OWN = re.compile(r"([A-Z]+_)?HEAD|[0-9a-f]{40}|[0-9a-f]{64}|@")


class Worktree(NamedTuple):
    """A worktree that Interlock made. `base` is the branch that its work goes home to, `start` the commit it began on.

    `undone` are the steps that are left until work can begin in it; `landed` is the commit that brought it home.
    """

    name: str
    path: str
    branch: str
    base: str
    start: str
    task: str | None
    state: State
    made_at: float
    undone: tuple[str, ...] = ()
    merged: str | None = None


class Listed(NamedTuple):
    """A worktree as git lists it. `locked` and `prunable` say why, in git's words."""

    path: str
    head: str | None
    branch: str | None
    is_main: bool
    bare: bool = False
    locked: str | None = None
    prunable: str | None = None


class Trouble(InterlockError, ValueError):
    """Git or the file system did not do what it was asked to. The message says what, and what they said."""


class Occupied(Trouble):
    """Another process is working on it, and still was when the time to wait was over."""

    exit_code = 1


def branch_of_task(task_id: str, title: str) -> str:
    """The branch for a task: its id and the first words of its title."""
    words = "".join(character if character.isalnum() else " " for character in title.lower()).split()
    slug = ""
    for word in words:
        if len(slug) + len(word) > LONGEST_SLUG:
            break
        slug += f"-{word}"
    return branch_called(task_id + slug)


def branch_called(name: str) -> str:
    """The branch nearest to `name` that git takes; refuses a name of which nothing would be left, or git's own."""
    parts = (_branch_part(part) for part in name.split("/"))
    branch = "/".join(part for part in parts if part).lstrip("-")
    while branch.startswith("refs/heads/"):
        branch = branch.removeprefix("refs/heads/")
    if _GITS_OWN.fullmatch(branch) or not any(character.isalnum() for character in branch):
        raise Misuse(f"no branch can be named after {shown(name)}; give a name with letters that is none of git's own")
    return branch


def folder_of(branch: str) -> str:
    """The name of the folder for a branch: one that every file system takes."""
    name = _NO_PART_OF_A_FOLDER.sub("-", branch)
    return _clipped(name, LONGEST_FOLDER).strip(" .-") or "worktree"


def _branch_part(part: str) -> str:
    found = _clipped(_NO_PART_OF_A_BRANCH.sub("-", part.strip()).strip(".-"), 2 * LONGEST_FOLDER)
    while found.endswith((".lock", ".", "-")):
        found = found.removesuffix(".lock").rstrip(".-")
    return found


def _clipped(text: str, limit: int) -> str:
    """As many whole characters as fit into `limit` bytes."""
    return text.encode("utf-8", "ignore")[:limit].decode("utf-8", "ignore")
