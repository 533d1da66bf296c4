"""One step of setting up a checkout, and its result."""

from __future__ import annotations

from typing import Literal, NamedTuple

Kind = Literal["hooks", "copy", "link", "clone", "run", "script"]


class Step(NamedTuple):
    """A step is identified by its `name`, also after a crash. All paths are relative to the root.

    `copy`: what `.worktreeinclude` and the patterns in `paths` name. `link`: `paths` are links to the source's.
    `clone`: the folders in `paths` as they are in the source, the one with `marker` last; files named in `written` are
    copied, since they are written in place; if cloning is impossible, `command`. `run`: `command` in `folder`.
    `script`: the same, unless the tool is configured to ignore scripts. `hooks`: git's hooks that git does not track.
    `makes` are the dependency folders that result: they are not anybody's work, even if git does not ignore them.
    """

    name: str
    kind: Kind
    folder: str = ""
    paths: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    marker: str = ""
    written: tuple[str, ...] = ()
    makes: tuple[str, ...] = ()


class Carried(NamedTuple):
    """The result of a step: whether it was done, a message, and how long it took."""

    step: str
    done: bool
    words: str
    seconds: float


def run(*command: str, folder: str = "", name: str | None = None, makes: str | None = None) -> Step:
    """A step that runs a command in a folder; `makes` is the folder that it creates there."""
    words = name or " ".join(command)
    made = () if makes is None else (f"{folder}/{makes}" if folder else makes,)
    return Step(f"{words} (in {folder})" if folder else words, "run", folder, command=command, makes=made)
