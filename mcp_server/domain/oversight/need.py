"""What needs a person: one cause, why, and the command to type."""

from __future__ import annotations

from typing import Literal, NamedTuple

Kind = Literal["review", "plan", "blocked", "prompt", "off_track", "budget", "conflict", "build", "lost", "outcome"]
KINDS: tuple[Kind, ...] = (
    *("review", "plan", "blocked", "prompt", "off_track", "budget", "conflict", "build", "lost"),
    "outcome",
)
"""A task waits for review, a teammate's plan for approval, or a task is blocked; an agent asks its user, goes in
circles, or has used up its budget; branches conflict and nobody works on them; a build stays broken; an agent's process
ended with work in hand. `outcome` is what came of a request, which only notifies: nobody has to move anything on."""


class Need(NamedTuple):
    """One thing that only a person can move on. `subject` is a task or an agent, `since` when it began.

    `cause` is the same for as long as it is the same thing: nobody is notified of it twice.
    """

    kind: Kind
    subject: str
    words: str
    command: str
    since: float
    cause: str


class BrokenBuild(NamedTuple):
    """An agent's command has failed since then because of a path of somebody else."""

    agent: str
    path: str
    command: str
    since: float


class LostClaim(NamedTuple):
    """A claim whose holder's process ended without a word; nobody has taken it over."""

    agent: str
    task: str
    token: int
    since: float
