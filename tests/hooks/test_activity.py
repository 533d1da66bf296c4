"""A stop asks once about a claim; a compaction and a session's end keep a checkpoint."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from mcp_server.adapters.sqlite import light
from tests.adapters.sqlite.test_light import with_long_log
from tests.hooks.conftest import Work
from tests.hooks.runner import Hooks


@pytest.fixture
def holder(hooks: Hooks, work: Work) -> Hooks:
    work.claim(work.agent("s1", "ada"), "src/auth/**")
    return hooks


def notes(work: Work) -> list[str]:
    with work.store.reading() as books:
        task = books.tasks.get("T1")
        assert task is not None
        return [note.text for note in books.tasks.notes(task.seq, 10)]


def test_a_stop_with_an_unfinished_claim_asks_once(holder: Hooks) -> None:
    first = holder.send("Stop", stop_hook_active=False)
    assert first.json["decision"] == "block"
    assert 'you still hold T1 "Work"' in first.json["reason"]
    assert holder.send("Stop", stop_hook_active=False).output == ""


def test_it_never_asks_in_a_loop_nor_while_subagents_work(holder: Hooks) -> None:
    assert holder.send("Stop", stop_hook_active=True).output == ""
    at_work = [{"id": "b1", "type": "subagent", "status": "running"}]
    assert holder.send("Stop", stop_hook_active=False, background_tasks=at_work).output == ""
    assert holder.send("Stop", stop_hook_active=False, background_tasks=[]).json["decision"] == "block"


def test_an_agent_without_a_claim_stops_without_a_question(hooks: Hooks, work: Work) -> None:
    work.agent("s1")
    assert hooks.send("Stop").output == ""
    hooks.session = "s-never-seen"
    assert hooks.send("Stop").output == ""


def test_with_the_guard_off_nothing_is_asked(holder: Hooks) -> None:
    (holder.repo / ".git/interlock/mode").write_text("off")
    assert holder.send("Stop").output == ""


def test_a_subagent_is_asked_about_its_own_claim_and_then_it_is_idle(hooks: Hooks, work: Work) -> None:
    work.claim(work.agent("s1", subagent="a1"), "src/auth/**")
    fields = {"agent_id": "a1", "agent_type": "worker"}
    assert hooks.send("SubagentStop", **fields).json["decision"] == "block"
    assert hooks.send("SubagentStop", **fields).output == ""
    with work.store.reading() as books:
        idle = books.agents.find("s1/a1")
        assert idle is not None
        assert (idle.ended_at, idle.idle_at is not None) == (None, True)


@pytest.mark.parametrize(
    ("event", "fields", "why"),
    [
        ("PreCompact", {"trigger": "auto"}, "before its memory was compacted"),
        ("SessionEnd", {"reason": "other"}, "its session ended"),
    ],
)
def test_a_checkpoint_is_kept(holder: Hooks, work: Work, event: str, fields: dict[str, str], why: str) -> None:
    holder.edits("src/auth/x.py")
    holder.bash("PostToolUseFailure", "pytest -q", error="Exit code 1\nFAILED tests/test_x.py::test_y")
    assert holder.send(event, **fields).stderr == ""
    assert notes(work) == [f"(kept by Interlock: {why}) Edited: src/auth/x.py. Its last test run failed: `pytest -q`."]


def test_a_successful_test_run_is_recorded_too(holder: Hooks, work: Work) -> None:
    holder.bash("PostToolUse", "npm test", tool_response={"stdout": "12 passing"})
    holder.bash("PostToolUse", "npm run build", tool_response={"stdout": "built"})
    with work.store.reading() as books:
        agent = books.agents.find("s1")
        assert agent is not None
        tested = books.activity.tested(agent.id)
        assert tested is not None
        assert (tested.command, tested.failed) == ("npm test", False)


def test_any_command_that_still_fails_is_recorded(holder: Hooks, work: Work) -> None:
    holder.bash("PostToolUseFailure", "npm run build", error="Exit code 2\nno such file")
    holder.bash("PostToolUseFailure", "npm run lint", error="Exit code 1\n")
    holder.bash("PostToolUse", "npm run build", tool_response={"stdout": "built"})
    holder.send("PreCompact", trigger="auto")
    holder.bash("PostToolUse", "npm run lint", tool_response={"stdout": ""})
    assert [note.partition(") ")[2] for note in notes(work)] == ["Its last command that failed: `npm run lint`."]
    with work.store.reading() as books:
        agent = books.agents.find("s1")
        assert agent is not None
        assert books.activity.last_failure(agent.id) is None


def test_whoever_finds_a_long_log_has_it_shortened_and_says_nothing_of_it(hooks: Hooks, work: Work) -> None:
    work.agent("s1")
    work.store.close()
    with_long_log(work.file, 2_500)
    log = work.file.with_name("state.db-wal")
    assert log.stat().st_size > light.LONG_LOG

    said = hooks.send("PostToolBatch", tool_calls=[])

    assert (said.output, said.stderr) == ("", "")
    wait_until(lambda: not log.exists() or log.stat().st_size == 0)


def wait_until(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.01)
