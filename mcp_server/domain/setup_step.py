"""One step of furnishing a checkout: what it brings in, and how."""

from __future__ import annotations

from typing import Literal, NamedTuple

Kind = Literal["copy", "link", "clone", "run"]


class Step(NamedTuple):
    """A step is known by its `name`, also after a crash. All paths are relative to the root.

    `copy`: what `.worktreeinclude` and the patterns in `paths` name. `link`: `paths` are links to the source's.
    `clone`: the folders in `paths` as the source has them, the one that holds `marker` last; what `written` names is
    copied, since it is written in place; where that can't be done, `command`. `run`: `command` in `folder`.
    `makes` are the folders of dependencies that come of it: whether git ignores them or not, they are nobody's work.
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
    """A step that was carried out, or was not: what became of it in words, and how long it took."""

    step: str
    done: bool
    words: str
    seconds: float


def run(*command: str, folder: str = "", name: str | None = None, makes: str | None = None) -> Step:
    """A step that runs a command in a folder; `makes` is what comes of it there."""
    words = name or " ".join(command)
    made = () if makes is None else (f"{folder}/{makes}" if folder else makes,)
    return Step(f"{words} (in {folder})" if folder else words, "run", folder, command=command, makes=made)
