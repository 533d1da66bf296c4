"""Counting failures because of other agents' files, and the messages to their holders."""

from __future__ import annotations

from mcp_server.core.builds import failures
from mcp_server.core.builds.blame import Judgement, Suspect
from tests.workspace import Workspace

RETRY = 30.0
LINES = [f"b.py:{number}: error" for number in range(5)]


def judgement(*paths: str, holder: int = 7, stopped: str | None = None) -> Judgement:
    suspects = [Suspect(path, LINES, "unknown").of(holder, "bob", "B", None) for path in paths]
    for suspect in suspects:
        suspect.stopped = stopped
    return Judgement([*suspects, Suspect("mine.py", LINES, "own")])


def failed(workspace: Workspace, agent_id: int, command: str, *paths: str) -> int:
    """The count after this failure and the wait that follows it."""
    with workspace.store.writing() as books:
        attempts = failures.failed(books.activity, agent_id, judgement(*paths), command, retry_seconds=RETRY)
    workspace.clock.advance(RETRY)
    return attempts


def passed(workspace: Workspace, agent_id: int, command: str) -> list[str]:
    with workspace.store.writing() as books:
        return failures.passed(books.activity, agent_id, command)


def test_attempts_are_counted_for_each_file(workspace: Workspace) -> None:
    ada = workspace.agent("ada")
    assert [failed(workspace, ada, "make", "b.py") for _ in range(3)] == [1, 2, 3]
    assert failed(workspace, ada, "make", "b.py", "c.py") == 4
    assert failed(workspace, ada, "make", "c.py") == 2
    assert failed(workspace, ada, "make", "b.py") == 1, "it had gone, so this is another one"


def test_the_count_is_forgotten_when_the_command_passes(workspace: Workspace) -> None:
    ada = workspace.agent("ada")
    failed(workspace, ada, "make  -j2", "b.py")
    assert passed(workspace, ada, "make lint") == []
    assert passed(workspace, ada, "make -j2 ") == ["b.py"]
    assert passed(workspace, ada, "make -j2") == []
    assert failed(workspace, ada, "make -j2", "b.py") == 1


def test_where_the_output_goes_makes_no_other_command(workspace: Workspace) -> None:
    ada = workspace.agent("ada")
    failed(workspace, ada, "make", "b.py")
    assert failed(workspace, ada, "make 2>&1 | tail -20", "b.py") == 2
    assert failed(workspace, ada, "cd web && make", "b.py") == 1
    assert failures.normal("  tail -20  log ") == "tail -20 log"


def test_each_command_has_a_count_of_its_own(workspace: Workspace) -> None:
    ada = workspace.agent("ada")
    assert [failed(workspace, ada, command, "b.py") for command in ("make", "pytest", "make", "pytest")] == [1, 1, 2, 2]
    passed(workspace, ada, "pytest")
    assert failed(workspace, ada, "make", "b.py") == 3


def test_runs_in_one_minute_are_as_many_attempts_as_the_agent_could_have_waited(workspace: Workspace) -> None:
    ada = workspace.agent("ada")
    counted = []
    for _ in range(4):
        with workspace.store.writing() as books:
            counted.append(failures.failed(books.activity, ada, judgement("b.py"), "make", retry_seconds=RETRY))
        workspace.clock.advance(15)
    assert counted == [1, 1, 2, 2]


def test_an_edit_since_the_run_before_is_noted(workspace: Workspace) -> None:
    ada = workspace.agent("ada")
    found = []
    for ago in (5, 45, 5):
        one = judgement("b.py")
        one.foreign[0].last_edit = workspace.clock.now - ago
        with workspace.store.writing() as books:
            failures.failed(books.activity, ada, one, "make", retry_seconds=RETRY)
        found.append(one.foreign[0].edited_since)
        workspace.clock.advance(RETRY)
    assert found == [False, False, True], "of the first run there is none before"


def test_a_failure_without_anything_foreign_counts_nothing(workspace: Workspace) -> None:
    assert failed(workspace, workspace.agent("ada"), "make") == 0


def test_the_holder_is_notified_only_at_the_first_and_the_third_failure() -> None:
    told = {
        attempts: list(
            failures.messages_to_holders(judgement("b.py", "c.py"), waiting="ada", command="make", attempts=attempts)
        )
        for attempts in range(6)
    }
    assert {attempts for attempts, deliveries in told.items() if deliveries} == {1, 3}
    [(holder, subject, text)] = told[1]
    assert holder == 7
    assert subject == "ada is waiting for b.py, c.py: `make` fails because of it"
    assert text.splitlines()[:4] == [*LINES[:3], LINES[0]]
    assert "mine.py" not in subject + text
    [(_, subject, text)] = told[3]
    assert subject.startswith("ada is still waiting for b.py, c.py")
    assert "failed 3 times" in text


def test_a_holder_that_has_ended_is_not_notified() -> None:
    left = judgement("b.py", stopped="has ended")
    assert list(failures.messages_to_holders(left, waiting="ada", command="make", attempts=1)) == []
