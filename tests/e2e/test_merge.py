"""Conflicts between branches on the real client: their agents are notified at their next step, unasked."""

from __future__ import annotations

import subprocess
import threading
from pathlib import Path

import pytest

from tests.e2e.harness.client import ClaudeClient
from tests.e2e.harness.model import ScriptedModel
from tests.e2e.harness.plugin import ROOT, settle
from tests.e2e.harness.steps import once_told, plan, tool, write
from tests.e2e.harness.turns import Step, after, announcing, call, say

COMMIT = call(
    "Bash", command="git commit --quiet -m more -- shared.txt && git log -1 --format=%s", description="Commit"
)


@pytest.fixture
def trees(client: ClaudeClient, repo: Path) -> dict[str, Path]:
    """Two worktrees of a repository in use, with a file that both may lock."""
    settle(client.home)
    (repo / "shared.txt").write_text("one\n")
    who = ["-c", "user.name=ada", "-c", "user.email=ada@example.com"]
    for words in (
        ["add", "shared.txt"],
        [*who, "commit", "--quiet", "-m", "shared"],
        ["config", "user.name", "ada"],
        ["config", "user.email", "ada@example.com"],
    ):
        subprocess.run(["git", *words], cwd=repo, check=True)
    found = {name: repo.parent / name for name in ("ada", "bob")}
    for tree in found.values():
        subprocess.run(["git", "worktree", "add", "--quiet", str(tree)], cwd=repo, check=True)
    return found


def changing(tree: Path, *first: Step) -> tuple[Step, ...]:
    """Claim a task, lock the shared file, change it, commit it, release the lock."""
    file = tree / "shared.txt"
    return (
        *first,
        tool("claim_task"),
        tool("lock_resource", resource="path:shared.txt"),
        call("Read", file_path=str(file)),
        write(file, f"of {tree.name}\n"),
        COMMIT,
        tool("unlock_resource", resource="path:shared.txt"),
    )


def test_a_conflict_between_two_commits_is_told_to_both_before_either_finishes(
    client: ClaudeClient, model: ScriptedModel, trees: dict[str, Path]
) -> None:
    there, met = threading.Event(), threading.Event()
    ada = model.script(
        "ALPHA",
        *changing(trees["ada"], plan("src/auth/**", "src/api/**")),
        announcing(there, after(met, once_told("conflict with bob"))),
        tool("update_task", task_id="T1", status="done"),
        say("Done."),
    )
    bob = model.script(
        "BRAVO",
        *changing(trees["bob"]),
        announcing(met, once_told("conflict with ada")),
        tool("update_task", task_id="T2", status="done"),
        say("Done."),
    )
    first = client.start("ALPHA begins", cwd=trees["ada"], plugin_dir=ROOT, name="ada")
    assert there.wait(90)
    client.run("BRAVO begins", cwd=trees["bob"], plugin_dir=ROOT, name="bob")
    first.finish()

    for conversation in (ada, bob):  # among what the client may have waited with for the tools
        assert [result.text for result in conversation.results("Bash")].count("more") == 1
    assert bob.shown.count("conflict with ada on shared.txt, line 1") == 1
    assert ada.shown.count("conflict with bob on shared.txt, line 1") == 1
    assert "git merge bob" in ada.shown
