"""Whose are the files that a failed command reports errors in?

On the hot path of a hook.
"""

from __future__ import annotations

from mcp_server.domain.decision import foreign_lease, own_lease
from mcp_server.domain.scopes.scope import parse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Literal

    from mcp_server.domain.activity import Editor
    from mcp_server.domain.decision import AgentRights
    from mcp_server.ports import Activity, HookBooks

    Verdict = Literal["own", "foreign", "mixed", "unknown"]

RECENT_SECONDS = 300.0
"""An older edit by somebody else no longer explains a broken build, unless its file is still claimed."""


class Suspect:
    """A file with errors: `own`, `foreign` or `unknown`; if foreign, the holder, its task, and the last edit."""

    __slots__ = ("holder", "holder_id", "last_edit", "lines", "path", "stopped", "task", "whose")

    def __init__(self, path: str, lines: Sequence[str], whose: str) -> None:
        self.path = path
        self.lines = lines
        self.whose = whose
        self.holder = ""
        self.holder_id = 0
        self.task: str | None = None
        self.last_edit: float | None = None
        self.stopped: str | None = None

    def of(self, holder_id: int, holder: str, task: str | None, last_edit: float | None) -> Suspect:
        """The same file, now attributed to somebody else."""
        self.whose = "foreign"
        self.holder_id, self.holder, self.task, self.last_edit = holder_id, holder, task, last_edit
        return self


class Judgement:
    """Who is responsible for the errors, for each file and for all of them together."""

    __slots__ = ("suspects",)

    def __init__(self, suspects: list[Suspect]) -> None:
        self.suspects = suspects

    @property
    def foreign(self) -> list[Suspect]:
        """The files that belong to others."""
        return [suspect for suspect in self.suspects if suspect.whose == "foreign"]

    @property
    def own(self) -> list[str]:
        """The agent's own files."""
        return [suspect.path for suspect in self.suspects if suspect.whose == "own"]

    @property
    def verdict(self) -> Verdict:
        """`foreign` when all of them are; `mixed` when some are; `own` when one is its own; else `unknown`."""
        if self.foreign:
            return "foreign" if len(self.foreign) == len(self.suspects) else "mixed"
        return "own" if self.own else "unknown"


def judge(books: HookBooks, rights: AgentRights, files: Mapping[str, Sequence[str]]) -> Judgement:
    """Decide who is responsible for the files in a report; `files` holds the lines that report errors."""
    return Judgement([_judged(books, rights, Suspect(path, lines, "unknown")) for path, lines in files.items()])


def _judged(books: HookBooks, rights: AgentRights, suspect: Suspect) -> Suspect:
    path = suspect.path
    editors = books.journal.editors(path)
    lease = foreign_lease(path, rights.family, books.guard.near(path))
    if lease is not None:
        edited = [editor.at for editor in editors if editor.agent == lease.holder_id]
        return suspect.of(lease.holder_id, lease.holder, lease.task, edited[0] if edited else None)
    if own_lease(path, rights.leases) is not None:
        suspect.whose = "own"
        return suspect
    left = _left_behind(books.activity, rights, path)
    if left is not None:
        edited = [editor.at for editor in editors if editor.agent == left[0]]
        suspect.of(left[0], left[1], left[2], edited[0] if edited else None)
        suspect.stopped = left[3]
        return suspect
    return _by_edits(suspect, editors, rights, books.now)


def _left_behind(watch: Activity, rights: AgentRights, path: str) -> tuple[int, str, str | None, str] | None:
    """An expired lease on the path: holder id, holder, task, and what happened to the holder."""
    for expired in watch.expired(path):
        if expired.holder_id not in rights.family and parse(expired.patterns).covers(path):
            stopped = "has ended" if expired.stopped else "has not been seen for longer than its lease lasts"
            return expired.holder_id, expired.holder, expired.task, stopped
    return None


def _by_edits(suspect: Suspect, editors: Sequence[Editor], rights: AgentRights, now: float) -> Suspect:
    if not editors:
        return suspect
    last = editors[0]
    if last.agent not in rights.family and last.at > now - RECENT_SECONDS and not last.has_ended():
        return suspect.of(last.agent, last.name, last.task, last.at)
    if any(editor.agent in rights.family for editor in editors):
        suspect.whose = "own"
    return suspect
