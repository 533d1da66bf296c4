"""Before a workflow of the client: its script, with the models of the tasks that its agents are started for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mcp_server.core.tasks.plan import Proposal, plan_tasks
from tests.hooks.conftest import Work
from tests.hooks.runner import Hooks, Said

SCRIPT = "export const meta = {name: 'x'}\nawait agent('T1')\n"


@pytest.fixture
def planned(work: Work) -> None:
    plan_tasks(work.place, work.agent("s1", "ada"), [Proposal("Small", ["small"], tier="haiku")])


def starts(hooks: Hooks, **call: Any) -> Said:
    return hooks.tool("PreToolUse", "Workflow", call)


def written(said: Said) -> dict[str, Any]:
    call: dict[str, Any] = said.json["hookSpecificOutput"]["updatedInput"]
    assert '"T1": {"model": "haiku"}' in call["script"]
    return call


@pytest.mark.usefixtures("planned")
def test_the_script_is_changed_and_the_rest_of_the_call_is_not(hooks: Hooks) -> None:
    call = written(starts(hooks, script=SCRIPT, args={"a": 1}, resumeFromRunId="wf_1"))
    assert (call["args"], call["resumeFromRunId"]) == ({"a": 1}, "wf_1")


@pytest.mark.usefixtures("planned")
def test_a_script_in_a_file_is_given_as_text(hooks: Hooks, tmp_path: Path) -> None:
    folder = hooks.repo / ".claude" / "workflows"
    folder.mkdir(parents=True)
    (folder / "mine.js").write_text(SCRIPT)
    assert "name" not in written(starts(hooks, name="mine"))
    assert "scriptPath" not in written(starts(hooks, scriptPath=".claude/workflows/mine.js"))
    (tmp_path / "other.js").write_text(SCRIPT)
    written(starts(hooks, scriptPath=str(tmp_path / "other.js")))


@pytest.mark.usefixtures("planned")
@pytest.mark.parametrize("call", [{"name": "elsewhere:x"}, {"name": "../x"}, {"scriptPath": "gone.js"}, {}])
def test_a_script_that_cannot_be_found_runs_and_that_is_said(hooks: Hooks, call: dict[str, str]) -> None:
    said = starts(hooks, **call)
    assert said.decision is None
    assert "can't be read before it runs, so its agents get the models and tools that it names; tasks such as T1" in (
        said.told
    )


@pytest.mark.usefixtures("planned")
def test_a_script_that_is_no_javascript_is_refused_with_the_line(hooks: Hooks) -> None:
    said = starts(hooks, script="export const meta = {}\nawait agent('T1'\n")
    assert said.decision == "deny"
    assert "the script can't be read from line " in said.reason


@pytest.mark.usefixtures("work")
def test_without_a_task_that_has_a_tier_nothing_is_changed(hooks: Hooks) -> None:
    assert starts(hooks, script=SCRIPT).output == ""
    assert starts(hooks, script="no javascript (").output == ""


@pytest.mark.usefixtures("planned")
def test_a_variable_that_decides_instead_is_said(hooks: Hooks) -> None:
    hooks.environment["CLAUDE_CODE_WORKFLOW_SUBAGENT_MODEL"] = "opus"
    assert "CLAUDE_CODE_WORKFLOW_SUBAGENT_MODEL=opus, which decides" in starts(hooks, script=SCRIPT).told
