"""Worktrees that the client creates: they are set up beside the session, and the same scopes apply there."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.e2e.harness.client import ClaudeClient
from tests.e2e.harness.model import ScriptedModel
from tests.e2e.harness.plugin import ROOT, settle
from tests.e2e.harness.steps import plan, tool, write
from tests.e2e.harness.turns import call, say


@pytest.fixture
def pipe(client: ClaudeClient, repo: Path) -> Path:
    """The set-up of a worktree writes its path to this pipe, so that reading it waits for the set-up."""
    settle(client.home)
    subprocess.run([ROOT / "bin" / "interlock", "init"], cwd=repo, check=True, capture_output=True)
    made = repo.parent / "pipe"
    os.mkfifo(made)
    (repo / ".claude").mkdir()
    (repo / ".claude" / "interlock.toml").write_text(f"[worktree]\nsetup = ['echo $PWD > {made}']\n")
    return made


def test_a_worktree_that_the_client_made_is_set_up_and_its_scope_enforced(
    client: ClaudeClient, model: ScriptedModel, repo: Path, pipe: Path
) -> None:
    tree = repo / ".claude" / "worktrees" / "feature"
    agent = model.script(
        "ALPHA",
        plan("src/auth/**"),
        tool("claim_task"),
        write(tree / "src/auth/own.py"),
        write(tree / "src/api/other.py"),
        write(repo / "src/api/main.py"),
        call("Bash", command=f"read -r line <{pipe}; echo $line", description="wait"),
        say("Done."),
    )

    client.run("ALPHA begins", cwd=repo, plugin_dir=ROOT, args=["--worktree", "feature"])

    assert 'You are "feature"' in agent.context
    assert "This worktree is being set up in the background" in agent.context
    own, other, main = agent.results("Write")
    assert [result.is_error for result in (own, other, main)] == [False, True, True]
    assert str(tree) in agent.result("Bash").text


def test_the_worktree_of_a_subagent_is_set_up(
    client: ClaudeClient, model: ScriptedModel, repo: Path, pipe: Path
) -> None:
    worker = model.script(
        "WORKER", call("Bash", command=f"pwd; read -r line <{pipe}; echo $line", description="wait"), say("Done.")
    )
    isolated = {"subagent_type": "general-purpose", "isolation": "worktree", "prompt": "WORKER goes"}
    model.script("LEAD", call("Agent", description="work", **isolated), say("Done."), say("Done."))

    client.run("LEAD begins", cwd=repo, plugin_dir=ROOT)

    where, set_up_done = worker.result("Bash").text.splitlines()[:2]
    assert "/.claude/worktrees/agent-" in where
    assert set_up_done == where


def test_beside_a_bare_repository_a_session_works_in_its_worktree_and_the_list_is_elsewhere(
    client: ClaudeClient, model: ScriptedModel, repo: Path
) -> None:
    settle(client.home)
    project = repo.parent / "project"
    tasks = "# Tasks\n\n- [ ] **T1** One (scope: `src`)\n- [ ] **T2** Two (scope: `lib`)\n"
    (repo / "TASKS.md").write_text(tasks)
    git = ["git", "-c", "user.name=ada", "-c", "user.email=ada@example.com"]
    subprocess.run([*git, "add", "TASKS.md"], cwd=repo, check=True)
    subprocess.run([*git, "commit", "--quiet", "-m", "list"], cwd=repo, check=True)
    subprocess.run(["git", "clone", "--quiet", "--bare", str(repo), str(project / ".bare")], check=True)
    (project / ".git").write_text("gitdir: ./.bare\n")
    head = subprocess.run(
        ["git", "symbolic-ref", "--short", "HEAD"], cwd=project, check=True, capture_output=True, text=True
    )
    for words in (["main", head.stdout.strip()], ["feat"]):
        subprocess.run(["git", "worktree", "add", "--quiet", *words], cwd=project, check=True)
    for name, value in (("user.name", "ada"), ("user.email", "ada@example.com")):
        subprocess.run(["git", "config", name, value], cwd=project, check=True)
    home, feat = project / "main", project / "feat"
    subprocess.run([ROOT / "bin" / "interlock", "init"], cwd=home, check=True, capture_output=True)
    commit = "git add lib && git commit -qm 'on feat' -- lib && git log -1 --format=%s"
    agent = model.script(
        "ALPHA",
        tool("claim_task", task_id="T2"),
        write(feat / "lib/own.py"),
        write(feat / "src/other.py"),
        write(home / "lib/main.py"),
        call("Bash", command=commit, description="commit"),
        tool("update_task", task_id="T2", status="done"),
        say("Done."),
    )

    client.run("ALPHA begins", cwd=feat, plugin_dir=ROOT)

    assert [result.is_error for result in agent.results("Write")] == [False, True, True]
    assert agent.result("Bash").text == "on feat"
    assert "[x] **T2**" in (home / "TASKS.md").read_text()
    assert (feat / "TASKS.md").read_text() == tasks
