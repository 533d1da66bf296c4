"""The files of a repository that git knows or would, and the folders that they are in."""

from __future__ import annotations

import os
from collections.abc import Sequence

from mcp_server.adapters.git import runner
from mcp_server.domain.scopes.scope import Scope, ancestors, parse

SECONDS = 60.0


def files_in(root: str, patterns: Sequence[str]) -> list[str]:
    """The files that these patterns cover, in order; what git ignores is left out. Outside git all files count."""
    scope = parse(patterns)
    return sorted(path for path in _listing(root) if scope.covers(path))


def folders_in(root: str, patterns: Sequence[str]) -> list[str]:
    """The folders with files in them that these patterns name: `packages/*` are those in `packages`, none below."""
    scope = parse(patterns)
    folders = {folder for path in _listing(root) for folder in ancestors(path)[1:-1]}
    named = [folder for folder in folders if scope.covers(folder) and not _covers_one_above(scope, folder)]
    return sorted(named)


def _covers_one_above(scope: Scope, folder: str) -> bool:
    """A pattern that covers a folder covers all below it, which it does not name."""
    return any(scope.covers(above) for above in ancestors(folder)[1:-1])


def _listing(root: str) -> list[str]:
    words = ("ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate")
    try:
        found = runner.records(runner.ask(root, *words, seconds=SECONDS))
    except runner.GitRefused:
        if _is_in_git(root):
            raise
        found = _walked(root)
    return [path for path in found if os.path.isfile(os.path.join(root, path))]


def _is_in_git(root: str) -> bool:
    return os.path.exists(os.path.join(root, ".git"))


def _walked(root: str) -> list[str]:
    found: list[str] = []
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        inside = os.path.relpath(folder, root).replace(os.sep, "/")
        found.extend(name if inside == "." else f"{inside}/{name}" for name in files)
    return found


def is_committed(root: str, path: str) -> bool:
    """Whether git has this file, and it is as it was committed."""
    known = runner.run(root, "ls-files", "--error-unmatch", "--", path)
    return known.code == 0 and runner.run(root, "diff", "--quiet", "HEAD", "--", path).code == 0
