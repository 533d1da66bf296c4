"""A mirror is kept fresh beside what agents do: what others write comes, what hooks wrote goes."""

from __future__ import annotations

import threading
from collections.abc import Callable

import psycopg
import pytest

from mcp_server.adapters.postgres.follow import LOOK_EVERY, Follower
from mcp_server.domain.errors import StateUnavailable
from tests.adapters.postgres.mirrors.checkouts import Machine
from tests.workspace import FakeClock, draft

Machines = Callable[[str], Machine]
LONG = 60.0
"""Seconds that nobody waits for: the database's word comes at once."""


def tasks(machine: Machine) -> list[str]:
    """What a hook sees there."""
    with machine.hook() as books:
        return [task.id for task in books.tasks.open(10)]


def test_what_another_machine_writes_is_seen_by_hooks_as_soon_as_the_database_says_so(machine: Machines) -> None:
    laptop, other = machine("laptop"), machine("build-2")
    writer, follower = laptop.joins(), Follower(other.joins())
    follower.round(0)
    following = threading.Thread(target=follower.round, args=(LONG,))
    following.start()
    with writer.writing() as books:
        books.tasks.add([draft("A")])
    following.join(LONG)
    assert tasks(other) == ["A"]


def test_what_was_written_before_it_listened_is_seen_too(machine: Machines) -> None:
    laptop, other = machine("laptop"), machine("build-2")
    store = other.joins()
    with laptop.joins().writing() as books:
        books.tasks.add([draft("A")])
    Follower(store).round(0)
    assert tasks(other) == ["A"]


def test_what_hooks_wrote_is_sent_without_a_word_from_anybody(machine: Machines) -> None:
    laptop, other = machine("laptop"), machine("build-2")
    follower, reader = Follower(laptop.joins()), other.joins()
    with laptop.hook() as books:
        ben = books.agents.add("s-ben", "ben@laptop", "session", parent=None, process=None, worktree="/w")
        books.inbox.post(None, ben.id, "hello", "")
    follower.round(0)
    reader.refresh()
    with reader.reading() as books:
        found = books.agents.named("ben@laptop")
        assert found is not None
        assert [message.subject for message in books.shared.unread(found.id)] == ["hello"]


def test_a_mirror_is_compared_from_time_to_time_though_nobody_says_anything(machine: Machines) -> None:
    store, clock = machine("laptop").joins(), FakeClock()
    follower, looks = Follower(store, clock), list[float]()
    real = store.refresh

    def refresh() -> None:
        looks.append(clock.now)
        real()

    store.refresh = refresh  # type: ignore[method-assign]  # counts the looks
    for seconds in (0.0, LOOK_EVERY - 1, 2.0):
        clock.advance(seconds)
        follower.round(0)
    assert len(looks) == 2


def test_after_the_connection_broke_it_listens_on_the_next_one(machine: Machines, database: str) -> None:
    other = machine("build-2")
    writer, follower = machine("laptop").joins(), Follower(other.joins())
    follower.round(0)
    with psycopg.connect(database, autocommit=True) as admin:
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    with pytest.raises(StateUnavailable):
        follower.round(LONG)
    with writer.writing() as books:  # nothing had been asked for yet, so another connection does as well
        books.tasks.add([draft("A")])
    follower.round(0)
    assert tasks(other) == ["A"]


def test_what_all_mirrors_know_to_be_gone_is_forgotten_and_a_mirror_that_comes_late_sees_all_anew(
    machine: Machines, database: str
) -> None:
    laptop, other = machine("laptop"), machine("build-2")
    store, late = laptop.joins(), other.joins()
    with store.writing() as books:
        books.tasks.add([draft("A"), draft("B", depends_on=["A"])])
    late.refresh()
    late.close()
    with store.writing() as books:
        task = books.tasks.get("B")
        assert task is not None
        books.tasks.reorder(task.seq, [])
    with psycopg.connect(database, autocommit=True) as admin:
        admin.execute("UPDATE interlock_test.mirror SET seen_at = 0 WHERE host = 'build-2'")
    Follower(store).round(0)
    with psycopg.connect(database, autocommit=True) as admin:
        assert admin.execute("SELECT count(*) FROM interlock_test.change WHERE row IS NULL").fetchone() == (0,)
    with other.shared().writing() as books:
        assert books.tasks.depends_on("B") == []
        assert books.tasks.counts() == (2, 0)
