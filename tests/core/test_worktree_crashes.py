"""A process that is killed at any moment of making or removing a worktree: the same command again sets it right."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from mcp_server.adapters.git_program import GitProgram
from mcp_server.core import clearing, making, tending
from mcp_server.ports import Books, Store
from tests.adapters.git import git, repository
from tests.worlds import World
from tests.yard import Yard, deaf

MOST = 60


class Killed(BaseException):
    """What nobody catches, as nobody can catch a kill."""


class Fuse:
    """Burns down with each call of git and each transaction, before and after it; then everything is over."""

    def __init__(self, length: int) -> None:
        self.length = length

    def burn(self) -> None:
        """One more step, or the end."""
        self.length -= 1
        if self.length == 0:
            raise Killed


class MortalStore:
    """A store whose process may be killed around each transaction."""

    def __init__(self, store: Store, fuse: Fuse) -> None:
        self._store = store
        self._fuse = fuse
        self.reading = store.reading

    @contextmanager
    def writing(self) -> Iterator[Books]:
        """A transaction: killed before its end nothing of it is there, after its end all."""
        with self._store.writing() as books:
            yield books
            self._fuse.burn()
        self._fuse.burn()


@contextmanager
def burning(yard: Yard, fuse: Fuse, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Everything that the yard does burns the fuse."""
    store, ask = yard.world.store, GitProgram.ask

    def mortal(program: GitProgram, *words: str, **options: Any) -> object:
        fuse.burn()
        said = ask(program, *words, **options)
        fuse.burn()
        return said

    with monkeypatch.context() as patch:
        patch.setattr(GitProgram, "ask", mortal)
        patch.setattr(yard.world, "store", MortalStore(store, fuse))
        yield


@pytest.fixture(autouse=True)
def _deaf(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    deaf(monkeypatch, tmp_path / "home")


def yards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Yard, Fuse]]:
    """A fresh yard for each moment, with a fuse that ends there."""
    for moment in count(1):
        world = World("sqlite", tmp_path / f"state{moment}")
        yield Yard(world, repository((tmp_path / f"yard{moment}" / "repo").resolve())), Fuse(moment)
        world.close()
        assert moment < MOST


def left(yard: Yard) -> list[str]:
    """The worktrees that git knows, and the branches."""
    return [tree.path for tree in yard.trees().listed()] + git(yard.root, "branch", "--format=%(refname:short)").split()


def test_making_a_worktree_is_repeatable_wherever_it_was_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed = 0
    for yard, fuse in yards(tmp_path, monkeypatch):
        try:
            with burning(yard, fuse, monkeypatch):
                yard.make("one")
        except Killed:
            killed += 1
            repeated = yard.make("one") if killed % 2 else repaired(yard)
            assert isinstance(repeated, making.Made), repeated
            path = str(yard.root / ".claude" / "worktrees" / "one")
            assert repeated.worktree.path == path
            assert yard.known("one") == repeated.worktree
            assert left(yard) == [str(yard.root), path, "main", "one"]
            assert git(Path(path), "status", "--porcelain") == ""
        else:
            break
    assert killed > 15


def test_removing_a_worktree_is_repeatable_wherever_it_was_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed = 0
    for yard, fuse in yards(tmp_path, monkeypatch):
        yard.made("one")
        try:
            with burning(yard, fuse, monkeypatch):
                clearing.remove(yard.place, yard.trees(), "one")
        except Killed:
            killed += 1
            if yard.known("one") is not None:
                outcome = clearing.remove(yard.place, yard.trees(), "one")
                assert isinstance(outcome, clearing.Removed), outcome
            assert yard.known("one") is None
            assert left(yard) == [str(yard.root), "main"]
            assert not (yard.root / ".claude" / "worktrees").exists()
        else:
            break
    assert killed > 15


def repaired(yard: Yard) -> making.Made | making.NotMade:
    """The other way to go on: `repair`, and then the command once more, which finds it made or makes it."""
    for one in tending.tend(yard.place, yard.trees()):
        assert one.what in ("finished", "fine")
    return yard.make("one")
