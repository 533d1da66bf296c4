"""The list of worktrees: who is at work where, what is not home, and what is wrong."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from mcp_server.core.arriving import Caller
from mcp_server.core.surveying import Surveyed, survey
from tests.adapters.git import git
from tests.worlds import World
from tests.yard import Yard, deaf, yard_in


@pytest.fixture
def yard(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Yard:
    deaf(monkeypatch, tmp_path / "home")
    return yard_in(world, tmp_path)


def listed(yard: Yard) -> dict[str, Surveyed]:
    return {one.name: one for one in survey(yard.place, yard.trees())}


def test_all_worktrees_are_listed_whoever_made_them(yard: Yard) -> None:
    made = yard.made("one")
    yard.furnish(made)
    git(yard.root, "worktree", "add", "--quiet", "-b", "hand", str(yard.root.parent / "by hand"))
    yard.commit(yard.root, "b.txt")
    yard.commit(Path(made.path), "c.txt")
    (Path(made.path) / "d.txt").write_text("")

    found = listed(yard)

    assert list(found) == ["repo", "one", "by hand"] or list(found) == ["repo", "by hand", "one"]
    main, one, hand = found["repo"], found["one"], found["by hand"]
    assert (main.is_main, main.branch, main.ahead, main.state) == (True, "main", None, "ready")
    assert (one.branch, one.base, one.uncommitted, one.ahead, one.behind) == ("one", "main", 1, 1, 1)
    assert (hand.branch, hand.base, hand.uncommitted, hand.ahead, hand.behind) == ("hand", None, 0, 0, 1)


def test_what_a_dead_agent_left_is_said_and_a_live_one_is_named(yard: Yard) -> None:
    made = yard.made("one")
    yard.furnish(made)
    (Path(made.path) / "half.txt").write_text("half")
    yard.world.recognise(Caller("s1", title="ada", worktree=made.path, process=yard.world.processes.identify(7)))
    assert (listed(yard)["one"].agents, listed(yard)["one"].state) == (("ada",), "ready")
    yard.world.kill(7)
    assert listed(yard)["one"].agents == ()
    assert listed(yard)["one"].state.startswith("left behind by ada, last seen 2027-")


def test_what_was_broken_off_or_is_gone_is_said(yard: Yard) -> None:
    for name in ("making", "removing", "ready"):
        made = yard.made(name)
        with yard.world.store.writing() as books:
            books.worktrees.move(made.name, made.name)  # type: ignore[arg-type]  # the names are the states
    shutil.rmtree(yard.root.parent / yard.made("gone").path)
    hand = yard.root.parent / "hand"
    git(yard.root, "worktree", "add", "--quiet", str(hand))
    git(yard.root, "worktree", "lock", "--reason", "on a stick", str(hand))
    states = {name: one.state for name, one in listed(yard).items()}
    assert states["making"] == "half made"
    assert states["removing"] == "half removed"
    assert states["ready"] == "not furnished yet"
    assert states["gone"].startswith("missing: ")
    assert states["hand"] == "locked: on a stick"
