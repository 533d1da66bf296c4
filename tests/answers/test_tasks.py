"""What an agent is told with the task that it claims."""

from __future__ import annotations

import pytest

from mcp_server.answers.tasks import ClaimAnswer
from mcp_server.domain.assignment.roles import RoleSettings
from mcp_server.domain.settings import Settings
from tests.workspace import Workspace, task


@pytest.mark.parametrize(
    ("role", "scope", "told"),
    [
        (None, "src/**", "A is yours. Edit only what `scope` covers."),
        (None, "", "A is yours. Edit nothing: this task is for reading."),
        (
            "writer",
            "src/**",
            "Its role is writer (edits files and runs commands, and starts no agents). Edit only what",
        ),
        ("tester", "src/**", "Its role is tester (runs commands and tests, and edits nothing). Edit nothing."),
        ("docs", "src/**", "Edit only what `scope` covers. You have only the tools of its role, docs."),
    ],
)
def test_a_claim_says_what_may_be_edited_in_its_role(
    workspace: Workspace, role: str | None, scope: str, told: str
) -> None:
    workspace.settings = Settings(roles=(RoleSettings("docs", tools=("Edit",)),))
    workspace.plan(task("A", *filter(None, [scope]))._replace(role=role))
    assert told in ClaimAnswer.of(workspace.claimed(workspace.agent("ada"))).line()
