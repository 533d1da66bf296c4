"""How far one worker may go, and where it works: the section `[work]`."""

from __future__ import annotations

from typing import NamedTuple

PLACES = ("worktree", "checkout")
PERMISSION_MODES = ("default", "acceptEdits", "auto", "dontAsk", "bypassPermissions")
"""The client's modes that a worker may be in. Nobody can be asked, so `default` refuses most edits."""
INBOX, OUTBOX = ".claude/inbox", ".claude/outbox"


class WorkSettings(NamedTuple):
    """The section `[work]`: the limits of one run, its permission mode, and where it works.

    `turns` and `usd` are the client's own limits, 0 for none; after `minutes` a run is ended. Files in the folder
    `inbox` are requests; what came of each is written to `outbox`. `triage` is a command that may hand in more.
    """

    turns: int = 100
    usd: float = 0.0
    minutes: float = 60.0
    permission_mode: str = "acceptEdits"
    place: str = "worktree"
    inbox: str = INBOX
    outbox: str = OUTBOX
    triage: str | None = None

    @property
    def seconds(self) -> float:
        """After so many seconds a run is ended."""
        return self.minutes * 60
