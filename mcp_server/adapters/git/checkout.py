"""What git knows of a working copy: the commit it is on and which files are not committed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import Lock

import git
from git.exc import GitError

from mcp_server.adapters.git import runner
from mcp_server.adapters.git.commits import since
from mcp_server.adapters.git.work.worktree import STATUS, GitWork
from mcp_server.domain.worktree import Worktree

_ENVIRONMENT = Lock()


class GitCheckout:
    """Working copies under git. Anything else, or a broken one, has no commit and nothing that could be counted.

    `root` and `state` are those of the repository whose worktrees are asked for.
    """

    def __init__(self, root: str = "", state: str = "") -> None:
        self._root = root
        self._state = state

    def revision(self, directory: str) -> str | None:
        """The commit that `directory` is on, short; None outside git or before the first commit."""
        try:
            with _repository(directory) as repository:
                # The reference alone: for the commit itself the library would start a git of its own.
                return git.SymbolicReference.dereference_recursive(repository, "HEAD")[:12]
        except (GitError, ValueError, OSError):
            return None

    def uncommitted(self, directory: str, covers: Callable[[str], bool]) -> int | None:
        """How many files that `covers` accepts differ from the commit or are new; None outside git."""
        try:
            entries = runner.records(runner.ask(directory, *STATUS))
        except runner.GitRefused:
            return None
        return sum(covers(entry[3:]) for entry in entries)

    def commits(self, directory: str, moment: float, patterns: Sequence[str]) -> list[str]:
        """The commits since `moment` that changed a path of this scope, newest first; none outside git."""
        return since(directory, moment, patterns)

    def arrived(self, worktree: Worktree) -> str | None:
        """The commit with which all work of one of this repository's worktrees is in its base, or None."""
        return GitWork(self._root, self._state).arrived(worktree)


@contextmanager
def _repository(directory: str) -> Iterator[git.Repo]:
    """The repository around `directory`, whichever one the environment names: the library obeys it even so."""
    with _ENVIRONMENT:
        led = {name: os.environ.pop(name) for name in runner.LOCATION if name in os.environ}
        try:
            repository = git.Repo(directory, search_parent_directories=True, expand_vars=False)
        finally:
            os.environ.update(led)
    with repository:
        yield repository
