"""What decides about the model of a subagent before anything else."""

from __future__ import annotations

import pytest

from mcp_server.domain.assignment.overrides import overriding

OLD, NEW = "claude-code_2-1-197_harness", "claude-code_2-1-332_harness"


@pytest.mark.parametrize(
    ("environment", "found"),
    [
        ({}, None),
        ({"CLAUDE_CODE_SUBAGENT_MODEL": "opus", "AI_AGENT": OLD}, "CLAUDE_CODE_SUBAGENT_MODEL=opus"),
        ({"CLAUDE_CODE_SUBAGENT_MODEL": "opus", "AI_AGENT": NEW}, None),
        ({"CLAUDE_CODE_SUBAGENT_MODEL": "opus"}, None),
        ({"CLAUDE_CODE_SUBAGENT_MODEL": "opus", "AI_AGENT": "something else"}, None),
        (
            {"CLAUDE_CODE_SUBAGENT_MODEL": "opus", "CLAUDE_CODE_SUBAGENT_MODEL_FORCE": "1", "AI_AGENT": NEW},
            "CLAUDE_CODE_SUBAGENT_MODEL=opus",
        ),
        ({"CLAUDE_CODE_SUBAGENT_MODEL": "opus", "CLAUDE_CODE_SUBAGENT_MODEL_FORCE": "0", "AI_AGENT": NEW}, None),
        ({"CLAUDE_CODE_SUBAGENT_MODEL_FORCE": "1", "AI_AGENT": NEW}, None),
        ({"CLAUDE_CODE_WORKFLOW_SUBAGENT_MODEL": "opus", "AI_AGENT": NEW}, None),
    ],
)
def test_a_variable_decides_where_the_client_lets_it(environment: dict[str, str], found: str | None) -> None:
    assert overriding(environment) == found


def test_agents_of_a_workflow_have_a_variable_of_their_own() -> None:
    environment = {
        "CLAUDE_CODE_WORKFLOW_SUBAGENT_MODEL": "haiku",
        "CLAUDE_CODE_SUBAGENT_MODEL": "opus",
        "AI_AGENT": OLD,
    }
    assert overriding(environment, of_workflow=True) == "CLAUDE_CODE_WORKFLOW_SUBAGENT_MODEL=haiku"
