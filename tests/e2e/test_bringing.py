"""Committed work that git brings to an agent's own worktree: the whole of it comes, whatever the agent's scope is."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.e2e.harness.client import ClaudeClient
from tests.e2e.harness.model import ScriptedModel
from tests.e2e.harness.plugin import ROOT, settle
from tests.e2e.harness.steps import plan, tool
from tests.e2e.harness.turns import call, say

GIT = ("git", "-c", "user.name=a", "-c", "user.email=a@b")


def git(place: Path, *words: str) -> str:
    return subprocess.run([*GIT, *words], cwd=place, check=True, capture_output=True, text=True).stdout


@pytest.fixture
def tree(client: ClaudeClient, repo: Path) -> Path:
    """A worktree on the branch `feature`; since then `main` has two commits outside of any scope, tagged and not."""
    settle(client.home)
    subprocess.run([ROOT / "bin" / "interlock", "init"], cwd=repo, check=True, capture_output=True)
    (repo / ".gitignore").write_text(".claude/\n")
    (repo / "README.md").write_text("one\n")
    git(repo, "add", "-A")
    git(repo, "commit", "-qm", "base")
    git(repo, "worktree", "add", "-q", ".claude/worktrees/feature", "-b", "feature")
    for number in ("two", "three"):
        (repo / "README.md").write_text(f"{number}\n")
        (repo / number).mkdir()
        (repo / number / "f").write_text("x\n")
        git(repo, "add", "-A")
        git(repo, "commit", "-qm", number)
        git(repo, "tag", number)
    hook = repo / ".git" / "hooks" / "post-merge"
    hook.write_text("#!/bin/sh\npython3 -c 'print(1)'\n")
    hook.chmod(0o755)
    return repo / ".claude" / "worktrees" / "feature"


def test_merging_and_rebasing_bring_all_of_it_and_nothing_else_gets_out_of_the_scope(
    client: ClaudeClient, model: ScriptedModel, repo: Path, tree: Path
) -> None:
    before = git(repo, "rev-parse", "HEAD")
    lines = (
        f"{' '.join(GIT)} merge two",
        f"mkdir -p src/auth && echo x > src/auth/m && git add src/auth && {' '.join(GIT)} commit -qm own",
        f"{' '.join(GIT)} rebase main",
        f"git -C {repo} switch -c moved",
        "echo spoilt > README.md",
    )
    agent = model.script(
        "ALPHA",
        plan("src/auth/**"),
        tool("claim_task"),
        *(call("Bash", command=line, description="Try") for line in lines),
        say("Done."),
    )

    client.run("ALPHA begins", cwd=repo, plugin_dir=ROOT, args=["--worktree", "feature"])

    results = agent.results("Bash")
    assert [result.is_error for result in results] == [False, False, False, True, True], [r.text for r in results]
    assert git(tree, "status", "--short") == ""
    assert (tree / "README.md").read_text() == "three\n"
    assert (tree / "two" / "f").exists()
    assert (tree / "three" / "f").exists()
    assert git(tree, "log", "-2", "--format=%s").splitlines() == ["own", "three"]
    assert git(repo, "rev-parse", "HEAD", "--abbrev-ref", "HEAD").splitlines() == [before.strip(), "main"]
    assert "this command changed files" not in agent.shown
