"""What the hooks at the start and end of a session or subagent record and say."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from mcp_server.adapters.sqlite.books import SqliteBooks
from mcp_server.domain.agent import Agent
from tests.hooks.conftest import Work
from tests.hooks.runner import Hooks

ALICE = {"agent_id": "aalice-0123456789abcdef", "agent_type": "alice"}
"""A subagent with a name, as the client gives its id."""


def context(hooks: Hooks, event: str = "SessionStart", **fields: str) -> str:
    said = hooks.send(event, **fields)
    return str(said.json["hookSpecificOutput"]["additionalContext"]) if said.output else ""


def named_subagent(hooks: Hooks, work: Work) -> Agent:
    """`ALICE` has begun and claimed a scope of her own."""
    hooks.send("SubagentStart", **ALICE)
    with work.store.reading() as books:
        alice = books.agents.named("agent-1/alice")
    assert alice is not None
    work.claim(alice.id, "src/auth/**")
    return alice


def test_a_start_in_a_repository_that_is_not_in_use_changes_and_says_nothing(hooks: Hooks, repo: Path) -> None:
    said = hooks.send("SessionStart", source="startup")

    assert (said.output, said.stderr, said.code) == ("", "", 0)
    assert not (repo / ".git" / "interlock").exists()


def test_a_session_is_told_its_name_what_is_held_and_what_is_ready(hooks: Hooks, work: Work) -> None:
    other = work.agent("other", "billing")
    work.claim(other, "src/auth/**")

    told = context(hooks, source="startup", session_title="Fix the docs")

    assert 'You are "Fix-the-docs"' in told
    assert "billing: T1 src/auth/**" in told
    assert len(told) <= 1_500


def test_a_session_keeps_its_first_name_if_the_repository_comes_into_use_later(hooks: Hooks, repo: Path) -> None:
    hooks.send("SessionStart", source="startup", session_title="docs")
    work = Work(repo)

    hooks.edits("a.py", tool="Write")

    with work.store.reading() as books:
        agent = books.agents.find("s1")
    assert agent is not None
    assert agent.name == "docs"


def test_a_subagent_is_told_whose_scope_it_works_under(hooks: Hooks, work: Work) -> None:
    work.claim(work.agent("s1", "lead"), "src/**")

    told = context(hooks, "SubagentStart", agent_id="a1", agent_type="Explore")

    assert 'You are "lead/Explore-1"' in told
    assert "You work in the scope of the agent that started you: T1: src/**" in told


def test_a_session_that_ends_releases_its_claim_and_can_resume_it_in_time(hooks: Hooks, work: Work) -> None:
    other = Hooks(hooks.repo, Path(hooks.environment["CLAUDE_PLUGIN_DATA"]), session="s2")
    work.claim(work.agent("s1"), "src/auth/**")
    assert other.edit("src/auth/x.py").decision == "deny"

    hooks.send("SessionEnd", reason="other")
    assert other.edit("src/auth/x.py").output == ""

    assert "You hold T1" in context(hooks, source="resume")
    assert other.edit("src/auth/x.py").decision == "deny"


def test_the_scope_of_a_subagent_that_ends_for_good_returns_to_its_parent(hooks: Hooks, work: Work) -> None:
    work.claim(work.agent("s1"), "src/**")
    work.claim(work.agent("s1", subagent="a1"), "src/auth/**")
    assert hooks.edit("src/auth/x.py").decision == "deny"

    hooks.send(
        "SubagentStop",
        agent_id="a1",
        agent_type="worker",
        stop_hook_active=True,
        agent_transcript_path="/home/.claude/projects/p/s1/subagents/workflows/wf_1/agent-a1.jsonl",
    )

    assert hooks.edit("src/auth/x.py").output == ""


def test_a_subagent_that_may_be_woken_keeps_its_scope_and_goes_on_writing_in_it(hooks: Hooks, work: Work) -> None:
    work.claim(work.agent("s1"), "src/**")
    alice = named_subagent(hooks, work)

    asked = hooks.send("SubagentStop", **ALICE)
    hooks.send("SubagentStop", stop_hook_active=True, **ALICE)

    assert "you still hold T2" in asked.json["reason"]
    with work.store.reading() as books:
        assert books.presence.of(alice.id).what == "idle"
    assert hooks.edit("src/auth/x.py").decision == "deny"
    assert hooks.edit("src/auth/x.py", **ALICE).output == ""
    with work.store.reading() as books:
        assert books.presence.of(alice.id).what != "idle"


@pytest.mark.parametrize("approve", [True, False])
def test_a_teammate_that_agrees_to_be_shut_down_has_ended_with_that(hooks: Hooks, work: Work, *, approve: bool) -> None:
    named_subagent(hooks, work)
    answer = {"type": "shutdown_response", "request_id": "shutdown-1@alice", "approve": approve}
    tool_input = {"to": "team-lead", "message": answer}

    hooks.tool("PostToolUse", "SendMessage", tool_input, **ALICE)
    asked = hooks.send("SubagentStop", **ALICE)

    assert bool(asked.output) is not approve
    assert (hooks.edit("src/auth/x.py").decision == "deny") is not approve


def test_a_permission_prompt_is_noted_until_the_step_is_over(hooks: Hooks, work: Work) -> None:
    agent = work.agent("s1")

    said = hooks.send("PermissionRequest", tool_name="Bash", tool_input={"command": "make"})
    with work.store.reading() as books:
        [asked] = _asking(books, agent)
    hooks.send("PostToolBatch", tool_calls=[])
    with work.store.reading() as books:
        assert _asking(books, agent) == [None]

    assert (said.output, said.stderr) == ("", "")
    assert asked is not None


def _asking(books: SqliteBooks, agent: int) -> list[float | None]:
    return [books.presence.signs(agent).prompt_at]


def test_after_clear_the_session_has_a_new_id_and_is_the_same_agent(hooks: Hooks, work: Work) -> None:
    hooks.send("SessionStart", source="startup", session_title="alpha")
    work.claim(work.agent("s1"), "src/auth/**")

    hooks.send("SessionEnd", reason="clear")
    after = Hooks(hooks.repo, Path(hooks.environment["CLAUDE_PLUGIN_DATA"]), session="s2")
    told = context(after, source="clear")

    assert 'You are "alpha"' in told
    assert "You hold T1" in told
    assert after.edit("src/auth/x.py").output == ""


def test_an_edit_is_in_the_journal(hooks: Hooks, work: Work) -> None:
    hooks.edits("src/auth/x.py")
    (hooks.repo / "src/auth/y.py").write_text("x = 1\n")
    hooks.step("src/auth/y.py", "Read")

    with work.store.reading() as books:
        [editor] = books.journal.editors("src/auth/x.py")
        assert books.journal.editors("src/auth/y.py") == []
    assert editor.name == "agent-1"


@pytest.mark.parametrize("event", ["PostToolBatch", "UserPromptSubmit", "Stop", "PreCompact"])
def test_any_activity_renews_the_leases(hooks: Hooks, work: Work, event: str) -> None:
    agent = work.agent("s1")
    work.claim(agent, "src/auth/**")
    with work.store.writing() as books:
        books.agents.end(agent, "looked dead")

    said = hooks.send(event, stop_hook_active=True)

    assert (said.output, said.stderr) == ("", "")
    with work.store.reading() as books:
        [lease] = books.leases.held_by(agent)
        assert lease.is_live(books.now)


def test_the_activity_of_a_subagent_renews_its_parents_leases_too(hooks: Hooks, work: Work) -> None:
    parent = work.agent("s1")
    work.claim(parent, "src/auth/**")
    work.agent("s1", subagent="a1")
    with work.store.writing() as books:
        books.agents.end(parent, "looked dead")

    hooks.send("PostToolBatch", agent_id="a1", agent_type="worker")

    with work.store.reading() as books:
        assert books.leases.held_by(parent)[0].is_live(books.now)


def test_the_call_of_an_own_tool_is_announced_with_its_caller(hooks: Hooks, work: Work) -> None:
    name = "mcp__plugin_interlock_interlock__claim_task"

    said = hooks.send("PreToolUse", tool_name=name, tool_input={}, tool_use_id="toolu_1", agent_id="a1", agent_type="w")

    assert said.decision == "allow"
    with work.store.writing() as books:
        call = books.calls.answer("toolu_1")
        assert call is not None
        assert books.agents.get(call.agent).name == "agent-1/w-1"
        assert call.directory == str(hooks.repo)


@pytest.mark.parametrize(
    ("settings", "server", "approved"),
    [
        ("", "plugin_interlock_interlock", True),
        ("", "interlock", False),
        ("lease_minutes = 5", "plugin_interlock_interlock", True),
        ("approve_own_tools = false", "plugin_interlock_interlock", False),
        ("approve_own_tools = 7", "plugin_interlock_interlock", False),
    ],
)
@pytest.mark.parametrize("tool", ["plan_tasks", "board", "claim_task"])
@pytest.mark.parametrize("in_use", [True, False])
def test_own_tools_run_without_a_dialog_unless_the_settings_leave_that_to_the_person(  # noqa: PLR0913  all that counts
    hooks: Hooks,
    repo: Path,
    request: pytest.FixtureRequest,
    settings: str,
    server: str,
    approved: bool,
    tool: str,
    in_use: bool,
) -> None:
    if in_use:
        request.getfixturevalue("work")
    if settings:
        (repo / ".claude").mkdir()
        (repo / ".claude" / "interlock.toml").write_text(settings)

    said = hooks.send("PreToolUse", tool_name=f"mcp__{server}__{tool}", tool_input={}, tool_use_id="t")

    assert (said.decision, said.code) == ("allow" if approved else None, 0)


@pytest.mark.parametrize(("tool", "begins"), [("plan_tasks", True), ("board", False), ("lock_resource", False)])
def test_only_a_plan_puts_a_repository_into_use(hooks: Hooks, repo: Path, tool: str, begins: bool) -> None:
    hooks.send("PreToolUse", tool_name=f"mcp__plugin_interlock_interlock__{tool}", tool_input={}, tool_use_id="t")

    assert (repo / ".git" / "interlock" / "state.db").exists() is begins


@pytest.mark.parametrize("text", ['mode = "sometimes"', "mode = [", 'tasks = "x"'])
def test_faults_in_the_settings_are_reported_at_the_start(hooks: Hooks, work: Work, repo: Path, text: str) -> None:
    work.agent("other")
    (repo / ".claude").mkdir()
    (repo / ".claude" / "interlock.toml").write_text(text)

    said = hooks.send("SessionStart", source="startup")

    assert "interlock.toml" in said.json["systemMessage"]


def test_a_guard_that_is_switched_off_is_reported_at_the_start(hooks: Hooks, work: Work) -> None:
    (work.file.parent / "mode").write_text("off\n")

    assert "switched off" in hooks.send("SessionStart", source="startup").json["systemMessage"]


@pytest.mark.parametrize(
    "event", ["SessionStart", "SessionEnd", "SubagentStart", "SubagentStop", "PostToolUse", "Stop"]
)
@pytest.mark.parametrize("data", [b"", b"nonsense", b"[]", b"{}", b'{"session_id": 5, "hook_event_name": "Stop"}'])
def test_no_hook_answers_invalid_input_with_a_traceback_or_an_exit_code(
    hooks: Hooks, work: Work, event: str, data: bytes
) -> None:
    work.agent("s1")

    said = hooks.raw(event, data)

    assert said.code == 0
    assert "Traceback" not in said.output + said.stderr


def test_a_client_that_was_killed_is_noticed_at_the_next_start(hooks: Hooks, work: Work) -> None:
    script = (
        "import os, subprocess, sys; subprocess.run(['sh', '-c', sys.argv[1]], input=sys.argv[2].encode()); print()"
    )
    [handler] = [h for group in _events()["SessionStart"] for h in group["hooks"] if not h.get("asyncRewake")]
    fields = {
        "session_id": "dead",
        "cwd": str(hooks.repo),
        "hook_event_name": "SessionStart",
        "session_title": "victim",
    }
    event = json.dumps(fields)
    client = [sys.executable, "-c", script, handler["command"], event]
    subprocess.run(client, env=hooks.environment, cwd=hooks.repo, check=True, capture_output=True)
    work.claim(work.agent("dead"), "src/auth/**")

    told = context(hooks, source="startup")

    assert "Nobody else holds anything" in told
    assert "Ready: T1" in told


def _events() -> dict[str, list[dict[str, list[dict[str, str]]]]]:
    from tests.hooks.runner import EVENTS

    return EVENTS  # type: ignore[no-any-return]  # JSON
