"""Where branches and a worktree's HEAD are, read from git's files: a text that changes whenever one of them moves."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

from mcp_server.adapters.host.file_stamp import stamp, text_of

IN_PROGRESS = {
    "rebase-merge": "a rebase",
    "rebase-apply": "a rebase",
    "MERGE_HEAD": "a merge",
    "CHERRY_PICK_HEAD": "a cherry-pick",
    "REVERT_HEAD": "a revert",
    "sequencer": "a cherry-pick",
    "BISECT_LOG": "a bisection",
}
"""What lies in the git folder of a worktree in which git is in the middle of something."""


def sign_of(common: str, own: str | None, branches: Iterable[str]) -> str:
    """The sign of these branches of the repository, and of the worktree whose git folder is `own`, if there is one."""
    return "\n".join([*(_place(common, f"refs/heads/{branch}") for branch in branches), *_worktree(common, own)])


def in_progress(own: str | None) -> str | None:
    """What git is in the middle of in the worktree with this git folder, in words; None when it is at rest."""
    name = next((name for name in IN_PROGRESS if own and os.path.lexists(os.path.join(own, name))), None)
    if own is None or name is None:
        return None
    of = text_of(os.path.join(own, name, "head-name")).strip().removeprefix("refs/heads/")
    return IN_PROGRESS[name] + (f" of {of}" if of else "")


def moves(own: str | None) -> Iterator[tuple[str, str, str]]:
    """When this worktree moved to another branch or commit: from which commit, to which, and to what."""
    for line in text_of(os.path.join(own, "logs", "HEAD")).splitlines() if own else ():
        described, _, message = line.partition("\t")
        if message.startswith("checkout: moving from "):
            old, new = described.split(" ")[:2]
            yield old, new, message.rpartition(" to ")[2]


def has_log(own: str | None) -> bool:
    """Whether git keeps a log of where the worktree's HEAD was."""
    return own is not None and os.path.isfile(os.path.join(own, "logs", "HEAD"))


def _worktree(common: str, own: str | None) -> Iterator[str]:
    if own is None:
        return
    head = text_of(os.path.join(own, "HEAD")).strip()
    yield head
    if head.startswith("ref: "):
        yield _place(common, head[5:], own)
    yield in_progress(own) or ""


def _place(common: str, ref: str, own: str = "") -> str:
    """The commit of a branch if it has a file of its own, else the version of what it is kept in with the others."""
    loose = text_of(os.path.join(common, ref)).strip()
    if loose:
        return loose
    tables = [os.path.join(folder, "reftable", "tables.list") for folder in (common, own) if folder]
    return " ".join([stamp(os.path.join(common, "packed-refs")) or "", *map(text_of, tables)])
