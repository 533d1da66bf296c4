"""Putting worktrees right: what was broken off, what was moved, what is gone; work stays."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from mcp_server.core import tending
from mcp_server.core.allotting import allot
from mcp_server.domain.refusal import Misuse
from mcp_server.domain.settings import WorktreeSettings
from mcp_server.domain.worktree import EVERYTHING
from tests.adapters.git import git
from tests.worlds import World
from tests.yard import Yard, deaf, yard_in


@pytest.fixture
def yard(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Yard:
    deaf(monkeypatch, tmp_path / "home")
    return yard_in(world, tmp_path)


def tended(yard: Yard, name: str | None = None) -> dict[str, tuple[str, str]]:
    return {one.name: (one.what, one.words) for one in tending.tend(yard.place, yard.trees(), name)}


def furnished(yard: Yard, name: str) -> Path:
    made = yard.made(name)
    yard.furnish(made)
    return Path(made.path)


def test_what_is_as_it_should_be_is_left_alone(yard: Yard) -> None:
    furnished(yard, "one")
    git(yard.root, "worktree", "add", "--quiet", str(yard.root.parent / "hand"))
    assert tended(yard) == {"one": ("fine", "nothing to do")}
    with pytest.raises(Misuse, match="no worktree 'two'"):
        tended(yard, "two")


def test_steps_that_are_left_are_carried_out(yard: Yard) -> None:
    made = yard.made("one")
    (one,) = tending.tend(yard.place, yard.trees())
    assert (one.what, one.lacking) == ("finished", made)


def test_a_worktree_whose_folder_is_gone_is_forgotten_and_its_branch_stays(yard: Yard) -> None:
    yard.world.settings = yard.world.settings._replace(worktree=WorktreeSettings(ports=(("PORT", 3000),)))
    tree = furnished(yard, "one")
    allot(yard.place, "one", "one", lambda _port: True)
    shutil.rmtree(tree)

    assert tended(yard) == {"one": ("forgotten", "its folder is gone; the branch one stays")}

    assert (yard.known("one"), yard.world.leases(), len(yard.trees().listed())) == (None, [], 1)
    assert git(yard.root, "branch", "--format=%(refname:short)").split() == ["main", "one"]


def test_one_of_somebody_elses_that_git_calls_prunable_is_left_to_them(yard: Yard) -> None:
    hand = yard.root.parent / "hand"
    git(yard.root, "worktree", "add", "--quiet", str(hand))
    shutil.rmtree(hand)
    assert tended(yard) == {}
    assert yard.trees().listed()[1].prunable is not None


def test_a_worktree_that_was_moved_is_found_again(yard: Yard) -> None:
    tree = furnished(yard, "one")
    tree.rename(tree.with_name("moved"))
    assert tended(yard) == {"one": ("fine", "nothing to do")}
    known = yard.known("one")
    assert known is not None
    assert known.path == str(tree.with_name("moved"))
    assert git(tree.with_name("moved"), "status", "--porcelain") == ""


def test_a_half_made_one_is_finished_and_a_half_removed_one_removed(yard: Yard) -> None:
    furnished(yard, "made")
    furnished(yard, "removed")
    with yard.world.store.writing() as books:
        books.worktrees.move("made", "making")
        books.worktrees.move("removed", "removing")
    assert {name: what for name, (what, _) in tended(yard).items()} == {"made": "finished", "removed": "removed"}
    assert git(yard.root, "branch", "--format=%(refname:short)").split() == ["made", "main"]


def test_what_is_not_committed_in_a_half_removed_one_stays_and_is_named(yard: Yard) -> None:
    tree = furnished(yard, "one")
    with yard.world.store.writing() as books:
        books.worktrees.move("one", "removing")
    (tree / "new.txt").write_text("mine")
    assert tended(yard) == {"one": ("left", "it was being removed and holds what is not committed: new.txt")}
    assert (tree / "new.txt").read_text() == "mine"


def test_the_worktree_that_somebody_else_made_is_taken_in_where_one_stands(yard: Yard) -> None:
    hand = yard.root.parent / "hand"
    git(yard.root, "worktree", "add", "--quiet", str(hand))
    one = tending.take_in(yard.place, yard.trees(), str(hand))
    assert one is not None
    assert one.lacking is not None
    assert (one.what, one.lacking.branch, one.lacking.base, one.lacking.undone) == (
        "taken in", "hand", "main", (EVERYTHING,),
    )  # fmt: skip
    yard.furnish(one.lacking)
    again = tending.take_in(yard.place, yard.trees(), str(hand))
    assert again is not None
    assert again.what == "fine"


def test_the_main_worktree_is_nobodys_to_take_in(yard: Yard) -> None:
    assert tending.take_in(yard.place, yard.trees(), str(yard.root)) is None
    assert tending.take_in(yard.place, yard.trees(), str(yard.root.parent)) is None


def test_what_the_client_removed_with_git_gives_its_port_to_the_next(yard: Yard) -> None:
    yard.world.settings = yard.world.settings._replace(worktree=WorktreeSettings(ports=(("PORT", 3000),)))
    for name in ("agent-1", "agent-2"):
        path = yard.root.parent / name
        git(yard.root, "worktree", "add", "--quiet", str(path))
        one = tending.take_in(yard.place, yard.trees(), str(path))
        assert one is not None
        assert one.lacking is not None
        assert yard.furnish(one.lacking).given == {"PORT": "3000"}
        git(yard.root, "worktree", "remove", "--force", str(path))
    yard.made("one")
    assert yard.world.leases() == []
    assert yard.known("agent-2") is None
