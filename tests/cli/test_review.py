"""The commands for reviews: answers, words and exit codes, for a person and inside a session."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.adapters.git_repositories import git
from tests.cli.test_commands import Shell
from tests.cli.test_merge import interlock, trees

__all__ = ["interlock", "trees"]


@pytest.fixture
def waiting(trees: Shell) -> tuple[Shell, Shell]:
    """A person's terminal, and the session of ada, who asked for review of A in its worktree."""
    ada = Shell(trees.directory, session="ada")
    assert ada("claim", "A", "--json").json["granted"]
    asked = ada("update", "A", "--status", "review", "--note", "all tests pass")
    assert (asked.code, "A waits for review" in asked.out) == (0, True)
    return trees, ada


def test_what_waits_is_shown_with_all_that_a_person_wants_to_know(waiting: tuple[Shell, Shell]) -> None:
    person, _ = waiting
    assert person("review", "A", "--check", "--json").json["check"]["code"] == 0
    shown = person("review", "--json")
    [one] = shown.json["waiting"]
    assert (shown.code, shown.json["limit"]) == (0, 3)
    assert {name: one[name] for name in ("id", "title", "author", "branch", "base")} == {
        "id": "A",
        "title": "One",
        "author": "agent-1",
        "branch": "A-one",
        "base": "main",
    }
    assert one["changes"] == {"files": 2, "added": 2, "removed": 1, "untracked": 0}
    assert (one["check"]["command"], one["check"]["code"]) == ("test -f one", 0)
    assert [note["text"] for note in one["notes"]] == ["all tests pass"]
    text = person("review").out
    for words in ("A: One", "agent-1 asked at", "branch A-one from main", "2 files, +2 -1", "`test -f one` passed"):
        assert words in text
    assert person("board", "--json").json["reviews"][0]["task"] == "A"
    assert "A of agent-1 waits for review since" in person("board").out


def test_a_person_looks_at_the_difference_and_approves_with_a_merge(waiting: tuple[Shell, Shell]) -> None:
    person, ada = waiting
    shown = person("review", "A")
    assert (shown.code, "+one" in shown.out, "interlock approve A" in shown.out) == (0, True, True)
    refused = person("merge", "A", "--json")
    assert (refused.code, refused.json["reason"]) == (1, "review")
    done = person("approve", "A", "--merge", "-m", "well done", "--json")
    assert (done.code, done.json["approved"], done.json["merge"]["merged"]) == (0, True, True)
    assert (done.json["task"]["status"], done.json["now_ready"]) == ("done", ["C"])
    assert (person.directory / "one").exists()
    assert "No task waits for review." in person("review").out
    assert person("approve", "A").code == 1
    assert "A was approved by pat" in ada("message").out


def test_a_merge_that_is_refused_leaves_it_in_review_in_plain_words(waiting: tuple[Shell, Shell]) -> None:
    person, _ = waiting
    (person.directory / ".claude/worktrees/A-one/more").write_text("more\n")
    kept = person("approve", "A", "--merge")
    assert (kept.code, "uncommitted" in kept.out) == (1, True)
    assert "It was not merged, so it was not approved, and waits for review as before." in kept.out
    assert person("review", "--json").json["waiting"][0]["id"] == "A"


def test_a_rejection_has_a_reason_which_its_author_reads(waiting: tuple[Shell, Shell]) -> None:
    person, ada = waiting
    assert person("reject", "A").code == 2
    done = person("reject", "A", "-m", "the name is wrong", "--json")
    assert (done.code, done.json["task"]["status"], done.json["author"]) == (0, "todo", "agent-1")
    assert "A was rejected by pat: the name is wrong" in ada("message").out
    claimed = ada("claim", "A", "--json").json
    assert claimed["notes"][-1]["text"] == "(rejected by pat) the name is wrong"


def test_an_agent_decides_on_what_others_did_and_never_on_its_own(waiting: tuple[Shell, Shell]) -> None:
    person, ada = waiting
    for words in (["approve", "A"], ["approve", "A", "--merge"]):
        refused = ada(*words)
        assert (refused.code, f"interlock {' '.join(words)}" in refused.err) == (1, True)
    ben = Shell(person.directory, session="ben")
    assert "+one" in ben("review", "A").out
    assert ben("update", "A", "--note", "I ran it: fine").code == 0
    assert ben("approve", "A", "--json").json["approved"] is True
    assert [event["agent"] for event in _log(person) if event["kind"] == "approved"] == ["agent-2"]


def test_with_the_limit_waiting_a_claim_is_refused_in_words(waiting: tuple[Shell, Shell]) -> None:
    person, ada = waiting
    (person.directory / ".claude/interlock.toml").write_text("[review]\nlimit = 1\nrequired = true\n")
    refused = ada("claim", "--json")
    assert (refused.code, refused.json["reason"], refused.json["waiting_for"]) == (1, "review_full", ["A"])
    assert person("approve", "A").code == 0
    assert ada("claim", "B", "--json").json["granted"]
    done = ada("done", "B")
    assert (done.code, "interlock update B --status review" in done.err) == (1, True)


def test_wrong_words_are_named(trees: Shell) -> None:
    assert (trees("review", "A").code, "does not wait for review" in trees("review", "A").err) == (1, True)
    assert trees("review", "--check").code == 2
    assert trees("approve", "nothing").code == 2
    (trees.directory / ".claude").mkdir(exist_ok=True)
    (trees.directory / ".claude/interlock.toml").write_text("[review]\nlimit = 0\n")
    assert "review.limit must be a whole number from 1" in trees("claim", "A").err


def test_a_task_without_a_worktree_is_shown_from_the_checkout_it_was_done_in(interlock: Shell) -> None:
    root = interlock.directory
    for name, value in (("user.name", "ada"), ("user.email", "ada@example.com")):
        git(root, "config", name, value)
    plan = {"tasks": [{"title": "One", "scope": ["src"], "id": "A"}]}
    assert interlock("plan", "-", stdin=json.dumps(plan)).code == 0
    assert interlock("claim", "A").code == 0
    (root / "src").mkdir()
    (root / "src/x").write_text("x\n")
    git(root, "add", "src")
    assert interlock("update", "A", "--status", "review").code == 0
    [one] = interlock("review", "--json").json["waiting"]
    assert (Path(one["place"]), one["changes"]["added"]) == (root.resolve(), 1)
    assert "+x" in interlock("review", "A").out
    merged = interlock("approve", "A", "--merge")
    assert (merged.code, "has no worktree" in merged.err) == (2, True)
    assert interlock("approve", "A").code == 0


def _log(shell: Shell) -> list[dict[str, str]]:
    events: list[dict[str, str]] = shell("log", "--json").json["events"]
    return events
