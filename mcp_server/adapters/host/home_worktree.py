"""Which worktree do the settings, the task list and the shared state belong to, where git has no main worktree?

That is so beside a bare repository. Of a separate git folder there is a main worktree, but git does not record where.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

from mcp_server.adapters.host.atomic_write import private_folder, replace
from mcp_server.adapters.host.file_stamp import text_of
from mcp_server.adapters.host.repository import (
    HOME,
    Repository,
    core_setting,
    home_of,
    main_worktree,
    own_git_folder,
    repository_of,
)


def settled(repository: Repository, *, anew: bool = False) -> Repository:
    """The repository with its home recorded, if it needs that; `anew`, another one if the recorded one is gone.

    Called when a repository is put into use, and by what is not on the path of a hook.
    """
    if not repository.is_in_git and not repository.git_folder:
        return repository
    common = os.path.dirname(repository.state)
    known = home_of(repository.state)
    is_bare = core_setting(common, "bare").lower() == "true"
    if not is_bare and (os.path.basename(common) == ".git" or core_setting(common, "worktree")):
        return repository
    main = None if is_bare else main_worktree(common) or _found_main(common, repository.root)
    home = known[0] if known and not (anew and not os.path.isdir(known[0])) else main or _home(common, repository.root)
    wanted = [line for line in (home, main if main != home else None) if line is not None]
    if wanted and wanted != known and "\n" not in "".join(wanted):
        private_folder(repository.state)
        replace(os.path.join(repository.state, HOME), ("\n".join(wanted) + "\n").encode("utf-8", "surrogateescape"))
    return repository_of(repository.root)


def _home(common: str, root: str) -> str | None:
    """The worktree at `root`, or if none is there the one that is on the bare repository's own branch, or any."""
    worktrees = list(_worktrees(common))
    if root in worktrees:
        return root
    branch = text_of(os.path.join(common, "HEAD"))
    return next(
        (path for path in worktrees if text_of(os.path.join(own_git_folder(path), "HEAD")) == branch), None
    ) or (worktrees[0] if worktrees else None)


def _worktrees(common: str) -> Iterator[str]:
    folder = os.path.join(common, "worktrees")
    for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else ():
        path = os.path.realpath(os.path.dirname(text_of(os.path.join(folder, name, "gitdir")).strip()))
        if own_git_folder(path) == os.path.join(folder, name):
            yield path


def _found_main(common: str, root: str) -> str | None:
    """The main worktree of a separate git folder: here, or near one of the two; its `.git` leads to that folder."""
    above = dict.fromkeys(os.path.dirname(path) for path in (root, common, os.path.dirname(common)))
    beside = (os.path.join(folder, name) for folder in above for name in _names(folder))
    return next((path for path in (root, *above, *beside) if own_git_folder(path) == common), None)


def _names(folder: str) -> list[str]:
    try:
        return sorted(os.listdir(folder))
    except OSError:
        return []
