"""A session that is launched for a task: its name, its place, how it is started, and its prompt."""

from __future__ import annotations

from typing import Literal, NamedTuple

from mcp_server.domain.errors import InterlockError
from mcp_server.domain.task import Task
from mcp_server.domain.text import clip

Way = Literal["tmux", "background", "print", "work"]
"""`work`: in the foreground of a worker, which waits for it."""
LONGEST_NAME = 40


class Launch(NamedTuple):
    """A session that was or will be started for a task; `agent` holds the claim from the beginning.

    `session` is None until a client that chooses the id itself has reported; `worktree` is empty until it exists;
    `place` is the pane or job that it runs in, and `server` the terminal server of a pane.
    """

    task: str
    agent: int
    session: str | None
    way: Way
    name: str
    worktree: str
    place: str | None
    server: str | None
    launched_at: float


class NotStarted(InterlockError):
    """A session could not be started, or its worktree not created; the message says why."""


class Running(NamedTuple):
    """Where a session runs, and the last lines of its output."""

    place: str | None
    server: str | None = None
    words: str = ""


def name_of(task: Task) -> str:
    """The name of the session: the task's id and the first words of its title."""
    words = "".join(character if character.isalnum() else " " for character in task.title.lower()).split()
    name = task.id
    for word in words:
        if len(name) + len(word) >= LONGEST_NAME:
            break
        name += f"-{word}"
    return name


def prompt_of(task: Task, worktree: str, *, in_checkout: bool = False) -> str:
    """The first prompt of the session."""
    scope = ", ".join(task.scope) if task.scope else "nothing (the task is read-only)"
    role = f" Its role is {task.role}: you have the tools of that." if task.role else ""
    done_when = f" It is done when: {clip(task.done_when, 1_000)}." if task.done_when else ""
    where = (
        f"You work in {worktree}, which others share: commit only paths that you may write."
        if in_checkout
        else f"Your worktree is {worktree}, on a branch of its own: work and commit only there."
    )
    return (
        f"You are working on {task.id}: {clip(task.title, 300)}. You may write {clip(scope, 1_000)}.{role}{done_when} "
        f"{where} You already hold the claim; "
        f'claim_task("{task.id}") shows it with the notes of its former holders. End with '
        f'update_task("{task.id}", status="done"), or status="released" and a note of what is left.'
    )
