"""After a Bash command, one answer says what it damaged and whose files its errors are in."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.hooks.conftest import Work
from tests.hooks.runner import Hooks

ERROR = "Exit code 1\nsrc/billing/api.py:3:9: error: Name 'total' is not defined  [name-defined]\n"


@pytest.fixture
def at_work(hooks: Hooks, work: Work, repo: Path) -> Hooks:
    """A session that holds src/auth, while another holds src/billing; a command is running."""
    (repo / "src/billing").mkdir()
    (repo / "src/billing/api.py").write_text("x = 1\n")
    work.claim(work.agent("s1", "ada"), "src/auth/**")
    work.claim(work.agent("s2", "bob"), "src/billing/**")
    (repo / ".claude").mkdir()
    (repo / ".claude" / "interlock.toml").write_text('bash = "check"\n')
    assert hooks.before("frob src").output == ""
    return hooks


def test_damage_comes_first_and_then_the_errors(at_work: Hooks, repo: Path) -> None:
    (repo / "README.md").write_text("by the command\n")

    [said] = at_work.bash("PostToolUseFailure", "frob src", error=ERROR).values()

    damage, _, errors = said.told.partition("\n")
    assert "README.md lies outside your scope" in damage
    assert errors.startswith("Interlock: The error")
    assert "src/billing/api.py" in errors
    assert said.stderr == ""


def test_damage_is_reported_without_errors_and_errors_without_damage(at_work: Hooks, repo: Path) -> None:
    [errors] = at_work.bash("PostToolUseFailure", "mypy src", tool_use_id="b2", error=ERROR).values()
    assert errors.told.startswith("Interlock: The error")

    (repo / "README.md").write_text("by the command\n")
    [damage] = at_work.bash("PostToolUse", "frob src", tool_response={"stdout": "well"}).values()
    assert damage.told.startswith("Interlock: this command changed")


@pytest.mark.parametrize("broken", ["damage", "errors"])
def test_a_failure_of_one_part_does_not_suppress_the_other(at_work: Hooks, repo: Path, broken: str) -> None:
    (repo / "README.md").write_text("by the command\n")
    fields: dict[str, object] = {"tool_use_id": 1, "error": ERROR} if broken == "damage" else {"error": 5}

    [said] = at_work.bash("PostToolUseFailure", "frob src", **fields).values()

    told, complaint = ("The error", "what the command changed") if broken == "damage" else ("README.md", "the errors")
    assert told in said.told
    assert f"interlock: {complaint} " in said.stderr
    assert said.code == 0


def test_the_output_of_a_background_task_is_only_read_for_errors(at_work: Hooks, repo: Path) -> None:
    (repo / "README.md").write_text("by the command\n")
    task = {"task": {"command": "mypy src", "exitCode": 1, "output": ERROR}}

    [said] = at_work.bash("PostToolUse", "", tool_name="TaskOutput", tool_input={}, tool_response=task).values()

    assert "README.md" not in said.told
    assert "src/billing/api.py" in said.told
