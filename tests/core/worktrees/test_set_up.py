"""Setting up a worktree: the steps that are left, failed steps, and what happens after a crash."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pytest

from mcp_server.core.worktrees import set_up
from mcp_server.core.worktrees.set_up import SetUp
from mcp_server.domain.settings import WorktreeSettings
from mcp_server.domain.setup_step import Carried, Step, run
from mcp_server.domain.worktree import EVERYTHING, Worktree
from tests.workspace import Workspace


class FakeStepRunner:
    """Carries out steps on paper; a test says which fail, and at which the process is killed."""

    log = "/logs/one"

    def __init__(self, *names: str) -> None:
        self.names = list(names)
        self.fails: set[str] = set()
        self.kills: set[str] = set()
        self.done: list[str] = []
        self.given: dict[str, str] = {}

    @contextmanager
    def locked(self, patience: float = 0) -> Iterator[None]:
        """Nobody else is here."""
        yield

    def give(self, environment: Mapping[str, str]) -> None:
        """The environment that was written."""
        self.given = dict(environment)

    def steps(self, wanted: WorktreeSettings) -> list[Step]:  # noqa: ARG002  the port's form
        """The steps to carry out."""
        return [run(name) for name in self.names]

    def carry_out(self, step: Step) -> Carried:
        """Carry it out on paper."""
        if step.name in self.kills:
            raise KeyboardInterrupt
        self.done.append(step.name)
        return Carried(step.name, step.name not in self.fails, "said", 0.5)

    def is_free(self, port: int) -> bool:  # noqa: ARG002  the port's form
        """Every port is."""
        return True


@pytest.fixture
def worktree(workspace: Workspace) -> Worktree:
    with workspace.store.writing() as books:
        books.worktrees.add("one", "/one", branch="one", base="main", start="c", task=None)
        books.worktrees.move("one", "ready")
        books.worktrees.leave("one", (EVERYTHING,))
        found = books.worktrees.get("one")
    assert found is not None
    return found


def carried_out(workspace: Workspace, worktree: Worktree, step_runner: FakeStepRunner) -> SetUp:
    return set_up.set_up(workspace.place, worktree, step_runner)


def undone(workspace: Workspace) -> tuple[str, ...]:
    with workspace.store.reading() as books:
        found = books.worktrees.get("one")
    assert found is not None
    return found.undone


def test_all_steps_are_carried_out_in_order_and_reported(workspace: Workspace, worktree: Worktree) -> None:
    step_runner, told = FakeStepRunner("a", "b"), []
    outcome = set_up.set_up(
        workspace.place,
        worktree,
        step_runner,
        begins=lambda step: told.append(step.name),
        ends=lambda carried: told.append(f"{carried.step} done"),
    )
    assert told == ["a", "a done", "b", "b done"]
    assert (outcome.failed, outcome.worktree.undone, undone(workspace), outcome.log) == (None, (), (), "/logs/one")
    assert carried_out(workspace, worktree, step_runner).steps == ()


def test_after_a_failed_step_it_and_those_behind_it_are_left_and_repeated(
    workspace: Workspace, worktree: Worktree
) -> None:
    step_runner = FakeStepRunner("a", "b", "c")
    step_runner.fails = {"b"}
    outcome = carried_out(workspace, worktree, step_runner)
    assert outcome.failed == Carried("b", False, "said", 0.5)
    assert (outcome.worktree.undone, undone(workspace)) == (("b", "c"), ("b", "c"))
    step_runner.fails = set()
    assert [carried.step for carried in carried_out(workspace, worktree, step_runner).steps] == ["b", "c"]
    assert (step_runner.done, undone(workspace)) == (["a", "b", "b", "c"], ())


def test_a_crash_leaves_what_was_not_done(workspace: Workspace, worktree: Worktree) -> None:
    step_runner = FakeStepRunner("a", "b", "c")
    step_runner.kills = {"b"}
    with pytest.raises(KeyboardInterrupt):
        carried_out(workspace, worktree, step_runner)
    assert undone(workspace) == ("b", "c")


def test_a_step_that_is_not_asked_for_any_more_is_not_missed(workspace: Workspace, worktree: Worktree) -> None:
    step_runner = FakeStepRunner("a")
    step_runner.fails = {"a"}
    carried_out(workspace, worktree, step_runner)
    step_runner.names = ["z"]
    assert carried_out(workspace, worktree, step_runner).steps == ()
    assert undone(workspace) == ()


def test_nothing_is_brought_in_where_nobody_wants_it_but_ports_are_given(
    workspace: Workspace, worktree: Worktree
) -> None:
    workspace.settings = workspace.settings._replace(worktree=WorktreeSettings(prepare=False, ports=(("PORT", 3000),)))
    step_runner = FakeStepRunner("a")
    assert carried_out(workspace, worktree, step_runner).given == step_runner.given == {"PORT": "3000"}
    assert (step_runner.done, undone(workspace)) == ([], ())
