"""Checking beforehand: the same decision as the guard's, and nothing is left behind by asking."""

from __future__ import annotations

import os

import pytest

from mcp_server.core import checking
from mcp_server.core.checking import Spot, scope_check
from mcp_server.domain.decision import Decision, Policy
from mcp_server.domain.refusal import Misuse
from mcp_server.domain.scope import parse
from tests.worlds import World, task

ROOT = "/repository"


def locate(path: str, directory: str) -> Spot | None:
    real = os.path.normpath(f"{directory}/{path}" if not path.startswith("/") else path)
    if "\0" in real:
        raise ValueError("embedded null byte")
    return Spot(real[len(ROOT) + 1 :]) if real.startswith(ROOT + "/") else None


def check(world: World, agent_id: int, *paths: str, directory: str = ROOT) -> list[Decision]:
    return scope_check(world.place, agent_id, paths, directory=directory, locate=locate)


def working(world: World) -> tuple[int, int]:
    world.plan(task("A", "src/**"), task("B", "lib/**"))
    ada, bob = world.agent("ada"), world.agent("bob")
    world.claimed(ada, "A")
    world.claimed(bob, "B")
    return ada, bob


def test_each_path_gets_its_decision_in_the_order_asked(world: World) -> None:
    ada, _ = working(world)
    found = check(world, ada, "lib/x", "src/a", "/elsewhere", "top", "src/a", ".git/config")
    assert [(decision.path, decision.rule) for decision in found] == [
        ("lib/x", "held"), ("src/a", "own"), ("/elsewhere", "elsewhere"), ("top", "outside"), ("src/a", "own"),
        (".git/config", "private"),
    ]  # fmt: skip
    assert (found[0].holder, found[0].task, found[0].allowed) == ("bob", "B", False)
    assert found[2].allowed


def test_paths_count_from_the_callers_directory(world: World) -> None:
    ada, _ = working(world)
    found = check(world, ada, "a", "../lib/x", "/repository/src/z", directory=f"{ROOT}/src")
    assert [(decision.path, decision.rule) for decision in found] == [
        ("src/a", "own"), ("lib/x", "held"), ("src/z", "own"),
    ]  # fmt: skip


@pytest.mark.parametrize("policy", [("enforce", "allow"), ("enforce", "deny"), ("warn", "allow"), ("off", "deny")])
def test_it_is_what_the_guard_decides(world: World, policy: tuple[str, str]) -> None:
    working(world)
    world.policy = Policy(*policy, parse(["docs/**"]))
    sub, cleo = world.subagent("ada", "x1"), world.agent("cleo")
    paths = ["src/a", "lib/x", "top", "docs/x", ".git/x", ".claude/interlock/state.db"]
    for agent_id in (sub, cleo):
        asked = [(found.path, found.rule, found.allowed, found.reason) for found in check(world, agent_id, *paths)]
        written = [world.writes(agent_id, path) for path in paths]
        assert asked == [(found.path, found.rule, found.allowed, found.reason) for found in written]


def test_asking_changes_nothing(world: World) -> None:
    ada, _ = working(world)
    world.clock.advance(60)
    before = world.dump()
    check(world, ada, "lib/x", "src/a")
    assert world.dump() == before


@pytest.mark.parametrize("path", ["a\0b", "a\ud800b", "a\udce9b"])
def test_what_is_no_path_is_named_in_words_that_can_be_shown(world: World, path: str) -> None:
    ada, _ = working(world)
    with pytest.raises(Misuse, match="is no path: it holds a NUL or a lone surrogate") as refused:
        check(world, ada, "src/a", path)
    str(refused.value).encode()


def test_none_and_too_many_are_refused(world: World) -> None:
    ada = world.agent("ada")
    with pytest.raises(Misuse, match="no path was given"):
        check(world, ada)
    with pytest.raises(Misuse, match="1,001 paths were given; at most 1,000"):
        check(world, ada, *["a"] * (checking.MOST_PATHS + 1))


def test_a_very_long_path_is_judged_in_few_words(world: World) -> None:
    ada, _ = working(world)
    (found,) = check(world, ada, "lib/" + "x" * 1_000_000)
    assert (found.rule, found.holder) == ("held", "bob")
    assert len(found.reason) <= 600
