"""The commands about branches: answers, words and exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.adapters.git_repositories import git
from tests.cli.test_commands import Shell, interlock

__all__ = ["interlock"]

PLAN = {
    "tasks": [
        {"title": "One", "scope": ["one"], "id": "A", "done_when": "`test -f one` passes"},
        {"title": "Two", "scope": ["two"], "id": "B"},
        {"title": "Three", "scope": ["three"], "id": "C", "depends_on": ["A"]},
    ]
}


@pytest.fixture
def trees(interlock: Shell) -> Shell:
    """Tasks A and B, each with a worktree in which x was changed, committed in A alone."""
    root = interlock.directory
    git(root, "symbolic-ref", "HEAD", "refs/heads/main")
    for name, value in (("user.name", "ada"), ("user.email", "ada@example.com")):
        git(root, "config", name, value)
    (root / "x").write_text("one\n")
    git(root, "add", "x")
    git(root, "commit", "--quiet", "--message=first")
    assert interlock("plan", "-", stdin=json.dumps(PLAN)).code == 0
    for task in ("A", "B"):
        made = interlock("worktree", "add", task, "--json").json
        (Path(made["path"]) / "x").write_text(f"{task}\n")
    tree = Path(interlock("worktree", "list", "--json").json["worktrees"][1]["path"])
    (tree / "one").write_text("one\n")
    git(tree, "add", "--all")
    git(tree, "commit", "--quiet", "--message=work on A")
    return interlock


def test_conflicts_are_shown_by_the_command_and_on_the_board(trees: Shell) -> None:
    shown = trees("conflicts", "--json")
    [conflict] = shown.json["conflicts"]
    assert (shown.code, shown.json["branches"]) == (0, 3)
    assert (conflict["branches"], conflict["path"], conflict["lines"]) == (
        ["A-one", "B-two"],
        "x",
        [[[1, 1]], [[1, 1]]],
    )
    assert "A-one and B-two: x, line 1: both changed the same lines" in trees("conflicts").out
    assert trees("board", "--json").json["conflicts"] == [conflict]
    assert "Conflict: A-one and B-two: x, line 1" in trees("board").out


def test_a_task_comes_home_and_what_waited_for_it_begins(trees: Shell) -> None:
    done = trees("update", "A", "--status", "done")
    assert "commit, then interlock merge A" in done.out
    waiting = trees("claim", "C", "--json").json
    assert "A is done but not merged yet: interlock merge A" in waiting["advice"]
    merged = trees("merge", "A", "--json")
    assert merged.code == 0
    assert {name: merged.json[name] for name in ("merged", "branch", "base", "ready")} == {
        "merged": True,
        "branch": "A-one",
        "base": "main",
        "ready": ["C"],
    }
    assert merged.json["check"]["command"] == "test -f one"
    assert (trees.directory / "x").read_text() == "A\n"
    [conflict] = trees("board", "--json").json["conflicts"]
    assert conflict["branches"] == ["B-two", "main"], "whoever can't follow now is known at once"
    again = trees("merge", "A")
    assert (again.code, "already has all of A-one" in again.out) == (0, True)
    assert trees("conflicts", "--json").json["merged"] == []


def test_refusals_say_what_is_in_the_way_and_end_with_1(trees: Shell) -> None:
    dirty = trees("merge", "B")
    assert (dirty.code, "uncommitted" in dirty.out, "\nx\n" in f"\n{dirty.out}") == (1, True, True)
    failing = trees("merge", "A", "--check", "echo what; exit 9")
    assert (failing.code, "exit code 9" in failing.out, "what" in failing.out) == (1, True, True)
    assert trees("merge", "A").code == 0
    tree = trees.directory / ".claude/worktrees/B-two"
    git(tree, "commit", "--quiet", "--all", "--message=work on B")
    clash = trees("merge", "B", "--json")
    assert (clash.code, clash.json["reason"], clash.json["conflicts"][0]["path"]) == (1, "conflict", "x")
    assert "git merge main" in clash.json["advice"]


def test_what_makes_no_sense_ends_with_2(trees: Shell, interlock: Shell) -> None:
    assert trees("merge", "nothing").code == 2
    assert trees("merge", "C").code == 2


def test_where_interlock_is_not_in_use_there_is_nothing_to_merge_or_to_see(interlock: Shell) -> None:
    assert interlock("merge", "main").code == 1
    assert interlock("conflicts", "--json").json["reason"] == "not_in_use"
    assert not (interlock.directory / ".git/interlock").exists()


def test_a_worktree_that_was_removed_keeps_nobody_waiting(trees: Shell) -> None:
    trees("update", "A", "--status", "done")
    assert trees("worktree", "remove", "A", "--force").code == 0
    assert trees("claim", "C").code == 0


def test_a_push_that_is_refused_ends_with_1_and_the_same_command_pushes_later(trees: Shell, tmp_path: Path) -> None:
    remote = tmp_path / "remote.git"
    git(tmp_path, "clone", "--quiet", "--bare", str(trees.directory), str(remote))
    git(trees.directory, "remote", "add", "origin", str(remote))
    trees("update", "A", "--status", "done")
    hook = remote / "hooks" / "update"
    hook.write_text("#!/bin/sh\necho 'main is for releases'\nexit 1\n")
    hook.chmod(0o755)
    refused = trees("merge", "A", "--push")
    assert refused.code == 1
    assert "Merged A-one: main is now at" in refused.out
    assert "It was not pushed: [remote rejected] (hook declined): main is for releases." in refused.out
    hook.unlink()
    pushed = trees("merge", "A", "--push", "--json")
    assert (pushed.code, pushed.json["already"], pushed.json["pushed"]) == (0, True, True)
    assert git(remote, "rev-parse", "main") == git(trees.directory, "rev-parse", "main")


def test_the_settings_may_have_every_merge_pushed(trees: Shell, tmp_path: Path) -> None:
    remote = tmp_path / "remote.git"
    git(tmp_path, "clone", "--quiet", "--bare", str(trees.directory), str(remote))
    git(trees.directory, "remote", "add", "origin", str(remote))
    (trees.directory / ".claude").mkdir(exist_ok=True)
    (trees.directory / ".claude" / "interlock.toml").write_text("[merge]\npush = true\n")
    trees("update", "A", "--status", "done")
    assert trees("merge", "A", "--no-push", "--json").json.get("pushed") is None
    assert "main is pushed." in trees("merge", "A").out
    assert git(remote, "rev-parse", "main") == git(trees.directory, "rev-parse", "main")
