"""A confined command has a record until it ends, and what the kernel refused to it is explained."""

from __future__ import annotations

from pathlib import Path

import pytest

from mcp_server.sandbox import landlock, record
from tests.hooks.bash.conftest import git
from tests.hooks.conftest import Work
from tests.hooks.runner import Hooks

pytestmark = pytest.mark.skipif(not landlock.can_confine(), reason="this kernel has no Landlock")


def test_a_write_that_the_kernel_refused_is_explained_with_its_holder(confined: Hooks, repo: Path) -> None:
    assert confined.before("frob").output == ""
    record.note_confined(record.folder(str(repo / ".git" / "interlock"), "s1"), "b1", record.ALONE)
    words = ("bash: line 1: src/billing/x.py: Permission denied", "touch: cannot touch '/opt/x': Permission denied")
    error = "\n".join(("Exit code 1", *words))
    said = confined.bash("PostToolUseFailure", "frob", error=error)["post_bash"]
    assert said.told.startswith("Interlock: the system refused a write. src/billing/x.py is held by bob: task T2")
    assert "/opt/x lies outside the repository" in said.told


def test_the_record_for_the_shell_exists_until_the_call_ends(confined: Hooks, repo: Path) -> None:
    folder = repo / ".git/interlock/commands/s1"
    assert confined.before("ls").output == ""
    assert [file.name for file in folder.iterdir()] == ["b1.call"]
    confined.bash("PostToolUse", "ls", tool_response={"stdout": ""})
    assert not folder.exists()


def test_a_call_that_was_refused_in_the_end_leaves_nothing_behind(confined: Hooks, repo: Path) -> None:
    confined.before("frob")
    confined.send("PostToolBatch", tool_calls=[{"tool_name": "Bash", "tool_use_id": "b1"}, {"tool_use_id": 3}, "x"])
    assert not (repo / ".git/interlock/commands/s1").exists()
    confined.before("frob")
    confined.send("SessionEnd", reason="other")
    assert not (repo / ".git/interlock/commands/s1").exists()


def test_an_agent_without_a_claim_is_not_confined(confined: Hooks, repo: Path) -> None:
    confined.session = "s3"
    assert confined.before("frob").output == ""
    assert not (repo / ".git/interlock/commands").exists()


@pytest.mark.parametrize("command", ["frob", "echo x > src/auth/new.py", "frob --all && git status"])
def test_a_command_that_writes_is_not_run_when_its_record_cannot_be_written(
    confined: Hooks, repo: Path, command: str
) -> None:
    (repo / ".git/interlock/commands").write_text("no folder can be made here")

    said = confined.before(command)

    assert said.decision == "deny"
    assert said.reason.startswith("This command was not run: it could not be recorded")
    assert confined.before("cat src/auth/x.py | head").output == ""


def test_where_edits_are_only_reported_so_is_a_record_that_cannot_be_written(confined: Hooks, repo: Path) -> None:
    (repo / ".git/interlock/commands").write_text("no folder can be made here")
    (repo / ".claude" / "interlock.toml").write_text('mode = "warn"\n')

    said = confined.before("frob")

    assert (said.decision, "could not be recorded" in said.told) == (None, True)


def test_an_agent_without_a_claim_needs_no_record(confined: Hooks, repo: Path) -> None:
    (repo / ".git/interlock/commands").write_text("no folder can be made here")
    confined.session = "s3"

    assert confined.before("frob").output == ""


def test_a_command_that_changes_what_git_runs_is_reported_to_all(confined: Hooks, work: Work, repo: Path) -> None:
    assert confined.before("git config core.hooksPath mine").output == ""
    record.note_confined(record.folder(str(repo / ".git" / "interlock"), "s1"), "b1", record.SUPERVISED)
    git(repo, "config", "core.hooksPath", "mine")

    said = confined.bash("PostToolUse", "git config core.hooksPath mine", tool_response={"stdout": ""})["post_bash"]

    assert "git's setting core.hookspath is mine (it was not set)" in said.told
    assert "This undoes it: git config --unset-all core.hookspath" in said.told
    assert said.json["systemMessage"] == said.told
    with work.store.reading() as books:
        agent = books.agents.find("s2")
        assert agent is not None
        [message] = books.inbox.unseen(agent.id, 10)
    assert message.subject == "ada changed what git runs in this repository"


def test_a_refusal_that_the_output_does_not_show_is_explained_after_a_failure(confined: Hooks, repo: Path) -> None:
    folder = record.folder(str(repo / ".git" / "interlock"), "s1")

    def told(name: str, **fields: object) -> str:
        assert confined.before("bundle install").output == ""
        record.note_confined(folder, "b1", record.SUPERVISED)
        record.note_refused(folder, "b1", str(repo / "Gemfile.lock"))
        return confined.bash(name, "bundle install", **fields)["post_bash"].told

    assert "Gemfile.lock lies outside your scope" in told("PostToolUseFailure", error="Exit code 23\nCannot write it.")
    assert told("PostToolUse", tool_response={"stdout": "All is well."}) == ""
