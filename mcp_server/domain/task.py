"""A task: a piece of work with a scope, and the states it goes through."""

from __future__ import annotations

from mcp_server.record import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

    Status = Literal["todo", "in_progress", "review", "blocked", "done", "dropped"]
    """`review`: it is finished and waits for a decision, its scope closed. `dropped`: a person removed it from the
    list. Nothing waits for it any more."""
    Tier = Literal["haiku", "sonnet", "opus", "local"]
else:  # nothing looks at them while it runs
    Status = Tier = str

FAILURES_UNTIL_BLOCKED = 3
"""A task that failed this often is not offered again until somebody has checked it."""


class Task(NamedTuple):
    """A task. `ready` is derived: nobody holds it and all that it depends on is done.

    `kept`: there are checkpoints or messages for whoever claims it.
    """

    seq: int
    id: str
    title: str
    scope: tuple[str, ...]
    anchors: tuple[tuple[str, str], ...]
    resources: tuple[str, ...]
    priority: int
    tier: str | None
    done_when: str | None
    status: Status
    waiting: int
    ready: bool
    token: int | None
    failures: int
    needs: str | None
    kept: bool
    unscoped: bool = False
    """It has no scope yet and can't be claimed until it has one."""
    role: str | None = None
    capabilities: tuple[str, ...] = ()
    """What whoever works on it must have beside its tools: docker, a browser, a device."""


class Draft(NamedTuple):
    """A task that is being planned, with its patterns already parsed."""

    id: str
    title: str
    scope: tuple[str, ...]
    anchors: tuple[tuple[str, str], ...]
    depends_on: tuple[str, ...]
    resources: tuple[str, ...]
    priority: int
    tier: str | None
    done_when: str | None
    unscoped: bool = False
    role: str | None = None
    capabilities: tuple[str, ...] = ()


class Check(NamedTuple):
    """What a check said of a task's work: its exit code, its last lines, and the commit that was checked."""

    command: str
    code: int
    lines: tuple[str, ...]
    log: str
    commit: str
    at: float


class Review(NamedTuple):
    """The latest review of a task, by its id: who asked for it and where it worked, since when it waits.

    `began_at` is when work on the task began. `rejected_at` and `reason` are set while it is to be done better.
    """

    task: str
    author: int
    author_name: str
    worktree: str
    began_at: float
    asked_at: float
    rejected_at: float | None = None
    reason: str | None = None
    check: Check | None = None


class Needed(NamedTuple):
    """Who a task needs: its role, None for any, what that agent must have beside, and whether there is a scope."""

    task: str
    role: str | None
    capabilities: tuple[str, ...]
    has_scope: bool


class Wanted(NamedTuple):
    """What a claim on a task would need: its scope and resources, and the expired lease that it would replace."""

    task: str
    scope: tuple[str, ...]
    anchors: tuple[tuple[str, str], ...]
    resources: tuple[str, ...]
    token: int | None
