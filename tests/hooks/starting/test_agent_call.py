"""Before the client's own tool starts an agent: the model of the task that it is started for."""

from __future__ import annotations

from typing import Any

import pytest

from mcp_server.core.tasks.plan import Proposal, plan_tasks
from tests.hooks.conftest import Work
from tests.hooks.runner import Hooks, Said


@pytest.fixture(autouse=True)
def _tasks(work: Work) -> None:
    ada = work.agent("s1", "ada")
    plan_tasks(
        work.place,
        ada,
        [
            Proposal("Small", ["small"], tier="haiku"),
            Proposal("Any", ["any"]),
            Proposal("Large", ["large"], tier="opus"),
        ],
    )


def starts(hooks: Hooks, prompt: str = "Work on T1", **call: Any) -> Said:
    return hooks.tool("PreToolUse", "Agent", {"description": "Work", "prompt": prompt, **call})


def changed(said: Said) -> dict[str, Any]:
    """The call as it is made."""
    call: dict[str, Any] = said.json["hookSpecificOutput"]["updatedInput"]
    assert said.decision is None  # the user's own rules stay in charge
    return call


def settings(hooks: Hooks, text: str) -> None:
    file = hooks.repo / ".claude" / "interlock.toml"
    file.parent.mkdir(exist_ok=True)
    file.write_text(text)


def test_the_call_gets_the_model_of_the_tasks_tier_and_stays_as_it_is_otherwise(hooks: Hooks) -> None:
    said = starts(hooks, model="opus", subagent_type="Explore", run_in_background=True)
    assert changed(said) == {
        "description": "Work",
        "prompt": "Work on T1",
        "model": "haiku",
        "subagent_type": "Explore",
        "run_in_background": True,
    }
    assert said.told == ""


@pytest.mark.parametrize(
    ("prompt", "call"),
    [
        ("Work on T1", {"model": "haiku"}),  # it is right already
        ("Work on T2", {"model": "opus"}),  # without a tier
        ("Work on T99", {}),
        ("Look around", {"model": "opus"}),
        ("", {}),
    ],
)
def test_there_is_nothing_to_say_of_a_call_that_is_right_or_for_no_task_with_a_tier(
    hooks: Hooks, prompt: str, call: dict[str, str]
) -> None:
    assert starts(hooks, prompt, **call).output == ""


def test_the_older_name_of_the_tool_is_routed_too(hooks: Hooks) -> None:
    said = hooks.tool("PreToolUse", "Task", {"description": "T3", "prompt": "T1 is not yours"})
    assert changed(said)["model"] == "opus"


def test_a_call_without_words_is_let_pass(hooks: Hooks) -> None:
    assert hooks.tool("PreToolUse", "Agent", {"description": 1, "prompt": ["T1"]}).output == ""


def test_the_settings_name_the_model_and_the_effort_and_what_the_tool_cannot_be_given_is_said(hooks: Hooks) -> None:
    settings(hooks, '[routing]\nhaiku = "claude-haiku-9"\nopus = "qwen"\neffort = {haiku = "low"}\n')
    said = starts(hooks)
    assert (changed(said)["model"], changed(said)["effort"]) == ("haiku", "low")
    assert "With ANTHROPIC_DEFAULT_HAIKU_MODEL=claude-haiku-9 in the environment" in said.told
    hooks.environment["ANTHROPIC_DEFAULT_HAIKU_MODEL"] = "claude-haiku-9"
    assert starts(hooks).told == ""
    unknown = starts(hooks, "Work on T3")
    assert "updatedInput" not in unknown.json["hookSpecificOutput"]
    assert "T3 is a task for qwen ([routing] in the settings), which this tool can't be given" in unknown.told


def test_a_variable_that_decides_instead_is_said(hooks: Hooks) -> None:
    hooks.environment |= {"CLAUDE_CODE_SUBAGENT_MODEL": "claude-opus-4-5", "AI_AGENT": "claude-code_2-1-197_x"}
    assert "CLAUDE_CODE_SUBAGENT_MODEL=claude-opus-4-5, which decides. Tell the user." in starts(hooks).told
    hooks.environment["CLAUDE_CODE_SUBAGENT_MODEL"] = "haiku"
    assert starts(hooks).told == ""


@pytest.mark.parametrize("how", ["settings", "switch"])
def test_switched_off_it_says_nothing(hooks: Hooks, work: Work, how: str) -> None:
    if how == "settings":
        settings(hooks, 'mode = "off"\n')
    else:
        (work.file.parent / "mode").write_text("off\n")
    assert starts(hooks).output == ""


def test_the_tasks_role_decides_as_what_the_agent_is_started(hooks: Hooks, work: Work) -> None:
    ada = work.agent("s1", "ada")
    plan_tasks(work.place, ada, [Proposal("Look", [], role="reader"), Proposal("Own", ["own"], role="writer")])
    assert changed(starts(hooks, "Work on T4", subagent_type="general-purpose"))["subagent_type"] == "interlock:reader"
    assert changed(starts(hooks, "Work on T4"))["subagent_type"] == "interlock:reader"
    assert starts(hooks, "Work on T5", subagent_type="interlock:reader").output == ""  # it has less already
    assert changed(starts(hooks, "Work on T4", subagent_type="interlock:writer"))["subagent_type"] == "interlock:reader"
