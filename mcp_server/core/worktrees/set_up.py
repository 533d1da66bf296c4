"""Sets up a worktree: allocates its ports and names, then carries out the steps that it needs."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from mcp_server.core.workplace import Workplace
from mcp_server.core.worktrees.ports import allocate
from mcp_server.domain.setup_step import Carried, Step
from mcp_server.domain.worktree import EVERYTHING, Occupied, Worktree, folder_of
from mcp_server.ports import Progress, StepRunner

PATIENCE = 1_800.0
"""Seconds. Installing the dependencies of a large project takes its time."""


class SetUp(NamedTuple):
    """What was done. The steps that are left, after a failed one too, are in the worktree's `undone`."""

    worktree: Worktree
    given: dict[str, str]
    steps: tuple[Carried, ...]
    log: str

    @property
    def failed(self) -> Carried | None:
        """The step that failed, or None."""
        return next((carried for carried in self.steps if not carried.done), None)


def set_up(
    place: Workplace,
    worktree: Worktree,
    step_runner: StepRunner,
    *,
    patience: float = 0,
    begins: Callable[[Step], object] = lambda _step: None,
    ends: Callable[[Carried], object] = lambda _carried: None,
) -> SetUp:
    """Carry out the steps that are left; refuses (Occupied) while another process does."""
    with step_runner.locked(patience):
        given = allocate(place, worktree.name, folder_of(worktree.branch or worktree.name), step_runner.is_free)
        step_runner.give(given)
        left = _left(place, worktree, step_runner)
        done: list[Carried] = []
        for step in left:
            begins(step)
            done.append(step_runner.carry_out(step))
            ends(done[-1])
            if not done[-1].done:
                break
            _leave(place, worktree, left[len(done) :])
        now = worktree._replace(undone=tuple(step.name for step in left[sum(part.done for part in done) :]))
        return SetUp(now, given, tuple(done), step_runner.log)


def set_up_or_wait(place: Workplace, worktree: Worktree, step_runner: StepRunner, progress: Progress) -> SetUp:
    """As `set_up`, but waits while another process sets it up, and then carries out what is left."""
    try:
        return set_up(place, worktree, step_runner, begins=progress.begins, ends=progress.ends)
    except Occupied:
        progress.says(f"Another process is setting up {worktree.name}; waiting for it")
    return set_up(place, worktree, step_runner, patience=PATIENCE, begins=progress.begins, ends=progress.ends)


def _left(place: Workplace, worktree: Worktree, step_runner: StepRunner) -> list[Step]:
    with place.store.reading() as books:
        now = books.worktrees.get(worktree.name) or worktree
    settings = place.settings().worktree
    steps = step_runner.steps(settings) if now.undone and settings.prepare else []
    left = [step for step in steps if EVERYTHING in now.undone or step.name in now.undone]
    _leave(place, worktree, left)
    return left


def _leave(place: Workplace, worktree: Worktree, left: list[Step]) -> None:
    with place.store.writing() as books:
        books.worktrees.leave(worktree.name, [step.name for step in left])
