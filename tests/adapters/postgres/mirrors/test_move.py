"""A repository moves into the database and back, killed after each thing that is kept: nothing is lost on the way."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from pathlib import Path

import psycopg
import pytest

from mcp_server.adapters.postgres import remote
from mcp_server.adapters.postgres.ask import ask
from mcp_server.adapters.postgres.connect import Connection
from mcp_server.adapters.postgres.store import SharedStore
from mcp_server.adapters.sqlite.mirror import joining
from mcp_server.adapters.sqlite.transaction import Transaction
from tests.adapters.postgres.mirrors.checkouts import Machine
from tests.adapters.postgres.mirrors.fleet import Killed
from tests.adapters.postgres.mirrors.test_join import seen, work

Machines = Callable[[str], Machine]


def killed_after(step: int, patched: pytest.MonkeyPatch) -> None:
    """Whoever runs now is killed after so many answers of the database and transactions on the state."""
    leave, steps = Transaction.__exit__, count(1)

    def asks(connection: Connection, statements: str, seconds: float) -> str | None:
        answer = ask(connection, statements, seconds)
        if next(steps) == step:
            raise Killed
        return answer

    def leaves(self: Transaction[object], *error: object) -> None:
        leave(self, *error)  # type: ignore[arg-type]
        if error[0] is None and next(steps) == step:
            raise Killed

    patched.setattr(remote, "ask", asks)
    patched.setattr(Transaction, "__exit__", leaves)


def try_until_done(act: Callable[[], object], monkeypatch: pytest.MonkeyPatch) -> int:
    """Do it, killed after the first step, begun again and killed after the second …; how often it was killed."""
    for step in count(1):
        with monkeypatch.context() as patched:
            killed_after(step, patched)
            try:
                act()
            except Killed:
                continue
        return step - 1
    raise AssertionError


def test_into_the_database_and_back_killed_after_every_step_nothing_is_lost(
    machine: Machines, monkeypatch: pytest.MonkeyPatch
) -> None:
    laptop, other = machine("laptop"), machine("build-2")
    with laptop.hook() as books:
        work(books, "ben", "A", "B")
        before = seen(books)
    assert try_until_done(lambda: laptop.joins(brings=True), monkeypatch) > 3
    there = other.joins()
    with there.writing() as books:
        work(books, "eve@build-2")
        assert books.tasks.counts() == (2, 0)
    assert try_until_done(laptop.leaves, monkeypatch) > 3
    with laptop.hook() as books:
        after = seen(books)
        assert books.agents.host is None
    assert after.pop("entries") == {("ben", "ben knows"), ("eve@build-2", "eve@build-2 knows")}
    assert before.items() >= after.items()


def test_what_others_write_until_the_last_moment_comes_along_although_it_was_killed_then(
    machine: Machines, monkeypatch: pytest.MonkeyPatch
) -> None:
    laptop, other = machine("laptop"), machine("build-2")
    laptop.joins()
    there = other.joins()
    real: Callable[[SharedStore], None] = SharedStore.refresh

    def refresh(store: SharedStore) -> None:
        real(store)
        patched.undo()
        with there.writing() as books:
            work(books, "eve@build-2", "A")
        monkeypatch.setattr(remote.Remote, "move_away", move_away)

    def move_away(self: remote.Remote, *values: object) -> None:
        monkeypatch.undo()
        self.move_away(*values)  # type: ignore[arg-type]
        raise Killed

    patched = pytest.MonkeyPatch()
    patched.setattr(SharedStore, "refresh", refresh)
    with pytest.raises(Killed):
        laptop.leaves()
    laptop.leaves()
    with laptop.hook() as books:
        assert seen(books)["claims"] == {("A", "eve@build-2")}


def test_a_large_repository_takes_its_time_and_is_not_taken_for_a_machine_that_vanished(
    tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    laptop = Machine("laptop", tmp_path, f"{database}?options=-c%20idle_in_transaction_session_timeout%3D100")
    for room, part in ((joining, "become"), (remote.Remote, "move_away")):
        real = getattr(room, part)

        def slowly(*values: object, real: Callable[..., object] = real, **named: object) -> object:
            with psycopg.connect(database) as another:
                another.execute("SELECT pg_sleep(0.3)")
            return real(*values, **named)

        monkeypatch.setattr(room, part, slowly)
    with laptop.hook() as books:
        work(books, "ben", "A")
    laptop.joins(brings=True)
    laptop.leaves()
    with laptop.hook() as books:
        assert seen(books)["claims"] == {("A", "ben")}
    laptop.close()
