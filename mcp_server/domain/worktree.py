"""A worktree: a separate checkout for a piece of work, and the names of its branch and folder."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from mcp_server.domain.errors import InterlockError, Misuse, shown

State = Literal["making", "ready", "removing"]
"""`making` and `removing` were begun: after a crash, whoever finds them finishes them."""

EVERYTHING = "*"
"""Instead of the steps that are left: the steps are not known yet."""

LONGEST_SLUG = 40
LONGEST_FOLDER = 100
_NO_PART_OF_A_BRANCH = re.compile(r"[\s\x00-\x20\x7f~^:?*\[\]\\'\"`$&|;<>(){}!]+|\.{2,}|@\{")
"""What git does not allow, and what a shell treats specially."""
_NO_PART_OF_A_FOLDER = re.compile(r"[\s\x00-\x1f\x7f<>:\"/\\|?*'`$&;(){}!#%]+")
_GITS_OWN = re.compile(r"([A-Z]+_)?HEAD|[0-9a-f]{40}|[0-9a-f]{64}|@")


class Worktree(NamedTuple):
    """A worktree that Interlock created. Its work will be merged into `base`; it started at the commit `start`.

    `undone` are the set-up steps that are left; `merged` is the commit that merged its work.
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
    """A worktree as git lists it. `locked` and `prunable` are git's reasons."""

    path: str
    head: str | None
    branch: str | None
    is_main: bool
    bare: bool = False
    locked: str | None = None
    prunable: str | None = None


class Trouble(InterlockError, ValueError):
    """Git or the file system failed. The message says at what, and with which words."""


class Occupied(Trouble):
    """Another process is working on it, and still was when waiting timed out."""

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
    """The closest name to `name` that git allows; refuses one of which nothing is left, or that git reserves."""
    parts = (_branch_part(part) for part in name.split("/"))
    branch = "/".join(part for part in parts if part).lstrip("-")
    while branch.startswith("refs/heads/"):
        branch = branch.removeprefix("refs/heads/")
    if _GITS_OWN.fullmatch(branch) or not any(character.isalnum() for character in branch):
        raise Misuse(f"{shown(name)} makes no name for a branch; choose one with letters that git does not reserve")
    return branch


def folder_of(branch: str) -> str:
    """The folder name for a branch: one that every file system allows."""
    name = _NO_PART_OF_A_FOLDER.sub("-", branch)
    return _clipped(name, LONGEST_FOLDER).strip(" .-") or "worktree"


def _branch_part(part: str) -> str:
    found = _clipped(_NO_PART_OF_A_BRANCH.sub("-", part.strip()).strip(".-"), 2 * LONGEST_FOLDER)
    while found.endswith((".lock", ".", "-")):
        found = found.removesuffix(".lock").rstrip(".-")
    return found


def _clipped(text: str, limit: int) -> str:
    """As many complete characters as fit into `limit` bytes."""
    return text.encode("utf-8", "ignore")[:limit].decode("utf-8", "ignore")
