"""After a command that moved a branch, agents whose branches now conflict are notified at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from hooks.session import head_moved
from mcp_server.adapters.git import heads
from mcp_server.adapters.host.repository import used_at
from mcp_server.core.agents.register import Caller, recognise
from tests.adapters.git_repositories import git
from tests.e2e.harness.processes import eventually
from tests.hooks.conftest import Work
from tests.hooks.runner import Hooks


class Two:
    """Ada and bob, each with a claim in a worktree of its own, and the hooks of their sessions."""

    def __init__(self, repo: Path, work: Work, hooks: Hooks) -> None:
        self.repo = repo
        self.hooks = hooks
        self.work = work
        (repo / "x").write_text("one\n")
        git(repo, "add", "--all")
        git(repo, "commit", "--quiet", "--message=first")
        self.trees = {name: repo.parent / name for name in ("ada", "bob")}
        for name, tree in self.trees.items():
            git(repo, "worktree", "add", "--quiet", str(tree))
            with work.store.writing() as books:
                agent = recognise(books, Caller(f"s-{name}", title=name, worktree=str(tree))).id
            work.claim(agent, f"src/{name}")

    def commits(self, name: str, text: str) -> None:
        (self.trees[name] / "x").write_text(text)
        git(self.trees[name], "commit", "--quiet", "--all", "--message=more")

    def after_command(self, name: str) -> None:
        said = self.hooks.bash(
            "PostToolUse", "git commit", session_id=f"s-{name}", cwd=str(self.trees[name]), tool_response={}
        )
        assert {(one.output, one.stderr, one.code) for one in said.values()} == {("", "", 0)}
        repository = used_at(str(self.trees[name]), None)
        assert repository is not None
        # The hook does not wait for a long search, which records its end.
        eventually(lambda: heads.is_known(repository), "the end of the search")

    def told(self, name: str) -> str:
        return self.hooks.send("PostToolBatch", session_id=f"s-{name}", cwd=str(self.trees[name])).told


@pytest.fixture
def two(repo: Path, work: Work, hooks: Hooks) -> Two:
    return Two(repo, work, hooks)


def test_both_agents_are_notified_once_of_a_conflict_between_their_commits(two: Two) -> None:
    two.commits("ada", "ada's\n")
    two.after_command("ada")
    assert (two.told("ada"), two.told("bob")) == ("", "")
    two.commits("bob", "bob's\n")
    two.after_command("bob")
    assert "conflict with ada on x, line 1" in two.told("bob")
    assert "conflict with bob on x, line 1" in two.told("ada")
    two.commits("bob", "bob's, again\n")
    two.after_command("bob")
    assert (two.told("ada"), two.told("bob")) == ("", "")


def test_uncommitted_changes_are_included_at_the_next_commit(two: Two) -> None:
    two.after_command("ada")
    (two.trees["ada"] / "src").mkdir()
    (two.trees["ada"] / "src/ada").write_text("written by a command\n")
    (two.trees["bob"] / "src").write_text("a file where ada has a folder\n")
    git(two.trees["bob"], "add", "src")
    git(two.trees["bob"], "commit", "--quiet", "--message=more")
    two.after_command("bob")
    assert "conflict with bob on src" in two.told("ada")


def test_a_command_that_moved_no_head_starts_no_search(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    two.after_command("ada")
    repository = used_at(str(two.trees["ada"]), None)
    assert repository is not None
    monkeypatch.setattr("subprocess.Popen", lambda *_: pytest.fail("a search was started"))
    head_moved.find_conflicts(repository)
    assert heads.is_known(repository)


def test_a_head_is_known_until_it_moves_however_it_is_stored(two: Two) -> None:
    repository = used_at(str(two.trees["ada"]), None)
    assert repository is not None
    assert not heads.is_known(repository)

    def moves() -> bool:
        moved = not heads.is_known(repository)
        heads.remember(repository, heads.sign(repository))
        return moved

    assert moves()
    assert not moves()
    two.commits("ada", "two\n")
    assert moves()
    git(two.repo, "pack-refs", "--all")
    moves()
    assert not moves()
    two.commits("ada", "three\n")
    assert moves()
    git(two.trees["ada"], "checkout", "--quiet", "--detach")
    assert moves()
    git(two.trees["ada"], "checkout", "--quiet", "HEAD~1")
    assert moves()
    git(two.repo, "commit", "--quiet", "--allow-empty", "--message=elsewhere")
    assert not moves()


def test_with_one_checkout_there_is_no_search(repo: Path, work: Work, hooks: Hooks) -> None:
    work.claim(work.agent("s1"), "src")
    (repo / "x").write_text("one\n")
    git(repo, "add", "--all")
    git(repo, "commit", "--quiet", "--message=first")
    hooks.bash("PostToolUse", "git commit", tool_response={})
    assert not (repo / ".git/interlock/conflicts").exists()
