"""Worktrees for several tasks at once: made one after the other, made ready side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

import typer
from rich.console import Console

from mcp_server.cli.progress import Progress
from mcp_server.cli.runner import surroundings
from mcp_server.cli.worktrees import made_ready
from mcp_server.core.worktrees import create
from mcp_server.domain.errors import Misuse, StateUnavailable
from mcp_server.domain.launch import NotStarted
from mcp_server.domain.worktree import Trouble

AT_ONCE = 8

House = Callable[[str], str]


@contextmanager
def houses(context: typer.Context, tasks: list[str]) -> Iterator[House]:
    """Begins with all of them; the house of a task is its worktree's path once that is ready.

    It refuses (NotStarted) with what is in the way.
    """
    if not tasks:
        yield _none
        return
    with Progress(Console(stderr=True)) as progress, ThreadPoolExecutor(min(len(tasks), AT_ONCE)) as workers:
        going: dict[str, Future[str]] = {
            task: workers.submit(_house, context, task, progress if len(tasks) == 1 else progress.of(task))
            for task in tasks
        }
        yield lambda task: going[task].result()


def _none(task: str) -> str:
    raise NotStarted(f"{task} has no worktree")


def _house(context: typer.Context, task: str, progress: Progress) -> str:
    """In a thread of its own, and so with the state opened anew: a transaction is one thread's."""
    around = surroundings(context)
    try:
        place, trees = around.place_of(around.root), around.trees()
        made = create.make(place, trees, task)
        if isinstance(made, create.NotMade):
            raise NotStarted(made.reason)
        set_up_done = made_ready(context, place, trees, made.worktree, progress)
    except (Trouble, Misuse, StateUnavailable, OSError) as error:
        raise NotStarted(str(error)) from None
    if set_up_done.failed is not None:
        raise NotStarted(
            f"its worktree {made.worktree.path} could not be made ready: {set_up_done.failed.step} failed "
            f"(see {set_up_done.log}). `interlock worktree repair {task}` tries again"
        )
    return made.worktree.path
