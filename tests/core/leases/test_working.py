"""Leases by what the holder does: a working one keeps them, the silence of the others is the machine's."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO

import pytest
from rich.console import Console

from mcp_server.answers.board import BoardAnswer
from mcp_server.answers.locks import LockAnswer
from mcp_server.cli.board import show_board
from mcp_server.core.board.board import read_board
from mcp_server.core.builds.blame import judge
from mcp_server.core.guard.check import PathInRepo, scope_check
from mcp_server.core.leases import lock
from mcp_server.core.leases.lock import Busy, Locked
from mcp_server.core.tasks import update
from mcp_server.core.tasks.update import NotWidened
from mcp_server.domain.errors import NotHolder
from tests.workspace import LEASE, Workspace, task

PID = 4711
LONG = 3 * LEASE


def runs_a_command(workspace: Workspace, ada: int) -> None:
    with workspace.store.writing() as books:
        books.commands.began("c", ada, "/repository", "pytest -x", confined=True, may_write=True)
    workspace.processes.runs(PID, "pytest -x", LONG)


def runs_one_in_the_background(workspace: Workspace, ada: int) -> None:
    runs_a_command(workspace, ada)
    with workspace.store.writing() as books:
        books.commands.ended("c")
        books.guard.stops((ada,))


def asks_its_user(workspace: Workspace, ada: int) -> None:
    with workspace.store.writing() as books:
        books.guard.asks((ada,))


WORKING = pytest.mark.parametrize(
    ("works", "words"),
    [
        (runs_a_command, "a command since 90 min: pytest -x"),
        (runs_one_in_the_background, "a command since 90 min: pytest -x"),
        (asks_its_user, "at a permission prompt since 90 min"),
    ],
)


def holding(workspace: Workspace) -> tuple[int, int]:
    """Ada holds A, with src/** and the resource db; Bob is there."""
    workspace.plan(task("A", "src/**", resources=["db"]), task("B", "lib"))
    ada = workspace.agent("ada", pid=PID)
    workspace.claimed(ada, "A")
    return ada, workspace.agent("bob", pid=PID + 1)


def is_held(workspace: Workspace, agent: int, path: str) -> bool:
    """Whether somebody else holds a path: the answer of the guard, `scope_check` and build advice, which must agree."""
    [checked] = scope_check(workspace.place, agent, [path], directory="/", locate=lambda path, _: PathInRepo(path))
    with workspace.store.reading() as books:
        rights = books.guard.rights_of(agent, None)
        blamed = judge(books, rights, {path: ["error"]}).suspects[0]
    answers = {checked.rule == "held", blamed.whose == "foreign" and not blamed.stopped}
    answers.add(workspace.rule(agent, path) == "held")
    assert len(answers) == 1, (checked.rule, blamed.whose, blamed.stopped)
    return answers.pop()


@WORKING
def test_a_working_agent_keeps_its_claim_however_long_it_is_silent(
    workspace: Workspace, works: Callable[[Workspace, int], None], words: str
) -> None:
    ada, bob = holding(workspace)
    works(workspace, ada)
    workspace.clock.advance(LONG)
    assert is_held(workspace, bob, "src/a")
    refused = workspace.refused(bob, "A")
    assert (refused.reason, refused.holder) == ("held", "ada")
    assert f"ada is working on A (silent for 90 min, {words})." in refused.advice
    assert workspace.claimed(bob).task.id == "B"
    outcome = update.update_task(workspace.place, bob, "B", widen=["src/x"])
    assert isinstance(outcome, NotWidened)
    busy = lock.lock_resource(workspace.place, bob, "db")
    assert isinstance(busy, Busy)
    assert words in LockAnswer.of("db", busy).advice
    assert isinstance(lock.lock_resource(workspace.place, bob, "path:src/x"), Busy)
    with pytest.raises(NotHolder, match=words):
        update.update_task(workspace.place, bob, "A", status="done")
    assert workspace.rule(ada, "src/a") == "own"
    assert workspace.events("taken_over") == []


@WORKING
def test_what_a_working_agent_holds_is_free_once_it_is_killed(
    workspace: Workspace, works: Callable[[Workspace, int], None], words: str
) -> None:
    ada, bob = holding(workspace)
    works(workspace, ada)
    assert is_held(workspace, bob, "src/a"), words
    workspace.kill(PID)
    assert not is_held(workspace, bob, "src/a")
    assert workspace.claimed(bob, "A").taken_from == "ada"


@WORKING
def test_the_claim_expires_when_the_work_is_over_and_the_agent_stays_silent(
    workspace: Workspace, works: Callable[[Workspace, int], None], words: str
) -> None:
    ada, bob = holding(workspace)
    works(workspace, ada)
    workspace.clock.advance(LONG)
    assert words in workspace.refused(bob, "A").advice
    process = workspace.processes.identify(PID)
    assert process is not None
    workspace.processes.stops_running(PID)
    workspace.processes.asking[process] = False  # it was rejected: no hook tells that
    workspace.clock.advance(LEASE - 1)
    assert is_held(workspace, bob, "src/a")
    workspace.clock.advance(1)
    assert not is_held(workspace, bob, "src/a")
    assert workspace.claimed(bob, "A").taken_from == "ada"


def test_an_agent_that_lives_and_does_nothing_loses_its_claim(workspace: Workspace) -> None:
    _, bob = holding(workspace)
    workspace.clock.advance(LEASE)
    assert not is_held(workspace, bob, "src/a")
    assert workspace.claimed(bob, "A").taken_from == "ada"


def test_a_killed_agent_without_a_claim_is_not_editing_any_more(workspace: Workspace) -> None:
    ada, bob = workspace.agent("ada", pid=PID), workspace.agent("bob", pid=PID + 1)
    with workspace.store.writing() as books:
        books.journal.edited("src/a", ada)
        assert [lease.holder for lease in books.guard.editing("/repository", (bob,))] == ["ada"]
        assert judge(books, books.guard.rights_of(bob, None), {"src/a": []}).verdict == "foreign"
    workspace.kill(PID)
    with workspace.store.writing() as books:
        assert books.guard.editing("/repository", (bob,)) == []
        assert books.guard.occupant("/repository", (bob,)) is None
        assert judge(books, books.guard.rights_of(bob, None), {"src/a": []}).verdict == "unknown"


def test_a_machine_that_slept_or_whose_clock_was_set_forward_gives_nothing_away(workspace: Workspace) -> None:
    _, bob = holding(workspace)
    workspace.clock.advance(LEASE - 10)
    workspace.clock.suspend(8 * 3600)
    assert is_held(workspace, bob, "src/a")
    assert workspace.refused(bob, "A").reason == "held"
    assert isinstance(lock.lock_resource(workspace.place, bob, "db"), Busy)
    workspace.clock.advance(10)
    assert workspace.claimed(bob, "A").taken_from == "ada"


def test_a_clock_that_was_set_back_lets_a_claim_expire_and_an_active_agent_keep_its_own(workspace: Workspace) -> None:
    ada, bob = holding(workspace)
    workspace.clock.suspend(-86_400)
    workspace.clock.advance(LEASE - 1)
    with workspace.store.writing() as books:
        assert books.guard.is_due((ada,))
        books.guard.touch((ada,))
    workspace.clock.advance(LEASE - 1)
    assert is_held(workspace, bob, "src/a")
    workspace.clock.advance(1)
    assert not is_held(workspace, bob, "src/a")


def test_nothing_is_kept_after_a_restart_of_the_machine(workspace: Workspace) -> None:
    workspace.plan(task("A", "src/**"), task("B", "lib"))
    workspace.claimed(workspace.agent("ada", pid=PID), "A")
    workspace.claimed(workspace.agent("without a process"), "B")
    workspace.clock.boot = "machine/boot-2"
    bob = workspace.agent("bob", pid=PID + 1)
    assert not is_held(workspace, bob, "src/a")
    assert {workspace.claimed(bob).task.id, workspace.claimed(bob).task.id} == {"A", "B"}


def test_an_agent_on_another_machine_is_silent_by_the_stores_time(workspace: Workspace) -> None:
    _, bob = holding(workspace)
    process = workspace.processes.identify(PID)
    assert process is not None
    workspace.processes.unseen.add(process)
    workspace.clock.boot = "another/boot"
    workspace.agent("bob", pid=PID + 1)
    workspace.clock.advance(LEASE - 1)
    assert workspace.refused(bob, "A").reason == "held"
    workspace.clock.advance(1)
    assert workspace.claimed(bob, "A").taken_from == "ada"


def test_the_holder_is_told_once_who_waits_and_a_person_sees_it_on_the_board(workspace: Workspace) -> None:
    ada, bob = holding(workspace)
    runs_a_command(workspace, ada)
    workspace.refused(bob, "A")
    assert workspace.inbox(ada) == [], "it was active just now"
    workspace.clock.advance(LONG)
    for _ in range(3):
        workspace.refused(bob, "A")
    [message] = workspace.inbox(ada)
    assert message.subject == "bob waits for A, which you hold"
    assert "a command since 90 min: pytest -x" in message.body
    assert message.times == 1
    board = read_board(workspace.place)
    [waiting] = board.waiting
    assert (waiting.who, waiting.holder) == ("bob", "ada")
    assert waiting.doing == "silent for 90 min, a command since 90 min: pytest -x"
    answer = BoardAnswer.of(board)
    assert {agent.name: agent.doing for agent in answer.agents}["ada"] == "a command since 90 min: pytest -x"
    console = Console(width=200, record=True, file=StringIO())
    console.print(show_board(answer))
    assert "bob waits for A (ada: silent for 90 min, a command since 90 min: pytest -x)" in console.export_text()


@pytest.mark.parametrize("way", ["done", "killed", "expired", "unlocked"])
def test_nobody_is_shown_as_waiting_for_what_is_over(workspace: Workspace, way: str) -> None:
    ada, bob = holding(workspace)
    workspace.plan(task("C", "docs"))
    lock.lock_resource(workspace.place, ada, "port")
    if way == "unlocked":
        lock.lock_resource(workspace.place, bob, "port")
    else:
        workspace.refused(bob, "A")
    assert [waiting.who for waiting in read_board(workspace.place).waiting] == ["bob"]
    if way == "killed":
        workspace.kill(PID)
    elif way == "expired":
        workspace.clock.advance(LEASE)
    elif way == "done":
        update.update_task(workspace.place, ada, "A", status="done")
        workspace.claimed(ada, "C")  # it holds something else now
    else:
        lock.unlock_resource(workspace.place, ada, "port")
    assert read_board(workspace.place).waiting == ()


def test_a_lock_is_kept_by_work_and_lost_by_silence_as_a_claim_is(workspace: Workspace) -> None:
    ada, bob = workspace.agent("ada", pid=PID), workspace.agent("bob")
    lock.lock_resource(workspace.place, ada, "path:package.json", minutes=1)
    runs_a_command(workspace, ada)
    workspace.clock.advance(600)
    assert is_held(workspace, bob, "package.json")
    workspace.processes.stops_running(PID)
    workspace.clock.advance(60)
    assert isinstance(lock.lock_resource(workspace.place, bob, "path:package.json"), Locked)
