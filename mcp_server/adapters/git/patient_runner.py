"""Running git for worktrees: what it said, as text; its refusals, in words; and patience with its locks."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from time import sleep
from typing import NamedTuple

import git
from git.exc import GitCommandNotFound

from mcp_server.adapters.git.runner import ELSEWHERE
from mcp_server.domain.worktree import Trouble

PAUSES = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2)
"""Seconds between attempts, when somebody else's git is at the same file."""
_LOCKED = re.compile(r"\.lock'?: File exists|cannot lock ref|could not lock|unable to lock|another git process", re.I)


class Said(NamedTuple):
    """What git answered."""

    status: int
    out: str
    err: str

    @property
    def words(self) -> str:
        """Its complaint, in one line."""
        lines = [line.removeprefix("fatal: ").removeprefix("error: ") for line in self.err.splitlines()]
        return " ".join(line.strip() for line in lines if line.strip())[:600]


def _from_here() -> list[str]:
    """What keeps git from another repository or index, as it would find them named below one of git's own hooks."""
    told = [name for name in ELSEWHERE if name in os.environ]  # GitPython can add to the environment alone
    return ["env", *(word for name in told for word in ("-u", name))] if told else []


class GitProgram:
    """Git in one directory. `handle` is a lock that git goes on holding if this process is killed."""

    def __init__(self, directory: str, *, pause: Callable[[float], None] = sleep) -> None:
        self._directory = directory
        self._pause = pause
        self.handle: int | None = None

    def ask(self, *words: str, directory: str | None = None) -> Said:
        """What git says to this, whatever its status; refuses (Trouble) when there is no git."""
        kept_open = () if self.handle is None else (self.handle,)
        where = directory or self._directory
        try:
            # Not git.Git(where), which takes a `$` in it for a variable; nor here, which may be gone.
            status, out, err = git.Git(os.sep).execute(
                [*_from_here(), "git", "-C", where, *words],
                with_extended_output=True,
                with_exceptions=False,
                strip_newline_in_stdout=False,
                pass_fds=kept_open,
            )
        except (GitCommandNotFound, OSError) as error:
            raise Trouble(f"git cannot be run in {where}: {error}") from None
        return Said(int(status), str(out), str(err))

    def tell(self, *words: str, directory: str | None = None) -> str:
        """What git printed; refuses (Trouble) with its words what it refuses, once others have let go of its locks."""
        said = self.patiently(lambda: words, directory=directory)
        if said.status != 0:
            raise Trouble(f"git {words[0]} failed: {said.words or f'status {said.status}'}")
        return said.out

    def patiently(self, words: Callable[[], Sequence[str]], *, directory: str | None = None) -> Said:
        """What git says at last; `words` are asked for again before each attempt."""
        for seconds in PAUSES:
            said = self.ask(*words(), directory=directory)
            if said.status == 0 or not _LOCKED.search(said.err):
                return said
            self._pause(seconds)
        return self.ask(*words(), directory=directory)
