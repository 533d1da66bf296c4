"""What Interlock has put into a repository, and takes out of it again."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import NamedTuple
from uuid import uuid4

from mcp_server.adapters.git.exclude import include_again, is_excluded
from mcp_server.adapters.git.worktrees import PLACE
from mcp_server.adapters.host.delete_tree import delete
from mcp_server.adapters.host.file_stamp import text_of
from mcp_server.adapters.host.machine.left import leave
from mcp_server.adapters.host.repository import WORKFLOWS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.adapters.host.repository import Repository
    from mcp_server.ports import CommitHook

GOING = ".interlock-removed-"
"""A state that is being deleted is moved here first, beside its place: from that moment Interlock is not in use."""
BUILDING = ".interlock-"
"""A state that a process had begun to make when it was killed."""


class ClaudeMd(NamedTuple):
    """The project's CLAUDE.md: whether it has the rules of parallel work, and what takes them out of it."""

    file: str
    has_rules: Callable[[], bool]
    drop_rules: Callable[[], object]


class RepositoryTraces:
    """The traces in one repository. `patterns` are those that were added to `info/exclude`, `texts` people's files."""

    def __init__(
        self,
        repository: Repository,
        hook: CommitHook | None,
        claude_md: ClaudeMd,
        *,
        patterns: Sequence[str],
        texts: Sequence[str],
    ) -> None:
        self._repository = repository
        self._hook = hook
        self._claude_md = claude_md
        self._patterns = patterns
        self._texts = texts
        self._beside = os.path.dirname(repository.state)
        self._place = os.path.join(repository.main, PLACE)
        self._exclude = os.path.join(self._beside, "info", "exclude") if repository.is_in_git else None

    def removable(self, *, settings: bool) -> list[str]:
        """Each trace that is there, as a path and what it is."""
        found = []
        if self._hook is not None and self._hook.is_installed:
            found.append(f"{self._hook.file} (git's hook)")
        if self._excluded() and not self._has_worktrees():
            found.append(f"{self._exclude} (the lines {', '.join(self._patterns)})")
        if settings and os.path.lexists(self._repository.settings):
            found.append(f"{self._repository.settings} (the settings)")
        if settings and self._claude_md.has_rules():
            found.append(f"{self._claude_md.file} (the rules of parallel work)")
        found += [f"{left} (left by a process that was killed)" for left in self._left_over()]
        if self._repository.in_use:
            found.append(f"{self._repository.state} (tasks, claims, messages, the log)")
        return found

    def kept(self, *, settings: bool) -> list[tuple[str, str]]:
        """What stays, and why."""
        stays = [(file, "it is your text; delete it if you want") for file in self._texts if os.path.exists(file)]
        if self._excluded() and self._has_worktrees():
            stays.append((str(self._exclude), "it makes git ignore the worktrees that are left"))
        if not settings and os.path.lexists(self._repository.settings):
            stays.append((self._repository.settings, "--settings removes it"))
        if not settings and self._claude_md.has_rules():
            stays.append((self._claude_md.file, "--settings takes the rules of parallel work out of it"))
        return stays

    def remove(self, *, settings: bool) -> list[str]:
        """Remove them, the state last; says what was removed."""
        gone = self.removable(settings=settings)
        if self._hook is not None:
            self._hook.uninstall()
        if settings and os.path.lexists(self._repository.settings):
            os.unlink(self._repository.settings)
        if settings and self._claude_md.has_rules():
            self._claude_md.drop_rules()
        if not self._has_worktrees():
            self._clear_place()
            for pattern in self._excluded():
                include_again(str(self._exclude), pattern)
        if "store" in text_of(self._repository.settings):  # else the next session here would join the others again
            leave(self._repository.state)
        if self._repository.in_use:
            self._move_state(os.path.join(self._beside, GOING + uuid4().hex[:8]))
        for left in self._left_over():
            delete(left)
        return gone

    def _move_state(self, away: str) -> None:
        """Move the state away, the database last; outside git workflows may be in its folder, and they stay."""
        state = self._repository.state
        if self._repository.is_in_git or not os.path.isdir(os.path.join(state, WORKFLOWS)):
            os.rename(state, away)
            return
        os.mkdir(away, 0o700)
        for name in sorted(os.listdir(state), key=lambda name: name.startswith("state.db")):
            if name != WORKFLOWS:
                os.rename(os.path.join(state, name), os.path.join(away, name))

    def _excluded(self) -> list[str]:
        if self._exclude is None:
            return []
        return [pattern for pattern in self._patterns if is_excluded(self._exclude, pattern)]

    def _has_worktrees(self) -> bool:
        return os.path.isdir(self._place) and bool(os.listdir(self._place))

    def _clear_place(self) -> None:
        """Delete the folders that held worktrees, if they are empty."""
        for folder in (self._place, os.path.dirname(self._place)):
            with suppress(OSError):
                os.rmdir(folder)

    def _left_over(self) -> list[str]:
        """Folders beside the state that nobody uses: half made, or half deleted."""
        names = os.listdir(self._beside) if os.path.isdir(self._beside) else []
        return [os.path.join(self._beside, name) for name in sorted(names) if name.startswith(BUILDING)]
