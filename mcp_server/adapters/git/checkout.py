"""What git knows of a working copy: the commit it is on and how many files are not committed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import git
from git.exc import GitError, ODBError

from mcp_server.adapters.git.commits import since


class GitCheckout:
    """Working copies under git. Anything else, or a broken one, has no commit and nothing that could be counted."""

    def revision(self, directory: str) -> str | None:
        """The commit that `directory` is on, short; None outside git or before the first commit."""
        try:
            with git.Repo(directory, search_parent_directories=True, expand_vars=False) as repository:
                return repository.head.commit.hexsha[:12]
        except (GitError, ValueError, OSError):
            return None

    def uncommitted(self, directory: str, covers: Callable[[str], bool]) -> int | None:
        """How many files that `covers` accepts differ from the commit or are new; None outside git."""
        try:
            with git.Repo(directory, search_parent_directories=True, expand_vars=False) as repository:
                status = repository.git.status("--porcelain", "-z", "--untracked-files=all", "--no-renames")
        except (GitError, ValueError, OSError):
            return None
        return sum(covers(line[3:]) for line in status.split("\0") if line)

    def commits(self, directory: str, moment: float, patterns: Sequence[str]) -> list[str]:
        """The commits since `moment` that changed a path of this scope, newest first; none outside git."""
        return since(directory, moment, patterns)

    def merged_commit(self, directory: str, branch: str) -> str | None:
        """The commit that `directory` is on, if `branch` has it and nothing is uncommitted; else None."""
        try:
            with git.Repo(directory, search_parent_directories=True, expand_vars=False) as repository:
                commit = repository.head.commit
                is_merged = repository.is_ancestor(commit, repository.commit(f"refs/heads/{branch}"))
                return commit.hexsha if is_merged and not repository.is_dirty(untracked_files=True) else None
        except (GitError, ODBError, ValueError, OSError):
            return None
