"""Many processes claim tasks at once: each task goes to exactly one, and none is lost."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.races.start import race
from tests.workspace import Workspace, task

RACERS = 32
TASKS = 500


def plan(workspace: Workspace, tasks: int) -> set[str]:
    return set(workspace.plan(*(task(f"J{number}", f"src/{number}/**") for number in range(tasks))).created)


def assert_each_once(workspace: Workspace, won: list[list[list[object]]], tasks: set[str]) -> None:
    grants = [(str(name), token) for racer in won for name, token in racer]
    assert [name for name, times in Counter(name for name, _ in grants).items() if times > 1] == []
    assert {name for name, _ in grants} == tasks
    assert len({token for _, token in grants}) == len(tasks)
    with workspace.store.reading() as books:
        left = [found for found in books.tasks.open(10_000) if found.status != "in_progress"]
        assert left == []
        assert books.tasks.counts()[1] == sum((len(racer) + 1) // 2 for racer in won)


def test_32_processes_that_claim_500_tasks_get_each_exactly_once(workspace: Workspace) -> None:
    tasks = plan(workspace, TASKS)
    assert_each_once(workspace, race("claims", workspace.file, RACERS), tasks)


def test_without_the_condition_in_the_claim_statement_a_task_is_granted_twice(workspace: Workspace) -> None:
    tasks = plan(workspace, 20)
    won = race("claims", workspace.file, 4, "without condition")
    assert max(Counter(name for racer in won for name, _ in racer).values()) > 1
    with pytest.raises(AssertionError):
        assert_each_once(workspace, won, tasks)


def test_the_same_race_with_the_condition_grants_each_task_once(workspace: Workspace) -> None:
    tasks = plan(workspace, 20)
    assert_each_once(workspace, race("claims", workspace.file, 4), tasks)
