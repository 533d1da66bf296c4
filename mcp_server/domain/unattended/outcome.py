"""How one run of a worker ended, and what came of its task."""

from __future__ import annotations

from typing import Literal, NamedTuple

How = Literal["ended", "failed", "limit", "interrupted"]
"""It ended by itself; it failed; it was ended at a limit; whoever started it was told to stop."""


class Finished(NamedTuple):
    """How a run ended, why if that was not by itself, its last words, and what it used as the client says it."""

    how: How
    why: str = ""
    words: str = ""
    turns: int | None = None
    usd: float | None = None
    log: str = ""


class Outcome(NamedTuple):
    """What came of a task: its state now, and the run. `request` is the file that asked for it."""

    task: str
    title: str
    status: str
    finished: Finished
    worktree: str = ""
    request: str | None = None
    answer: str | None = None
