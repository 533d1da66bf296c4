"""The guard as the client runs it: what it refuses, what it says, and when it stays silent."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.hooks.conftest import Work
from tests.hooks.runner import Hooks


def test_in_a_repository_that_does_not_use_interlock_nothing_is_said_or_written(hooks: Hooks, repo: Path) -> None:
    said = hooks.edit("src/auth/x.py")

    assert (said.output, said.stderr, said.code) == ("", "", 0)
    assert not (repo / ".git" / "interlock").exists()


@pytest.mark.parametrize(
    ("tool", "argument"),
    [("Edit", "file_path"), ("Write", "file_path"), ("MultiEdit", "file_path"), ("NotebookEdit", "notebook_path")],
)
def test_an_edit_in_somebody_elses_claim_is_refused_naming_holder_task_and_next_step(
    hooks: Hooks, work: Work, tool: str, argument: str
) -> None:
    task = work.claim(work.agent("other", "billing"), "src/auth/**")

    said = hooks.edit("src/auth/x.py", tool, argument)

    assert said.decision == "deny"
    assert f"src/auth/x.py is held by billing: task {task}" in said.reason
    assert "claim_task" in said.reason
    assert len(said.reason) <= 600


def test_paths_are_judged_after_links_and_dots_are_resolved(hooks: Hooks, work: Work, repo: Path) -> None:
    work.claim(work.agent("other"), "src/auth/**")
    (repo / "shortcut").symlink_to(repo / "src" / "auth")

    for path in ("src/../src/auth/x.py", "shortcut/x.py", repo / "src/auth/deep/x.py", f"{repo}/./src//auth/x.py"):
        assert hooks.edit(path).decision == "deny", path


def test_a_path_outside_every_worktree_is_ignored(hooks: Hooks, work: Work, tmp_path: Path) -> None:
    work.claim(work.agent("s1"), "src/auth/**")

    assert hooks.edit(tmp_path / "elsewhere.py").output == ""


def test_a_holder_writes_in_its_scope_and_nowhere_else(hooks: Hooks, work: Work) -> None:
    task = work.claim(work.agent("s1"), "src/auth/**", "!src/auth/gen/**")

    assert hooks.edit("src/auth/x.py").output == ""
    outside = hooks.edit("README.md")
    assert outside.decision == "deny"
    assert f"README.md lies outside your scope: {task} covers src/auth/**" in outside.reason
    assert hooks.edit("src/auth/gen/x.py").decision == "deny"


def test_an_agent_without_a_claim_writes_what_nobody_holds_unless_the_settings_say_otherwise(
    hooks: Hooks, work: Work, repo: Path
) -> None:
    assert work.agent("s1")
    assert hooks.edit("README.md").output == ""

    (repo / ".claude").mkdir()
    (repo / ".claude" / "interlock.toml").write_text('unclaimed = "deny"\nopen = ["docs/**"]\n')

    assert "claim_task first" in hooks.edit("README.md").reason
    assert hooks.edit("docs/x.md").output == ""


def test_nobody_writes_into_git_or_into_the_state(hooks: Hooks, work: Work) -> None:
    work.agent("s1")

    for path in (".git/config", ".git/interlock/state.db", ".claude/interlock/state.db", "sub/.git/hooks/pre-commit"):
        assert "never edited by hand" in hooks.edit(path).reason, path


def test_a_subagent_works_under_its_parents_scope_until_it_has_its_own(hooks: Hooks, work: Work) -> None:
    parent = work.agent("s1", "lead")
    work.claim(parent, "src/**")
    assert hooks.edit("src/a.py", agent_id="a1", agent_type="worker").output == ""
    assert hooks.edit("docs/a.md", agent_id="a1", agent_type="worker").decision == "deny"

    child = work.agent("s1", subagent="a1")
    work.claim(child, "src/auth/**")

    assert hooks.edit("src/auth/a.py", agent_id="a1", agent_type="worker").output == ""
    assert hooks.edit("src/a.py", agent_id="a1", agent_type="worker").decision == "deny"
    assert "is held by lead/worker-1" in hooks.edit("src/auth/a.py").reason
    assert "is held by lead/worker-1" in hooks.edit("src/auth/a.py", agent_id="a2", agent_type="worker").reason


def test_in_mode_warn_the_edit_passes_and_the_agent_is_told(hooks: Hooks, work: Work) -> None:
    work.claim(work.agent("other", "billing"), "src/auth/**")
    (work.file.parent / "mode").write_text("warn\n")

    said = hooks.edit("src/auth/x.py")

    assert said.decision is None
    assert "is held by billing" in said.json["hookSpecificOutput"]["additionalContext"]


def test_in_mode_off_nothing_is_said(hooks: Hooks, work: Work) -> None:
    work.claim(work.agent("other"), "src/auth/**")
    (work.file.parent / "mode").write_text("off\n")

    assert hooks.edit("src/auth/x.py").output == ""


def test_a_linked_worktree_shares_the_claims_and_has_paths_of_its_own(
    hooks: Hooks, work: Work, repo: Path, tmp_path: Path
) -> None:
    git = ["git", "-C", str(repo), "-c", "user.name=T", "-c", "user.email=t@example.invalid"]
    subprocess.run([*git, "commit", "--quiet", "--allow-empty", "-m", "Start"], check=True)
    subprocess.run([*git, "worktree", "add", "--quiet", str(tmp_path / "tree")], check=True, capture_output=True)
    work.claim(work.agent("other"), "src/auth/**")

    assert hooks.edit(tmp_path / "tree" / "src/auth/x.py").decision == "deny"
    assert hooks.edit(tmp_path / "tree" / "src/api/x.py").output == ""


BAD = [
    b"",
    b"nonsense",
    b"[1, 2]",
    b"null",
    b'{"session_id": "s1"',
    b'{"tool_name": 5}',
    b'{"tool_name": "Edit"}',
    b'{"tool_name": "Edit", "tool_input": []}',
    b'{"tool_name": "Edit", "tool_input": {"file_path": ["a"]}}',
    b'{"tool_name": "Edit", "tool_input": {"file_path": ""}}',
    b'{"tool_name": "Edit", "tool_input": {"file_path": "src/a.py"}}',
    b'{"session_id": "s1", "tool_name": "Edit", "tool_input": {"file_path": "a\\u0000b"}}',
    b'{"session_id": "s1", "tool_name": "Edit", "tool_input": {"file_path": "\\ud800"}}',
    b'{"session_id": "s1", "tool_name": "Edit", "tool_input": {"file_path": "a"}} trailing',
    b'{"session_id": "s1", "agent_id": 7, "tool_name": "Edit", "tool_input": {"file_path": "a"}}',
    b"\xff\xfe",
    b"[" * 100_000,
]


@pytest.mark.parametrize("data", BAD)
def test_invalid_input_is_refused_where_interlock_is_in_use(hooks: Hooks, work: Work, data: bytes) -> None:
    work.agent("s1")

    said = hooks.raw("PreToolUse", data)

    assert said.decision == "deny"
    assert "could not decide" in said.reason
    assert "interlock doctor" in said.reason
    assert "Traceback" not in said.output + said.stderr


@pytest.mark.parametrize("data", BAD)
def test_invalid_input_is_ignored_elsewhere(hooks: Hooks, data: bytes) -> None:
    said = hooks.raw("PreToolUse", data)

    assert (said.output, said.stderr, said.code) == ("", "", 0)


def test_a_path_of_five_thousand_characters_gets_a_short_answer(hooks: Hooks, work: Work) -> None:
    work.claim(work.agent("other"), "src/auth/**")

    assert hooks.edit("src/" + "d/" * 2_500 + "x.py").output == ""
    assert len(hooks.edit("src/auth/" + "x" * 5_000).reason) <= 600


def test_settings_that_cannot_be_read_refuse_with_their_place_and_fault(hooks: Hooks, work: Work, repo: Path) -> None:
    work.agent("s1")
    (repo / ".claude").mkdir()
    (repo / ".claude" / "interlock.toml").write_text('mode = "sometimes"\n')

    assert "mode must be one of enforce, warn, off, not 'sometimes'" in hooks.edit("README.md").reason


def test_a_refusal_is_given_even_if_it_cannot_be_recorded(hooks: Hooks, work: Work) -> None:
    work.claim(work.agent("other"), "src/auth/**")
    with work.store.writing():  # a writer that does not finish
        said = hooks.edit("src/auth/x.py")

    assert said.decision == "deny"
    assert "is held by" in said.reason


def test_refusals_are_in_the_log(hooks: Hooks, work: Work) -> None:
    work.agent("s1", "docs")
    work.claim(work.agent("other"), "src/auth/**")

    hooks.edit("src/auth/x.py")

    with work.store.reading() as books:
        last = books.events.recent(1)[0]
    assert (last.kind, last.agent, last.subject, last.detail) == ("refused", "docs", "src/auth/x.py", "held")


def test_it_runs_from_a_folder_with_spaces_and_quotes(work: Work, repo: Path, tmp_path: Path) -> None:
    work.claim(work.agent("other"), "src/auth/**")
    odd = tmp_path / "a b'c $HOME"
    odd.symlink_to(Hooks(repo, tmp_path).root)
    hooks = Hooks(repo, tmp_path, root=odd)

    assert hooks.edit("src/auth/x.py").decision == "deny"


def test_pythons_environment_variables_are_ignored(hooks: Hooks, work: Work, tmp_path: Path) -> None:
    work.claim(work.agent("other"), "src/auth/**")
    (tmp_path / "os.py").write_text("raise SystemExit(3)\n")
    hooks.environment |= {"PYTHONPATH": str(tmp_path), "PYTHONHOME": str(tmp_path), "PYTHONSTARTUP": os.devnull}

    assert hooks.edit("src/auth/x.py").decision == "deny"


def test_an_edit_under_another_name_of_a_file_that_is_held_is_refused(hooks: Hooks, work: Work, repo: Path) -> None:
    (repo / "src/billing").mkdir()
    (repo / "src/billing/x.py").write_text("theirs\n")
    os.link(repo / "src/billing/x.py", repo / "src/auth/x.py")
    os.link(repo / "src/billing/x.py", repo.parent / "x.py")
    work.claim(work.agent("s1", "ada"), "src/auth/**")
    work.claim(work.agent("s2", "bob"), "src/billing/**")

    for name in (repo / "src/auth/x.py", repo.parent / "x.py"):
        said = hooks.send("PreToolUse", tool_name="Edit", tool_input={"file_path": str(name)})

        assert said.decision == "deny", name
        assert said.reason.startswith("src/billing/x.py is held by bob")


def test_another_name_that_nobody_holds_is_no_obstacle(hooks: Hooks, work: Work, repo: Path) -> None:
    (repo / "src/auth/x.py").write_text("mine\n")
    os.link(repo / "src/auth/x.py", repo / "copy.py")
    work.claim(work.agent("s1", "ada"), "src/auth/**")

    assert (
        hooks.send("PreToolUse", tool_name="Edit", tool_input={"file_path": str(repo / "src/auth/x.py")}).output == ""
    )
