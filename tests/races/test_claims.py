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


@pytest.mark.parametrize("two_machines", [18], indirect=True)
def test_16_processes_on_two_machines_that_claim_500_tasks_get_each_exactly_once(two_machines: Workspace) -> None:
    tasks = plan(two_machines, TASKS)
    assert_each_once(two_machines, race("claims", two_machines.file, 16), tasks)


@pytest.mark.parametrize("two_machines", [15], indirect=True)
def test_so_do_those_on_the_oldest_version_of_the_database(two_machines: Workspace) -> None:
    tasks = plan(two_machines, 60)
    assert_each_once(two_machines, race("claims", two_machines.file, 6), tasks)


def test_without_the_lock_the_database_itself_grants_no_task_twice(two_machines: Workspace) -> None:
    plan(two_machines, 20)
    with pytest.raises(AssertionError, match="who did not lock the state|lease_one_claim"):
        race("claims", two_machines.file, 4, "without lock")
    with two_machines.store.writing() as books:
        held = [lease.task for lease in books.leases.all()]
    assert len(held) == len(set(held))


def test_tokens_of_a_task_grow_whichever_machine_claims_it(two_machines: Workspace) -> None:
    plan(two_machines, 5)
    granted = race("turns", two_machines.file, 6, "20")
    by_task: dict[str, list[int]] = {}
    for task_id, token, order in sorted((one for racer in granted for one in racer), key=lambda one: one[2]):
        by_task.setdefault(task_id, []).append(token)
        assert order
    assert sum(map(len, by_task.values())) == 120
    assert all(tokens == sorted(set(tokens)) for tokens in by_task.values())


def test_the_same_race_with_the_condition_grants_each_task_once(workspace: Workspace) -> None:
    tasks = plan(workspace, 20)
    assert_each_once(workspace, race("claims", workspace.file, 4), tasks)
