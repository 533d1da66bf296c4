"""Worktrees for several tasks at once: created one after the other, set up in parallel."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

from mcp_server.core.workplace import Workplace
from mcp_server.core.worktrees import create
from mcp_server.core.worktrees.set_up import set_up_or_wait
from mcp_server.domain.errors import Misuse, StateUnavailable
from mcp_server.domain.launch import NotStarted
from mcp_server.domain.worktree import Trouble, Worktree
from mcp_server.ports import Progress, StepRunner, Trees

MOST_IN_PARALLEL = 8


class WorktreeTools(Protocol):
    """What creating worktrees needs. Each thread opens its own workplace: a transaction belongs to one thread."""

    def open_another(self) -> Workplace:
        """The workplace, with a store of its own."""

    def trees(self) -> Trees:
        """The worktrees of the repository."""

    def step_runner(self, trees: Trees, worktree: Worktree) -> StepRunner:
        """The runner of a worktree's set-up steps."""


@contextmanager
def worktrees_for(
    tools: WorktreeTools, tasks: list[str], shown: Callable[[], AbstractContextManager[Progress]]
) -> Iterator[Callable[[str], str]]:
    """Start creating all of them; yields a function that waits for a task's worktree and returns its path.

    That function refuses (NotStarted) a task whose worktree could not be made.
    """
    if not tasks:
        yield _none
        return
    with shown() as progress, ThreadPoolExecutor(min(len(tasks), MOST_IN_PARALLEL)) as workers:
        pending: dict[str, Future[str]] = {
            task: workers.submit(_worktree, tools, task, progress if len(tasks) == 1 else progress.of(task))
            for task in tasks
        }
        yield lambda task: pending[task].result()


def _none(task: str) -> str:
    raise NotStarted(f"{task} has no worktree")


def _worktree(tools: WorktreeTools, task: str, progress: Progress) -> str:
    try:
        place, trees = tools.open_another(), tools.trees()
        made = create.make(place, trees, task)
        if isinstance(made, create.NotMade):
            raise NotStarted(made.reason)
        done = set_up_or_wait(place, made.worktree, tools.step_runner(trees, made.worktree), progress)
    except (Trouble, Misuse, StateUnavailable, OSError) as error:
        raise NotStarted(str(error)) from None
    if done.failed is not None:
        raise NotStarted(
            f"its worktree {made.worktree.path} could not be set up: {done.failed.step} failed (see {done.log}). "
            f"`interlock worktree repair {task}` tries again"
        )
    return made.worktree.path
