"""Once a budget is used up, the guard lets an agent read, commit, and use Interlock's own tools."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.hooks.conftest import Work
from tests.hooks.runner import EVENTS, Hooks, Said
from tests.transcripts import response, write

STARTS = ("Agent", "Task", "Workflow")


@pytest.fixture
def over(hooks: Hooks, work: Work, tmp_path: Path) -> Hooks:
    """Ada holds T1, and has spent all that an agent may spend."""
    settings(hooks, "[budget]\nagent_tokens = 100\n")
    work.claim(work.agent("s1", "ada"), "src/auth/**")
    transcript = write(tmp_path / "s1.jsonl", response("m1", (100, 0, 0, 0), at=""))
    said = hooks.send("PostToolBatch", tool_calls=[], transcript_path=str(transcript))
    assert "the budget of ada (100 of 100 tokens) is used up\nLeave a note" in said.told
    return hooks


def settings(hooks: Hooks, text: str) -> None:
    file = hooks.repo / ".claude" / "interlock.toml"
    file.parent.mkdir(exist_ok=True)
    file.write_text(text)


def refused(said: Said) -> bool:
    """Whether it is refused, with what to do instead."""
    if said.decision != "deny":
        return False
    assert "the budget of ada (100 of 100 tokens) is used up. Leave a note" in said.reason
    assert "interlock budget raise agent ada TOKENS" in said.reason
    assert len(said.reason) <= 600
    return True


@pytest.mark.parametrize("tool", STARTS)
def test_no_agent_is_started(over: Hooks, tool: str) -> None:
    assert refused(over.tool("PreToolUse", tool, {"prompt": "Go", "description": "x"}))


@pytest.mark.parametrize("path", ["src/auth/x.py", "README.md", "/nowhere/notes.md"])
def test_nothing_is_written(over: Hooks, path: str) -> None:
    assert refused(over.edit(path))


@pytest.mark.parametrize(
    ("command", "runs"),
    [
        ("ls -la && cat README.md | grep x", True),
        ("git status && git diff HEAD", True),
        ("git add src/auth/x.py", True),
        ("git commit -m 'What is done so far'", True),
        ("cd src && git add auth/x.py && git commit -m \"$(cat <<'EOF'\nHalf\nEOF\n)\" && git log -1", True),
        ("interlock update T1 --note 'half' && interlock release T1", True),
        ("for f in a b; do git add src/auth/$f; done", True),
        ("echo x > src/auth/x.py", False),
        ("npm run build", False),
        ("git commit -m x && npm run build", False),
        ("git commit -m x > log", False),
        ("git stash", False),
        ("rm src/auth/x.py", False),
        ("claude -p 'go on'", False),
        ("interlock launch T1", False),
        ("interlock budget raise agent ada 2M", False),
    ],
)
def test_commands_read_and_commit_and_do_nothing_else(over: Hooks, command: str, runs: bool) -> None:
    (over.repo / "src/auth/x.py").write_text("x = 1\n")
    assert (over.before(command).decision != "deny") is runs


@pytest.mark.parametrize(
    ("tool", "arguments", "runs"),
    [
        ("mcp__plugin_interlock_interlock__update_task", {"task_id": "T1", "note": "half"}, True),
        ("mcp__tracker__get_issue", {"id": 3}, True),
        ("mcp__tracker__create_issue", {"title": "x"}, False),
        ("mcp__browser__click", {"ref": "e1"}, False),
        ("mcp__shell__run_command", {"command": "npm run build"}, False),
        ("mcp__shell__run_command", {"command": "git log"}, True),
    ],
)
def test_of_other_servers_tools_only_those_that_read_are_called(
    over: Hooks, tool: str, arguments: dict[str, object], runs: bool
) -> None:
    assert (over.tool("PreToolUse", tool, arguments).decision != "deny") is runs


def test_refusals_are_in_the_log_and_a_subagent_of_its_own_budget_goes_on(over: Hooks, work: Work) -> None:
    over.tool("PreToolUse", "Agent", {"prompt": "Go"})
    over.edit("src/auth/x.py")
    with work.store.reading() as books:
        found = [(event.subject, event.detail) for event in books.events.recent(10) if event.kind == "refused"]
    assert found == [("Agent", "budget"), ("src/auth/x.py", "budget")]

    work.agent("s1", subagent="a1")
    assert over.edit("src/auth/x.py", agent_id="a1", agent_type="worker").output == ""


def test_in_mode_warn_it_is_said_and_in_mode_off_it_is_not(over: Hooks) -> None:
    mode = over.repo / ".git/interlock/mode"
    mode.write_text("warn\n")
    said = [
        over.tool("PreToolUse", "Agent", {"prompt": "Go"}),
        over.edit("src/auth/x.py"),
        over.before("npm run build"),
    ]
    assert [(each.decision, "is used up" in each.told) for each in said] == [(None, True)] * 3
    mode.write_text("off\n")
    said = [
        over.tool("PreToolUse", "Agent", {"prompt": "Go"}),
        over.edit("src/auth/x.py"),
        over.before("npm run build"),
    ]
    assert [each.output for each in said] == [""] * 3


def test_once_the_settings_allow_more_work_goes_on(over: Hooks) -> None:
    settings(over, "[budget]\nagent_tokens = 1000\n")
    assert over.edit("src/auth/x.py").output == ""
    assert over.tool("PreToolUse", "Agent", {"prompt": "Go"}).output == ""


def test_without_a_budget_agents_are_started_as_ever(hooks: Hooks, work: Work) -> None:
    work.agent("s1", "ada")
    assert [hooks.tool("PreToolUse", tool, {"prompt": "Go"}).output for tool in STARTS] == [""] * 3


def test_where_interlock_is_not_in_use_they_are_too(hooks: Hooks) -> None:
    assert [hooks.tool("PreToolUse", tool, {"prompt": "Go"}).output for tool in STARTS] == [""] * 3
    assert not subprocess.run(["git", "status", "--porcelain"], cwd=hooks.repo, capture_output=True, check=True).stdout


def test_tools_that_only_read_start_no_hook() -> None:
    matchers = [group["matcher"] for group in EVENTS["PreToolUse"]]
    assert len(matchers) == 1
    assert not any(re.search(matchers[0], tool) for tool in ("Read", "Grep", "Glob", "SendMessage", "TodoWrite"))


@pytest.mark.parametrize("tool", ["WebFetch", "WebSearch", "mcp__docs__search"])
def test_what_only_reads_may_be_used(over: Hooks, tool: str) -> None:
    assert over.tool("PreToolUse", tool, {"query": "x"}).output == ""
