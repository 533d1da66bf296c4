"""Checking beforehand: the same decision as the guard's, and nothing is left behind by asking."""

from __future__ import annotations

import os

import pytest

from mcp_server.core.guard.check import MOST_PATHS, PathInRepo, scope_check
from mcp_server.domain.decision import Decision, Policy
from mcp_server.domain.errors import Misuse
from mcp_server.domain.scopes.scope import parse
from tests.workspace import Workspace, task

ROOT = "/repository"


def locate(path: str, directory: str) -> PathInRepo | None:
    real = os.path.normpath(f"{directory}/{path}" if not path.startswith("/") else path)
    if "\0" in real:
        raise ValueError("embedded null byte")
    return PathInRepo(real[len(ROOT) + 1 :]) if real.startswith(ROOT + "/") else None


def check(workspace: Workspace, agent_id: int, *paths: str, directory: str = ROOT) -> list[Decision]:
    return scope_check(workspace.place, agent_id, paths, directory=directory, locate=locate)


def working(workspace: Workspace) -> tuple[int, int]:
    workspace.plan(task("A", "src/**"), task("B", "lib/**"))
    ada, bob = workspace.agent("ada"), workspace.agent("bob")
    workspace.claimed(ada, "A")
    workspace.claimed(bob, "B")
    return ada, bob


def test_each_path_gets_its_decision_in_the_order_asked(workspace: Workspace) -> None:
    ada, _ = working(workspace)
    found = check(workspace, ada, "lib/x", "src/a", "/elsewhere", "top", "src/a", ".git/config")
    assert [(decision.path, decision.rule) for decision in found] == [
        ("lib/x", "held"),
        ("src/a", "own"),
        ("/elsewhere", "elsewhere"),
        ("top", "outside"),
        ("src/a", "own"),
        (".git/config", "private"),
    ]
    assert (found[0].holder, found[0].task, found[0].allowed) == ("bob", "B", False)
    assert found[2].allowed


def test_paths_count_from_the_callers_directory(workspace: Workspace) -> None:
    ada, _ = working(workspace)
    found = check(workspace, ada, "a", "../lib/x", "/repository/src/z", directory=f"{ROOT}/src")
    assert [(decision.path, decision.rule) for decision in found] == [
        ("src/a", "own"),
        ("lib/x", "held"),
        ("src/z", "own"),
    ]


@pytest.mark.parametrize("policy", [("enforce", "allow"), ("enforce", "deny"), ("warn", "allow"), ("off", "deny")])
def test_it_is_what_the_guard_decides(workspace: Workspace, policy: tuple[str, str]) -> None:
    working(workspace)
    workspace.policy = Policy(*policy, parse(["docs/**"]))
    sub, cleo = workspace.subagent("ada", "x1"), workspace.agent("cleo")
    paths = ["src/a", "lib/x", "top", "docs/x", ".git/x", ".claude/interlock/state.db"]
    for agent_id in (sub, cleo):
        asked = [(found.path, found.rule, found.allowed, found.reason) for found in check(workspace, agent_id, *paths)]
        written = [workspace.writes(agent_id, path) for path in paths]
        assert asked == [(found.path, found.rule, found.allowed, found.reason) for found in written]


def test_asking_changes_nothing(workspace: Workspace) -> None:
    ada, _ = working(workspace)
    workspace.clock.advance(60)
    before = workspace.dump()
    check(workspace, ada, "lib/x", "src/a")
    assert workspace.dump() == before


@pytest.mark.parametrize("path", ["a\0b", "a\ud800b", "a\udce9b"])
def test_what_is_no_path_is_named_in_words_that_can_be_shown(workspace: Workspace, path: str) -> None:
    ada, _ = working(workspace)
    with pytest.raises(Misuse, match="is not a path: it contains a NUL or a lone surrogate") as refused:
        check(workspace, ada, "src/a", path)
    str(refused.value).encode()


def test_none_and_too_many_are_refused(workspace: Workspace) -> None:
    ada = workspace.agent("ada")
    with pytest.raises(Misuse, match="no path was given"):
        check(workspace, ada)
    with pytest.raises(Misuse, match="1,001 paths were given; at most 1,000"):
        check(workspace, ada, *["a"] * (MOST_PATHS + 1))


def test_a_very_long_path_is_judged_in_few_words(workspace: Workspace) -> None:
    ada, _ = working(workspace)
    (found,) = check(workspace, ada, "lib/" + "x" * 1_000_000)
    assert (found.rule, found.holder) == ("held", "bob")
    assert len(found.reason) <= 600
