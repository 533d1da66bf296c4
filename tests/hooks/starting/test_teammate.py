"""Before the client starts a teammate: a task of its own, or a refusal; and what its plan keeps closed."""

from __future__ import annotations

from typing import Any

import pytest

from mcp_server.core.tasks.plan import Proposal, plan_tasks
from tests.hooks.conftest import Work
from tests.hooks.runner import Hooks, Said

ALICE = {"agent_id": "aalice-0123456789abcdef", "agent_type": "alice"}


@pytest.fixture
def lead(hooks: Hooks, work: Work) -> Hooks:
    """A session in a terminal, with teams switched on and two tasks that are free."""
    hooks.environment |= {"CLAUDE_CODE_EXPERIMENTAL_AGENT_TEAMS": "1", "CLAUDE_CODE_ENTRYPOINT": "cli"}
    hooks.environment["INTERLOCK_ALONE"] = "1"  # there is no client whose children could be looked at
    planner = work.agent("s1", "lead")
    plan_tasks(work.place, planner, [Proposal("Auth", ["src/auth"], tier="haiku"), Proposal("API", ["src/api"])])
    return hooks


def starts(hooks: Hooks, prompt: str, name: str = "alice", **call: Any) -> Said:
    return hooks.tool("PreToolUse", "Agent", {"description": "Work", "prompt": prompt, "name": name, **call})


def holder(work: Work, task: str) -> str | None:
    with work.store.reading() as books:
        found = books.tasks.get(task)
        lease = books.leases.get(found.token) if found is not None and found.token is not None else None
        has_ended = lease is None or books.presence.has_ended(lease.holder)
    return lease.holder_name if lease is not None and not has_ended else None


def batch(hooks: Hooks, response: str) -> None:
    call = {"tool_name": "Agent", "tool_input": {"name": "alice"}, "tool_use_id": "t1", "tool_response": response}
    hooks.send("PostToolBatch", tool_calls=[call])


def test_it_gets_the_task_that_the_prompt_names_and_is_told_so_in_the_prompt(lead: Hooks, work: Work) -> None:
    call = starts(lead, "Work on T1", mode="bypassPermissions").json["hookSpecificOutput"]["updatedInput"]
    assert call["prompt"].startswith("Work on T1\n\nInterlock: you are lead/alice and hold T1")
    assert (call["model"], call["mode"]) == ("haiku", "bypassPermissions")
    assert holder(work, "T1") == "lead/alice"
    assert lead.edit("src/auth/x.py", **ALICE).decision is None
    assert lead.edit("src/api/x.py", **ALICE).decision == "deny"


def test_without_a_task_it_is_not_started_unless_it_only_reads(lead: Hooks) -> None:
    said = starts(lead, "Do something")
    assert said.decision == "deny"
    assert "Free: T1 Auth; T2 API." in said.reason
    assert starts(lead, "Look around", subagent_type="Explore").output == ""


@pytest.mark.parametrize(
    "environment",
    [
        {"CLAUDE_CODE_EXPERIMENTAL_AGENT_TEAMS": ""},
        {"CLAUDE_CODE_EXPERIMENTAL_AGENT_TEAMS": "0"},
        {"CLAUDE_CODE_ENTRYPOINT": "sdk-cli"},
    ],
)
def test_where_there_are_no_teams_a_name_means_nothing(lead: Hooks, environment: dict[str, str]) -> None:
    lead.environment |= environment
    assert starts(lead, "Do something").output == ""


def test_in_mode_warn_it_is_started_and_its_lead_is_told(lead: Hooks) -> None:
    (lead.repo / ".claude").mkdir()
    (lead.repo / ".claude" / "interlock.toml").write_text('mode = "warn"\n')
    said = starts(lead, "Do something")
    assert said.decision is None
    assert "(mode warn, not blocked): alice was not started" in said.told


def test_its_task_is_free_again_if_the_client_did_not_start_it(lead: Hooks, work: Work) -> None:
    starts(lead, "Work on T1")
    batch(lead, "Spawned successfully.")
    assert holder(work, "T1") == "lead/alice"
    batch(lead, "<tool_use_error>No such type of agent</tool_use_error>")
    assert holder(work, "T1") is None


def test_without_interlocks_server_in_the_session_it_is_not_started(lead: Hooks, work: Work) -> None:
    del lead.environment["INTERLOCK_ALONE"]  # the client is this process, and it has started no server
    said = starts(lead, "Work on T1")
    assert said.decision == "deny"
    assert "Interlock's server is not connected in this session" in said.reason
    assert holder(work, "T1") is None


@pytest.fixture
def gated(lead: Hooks) -> Hooks:
    """Alice holds T1, and needs a plan."""
    starts(lead, "Work on T1", mode="plan")
    return lead


@pytest.mark.parametrize(
    ("command", "runs"),
    [
        ("cat src/auth/x.py | head", True),
        ("git log --oneline", True),
        ("echo x > src/auth/x.py", False),
        ("echo x > README.md", False),
        ("git commit -qam x", False),
        ("git checkout -q -b other", False),
        ("python3 do.py", False),  # nothing confines it here
    ],
)
def test_before_its_plan_is_approved_only_commands_run_that_write_nothing(
    gated: Hooks, command: str, runs: bool
) -> None:
    (gated.repo / ".claude").mkdir(exist_ok=True)
    (gated.repo / ".claude" / "interlock.toml").write_text('bash = "check"\n')
    (gated.repo / "do.py").write_text("import sys; open(sys.argv[0] + chr(120), 'w')\n")
    said = gated.before(command, **ALICE)
    assert said.decision == (None if runs else "deny")
    if not runs:
        assert "in this team nobody writes before the plan is approved" in said.reason


@pytest.mark.parametrize("tool", ["Agent", "Task", "Workflow"])
def test_before_its_plan_is_approved_it_starts_no_other_agent(gated: Hooks, tool: str) -> None:
    call = {"description": "Work", "prompt": "Work on T2", "script": "agent('T2')"}
    said = gated.tool("PreToolUse", tool, call, **ALICE)
    assert said.decision == "deny"
    assert "was not started: in this team nobody writes" in said.reason


def test_neither_its_scope_nor_what_is_open_to_everybody_may_be_written(gated: Hooks) -> None:
    (gated.repo / ".claude").mkdir()
    (gated.repo / ".claude" / "interlock.toml").write_text('open = ["notes/**"]\n')
    for path in ("src/auth/x.py", "notes/x.md"):
        assert "nobody writes before the plan" in gated.edit(path, **ALICE).reason
    assert gated.edit("notes/x.md").decision is None  # the lead


def test_a_lead_that_stops_is_asked_once_about_what_its_team_has_in_hand(gated: Hooks) -> None:
    first = gated.send("Stop")
    assert first.json["decision"] == "block"
    assert "lead/alice has stopped and still holds T1" in first.json["reason"]
    assert gated.send("Stop").output == ""
