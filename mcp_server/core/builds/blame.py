"""Whose are the files that a failed command reports errors in?

On the hot path of a hook.
"""

from __future__ import annotations

from mcp_server.domain.decision import decide, foreign_lease, own_lease
from mcp_server.domain.scopes.scope import parse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Literal

    from mcp_server.domain.activity import Editor, Left
    from mcp_server.domain.decision import AgentRights
    from mcp_server.ports import Activity, HookBooks

    Verdict = Literal["own", "foreign", "mixed", "unknown"]

RECENT_SECONDS = 300.0
"""An older edit by somebody else no longer explains a broken build, unless its file is still claimed."""
ENDED = "has ended"


class Suspect:
    """A file with errors: `own`, `foreign` or `unknown`; if foreign, the holder, its task, and the last edit.

    `elsewhere`: the holder works on another machine, so nobody edits the file here. If it is nobody's: `left` is the
    task that was finished or given back with the file as it is, and `barred` says that the agent may not write it as it
    stands.
    """

    __slots__ = tuple(
        "barred edited_since elsewhere holder holder_id last_edit left lines path stopped task whose".split()
    )

    def __init__(self, path: str, lines: Sequence[str], whose: str) -> None:
        self.path = path
        self.lines = lines
        self.whose = whose
        self.holder = ""
        self.holder_id = 0
        self.task: str | None = None
        self.last_edit: float | None = None
        self.edited_since = False
        self.stopped: str | None = None
        self.left: Left | None = None
        self.barred = False
        self.elsewhere = False

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
    def nobodys(self) -> list[Suspect]:
        """The files that nobody holds and that the agent has to be told about."""
        return [suspect for suspect in self.suspects if suspect.whose == "unknown" and (suspect.left or suspect.barred)]

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
    return Judgement([_judged(books, rights, Suspect(path, lines, "")) for path, lines in files.items()])


def _judged(books: HookBooks, rights: AgentRights, suspect: Suspect) -> Suspect:
    path = suspect.path
    editors = books.journal.editors(path)
    near = books.guard.near(path)
    lease = foreign_lease(path, rights.family, near)
    if lease is not None:
        suspect.of(lease.holder_id, lease.holder, lease.task, _edit_of(lease.holder_id, editors))
        suspect.elsewhere = lease.elsewhere is not None
        return suspect
    if own_lease(path, rights.leases) is not None:
        suspect.whose = "own"
        return suspect
    behind = _left_behind(books.activity, rights, path)
    if behind is not None:
        suspect.of(behind[0], behind[1], behind[2], _edit_of(behind[0], editors))
        suspect.stopped = behind[3]
        return suspect
    suspect.left = next(iter(books.activity.left(path)), None)
    _by_edits(suspect, editors, rights, books.now)
    if suspect.whose == "unknown":
        decision = decide(path, books.guard.policy(), rights, near)
        suspect.barred = not decision.allowed and decision.rule in ("outside", "unclaimed")
    return suspect


def _edit_of(agent: int, editors: Sequence[Editor]) -> float | None:
    return next((editor.at for editor in editors if editor.agent == agent), None)


def _left_behind(watch: Activity, rights: AgentRights, path: str) -> tuple[int, str, str | None, str] | None:
    """An expired lease on the path: holder id, holder, task, and what happened to the holder."""
    for expired in watch.expired(path):
        if expired.holder_id not in rights.family and parse(expired.patterns).covers(path):
            stopped = ENDED if expired.stopped else "has not been seen for longer than its lease lasts"
            return expired.holder_id, expired.holder, expired.task, stopped
    return None


def _by_edits(suspect: Suspect, editors: Sequence[Editor], rights: AgentRights, now: float) -> None:
    """Attribute a file that nobody holds to whoever edits it, and is not known to be through with it."""
    suspect.whose = "unknown"
    last = editors[0] if editors else None
    if last is None or (suspect.left is not None and suspect.left.at >= last.at):
        return  # finished or given back as it is
    suspect.left = None
    # Whoever holds another task by now has edited this file before it began that.
    is_at_it = last.task is None and last.at > now - RECENT_SECONDS
    if last.agent not in rights.family and is_at_it and not last.has_ended():
        suspect.of(last.agent, last.name, None, last.at)
    elif any(editor.agent in rights.family for editor in editors):
        suspect.whose = "own"
