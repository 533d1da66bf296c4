"""One step of furnishing a checkout: what it brings in, and how."""

from __future__ import annotations

from typing import Literal, NamedTuple

Kind = Literal["copy", "link", "clone", "run"]


class Step(NamedTuple):
    """A step is known by its `name`, also after a crash. All paths are relative to the root.

    `copy`: what `.worktreeinclude` and the patterns in `paths` name. `link`: `paths` are links to the source's.
    `clone`: the folders in `paths` as the source has them, the one that holds `marker` last; what `written` names is
    copied, since it is written in place; where that can't be done, `command`. `run`: `command` in `folder`.
    """

    name: str
    kind: Kind
    folder: str = ""
    paths: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    marker: str = ""
    written: tuple[str, ...] = ()


class Carried(NamedTuple):
    """A step that was carried out, or was not: what became of it in words, and how long it took."""

    step: str
    done: bool
    words: str
    seconds: float


def run(*command: str, folder: str = "", name: str | None = None) -> Step:
    """A step that runs a command."""
    words = name or " ".join(command)
    return Step(f"{words} (in {folder})" if folder else words, "run", folder, command=command)
