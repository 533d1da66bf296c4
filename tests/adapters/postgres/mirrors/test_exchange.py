"""What machines change at the same time, and what becomes of it: column by column, and what is gone is gone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mcp_server.adapters.postgres.remote import NotKnown, Remote, Seen
from tests.adapters.postgres.mirrors.fleet import Fleet, Killed, Member
from tests.workspace import draft


@pytest.fixture
def fleet(tmp_path: Path, database: str) -> Iterator[Fleet]:
    """Two machines that share a database."""
    made = Fleet(tmp_path, database, 2)
    yield made
    made.close()


@pytest.fixture
def one(fleet: Fleet) -> Member:
    """The first machine; there is a task T, and both know it."""
    with fleet.members[0].store.writing() as books:
        books.tasks.add([draft("T", "src/**")])
    fleet.synchronise()
    return fleet.members[0]


@pytest.fixture
def other(fleet: Fleet, one: Member) -> Member:
    """The second machine."""
    return fleet.members[1]


def title(member: Member) -> tuple[str, int]:
    with member.store.reading() as books:
        task = books.tasks.get("T")
    assert task is not None
    return task.title, task.priority


def read_a_message(sender: Member, reader: Member, fleet: Fleet) -> None:
    """A message of one machine's agent, which the other's has marked as read without telling anybody."""
    with sender.local.writing() as books:
        books.shared.send(sender.agent, "all", [reader.agent], "hello", "")
    fleet.synchronise()
    fleet.reads(reader, 0)


def test_changes_of_different_columns_of_one_row_both_survive(fleet: Fleet, one: Member, other: Member) -> None:
    with one.local.writing() as books:
        task = books.tasks.get("T")
        assert task is not None
        books.tasks.note(task.seq, one.agent, "half of it")  # the task is kept with it
    with other.store.writing() as books:
        books.tasks.reword(task.seq, title="Another title", priority=7)
    fleet.assert_all_agree()
    assert title(one) == title(other) == ("Another title", 7)
    [kept] = other.local.connection.execute("SELECT kept FROM task").fetchone()
    assert kept == 1


def test_what_was_deleted_stays_so_although_another_machine_changed_it_meanwhile(
    fleet: Fleet, one: Member, other: Member
) -> None:
    read_a_message(one, other, fleet)
    fleet.prunes(one, 0)
    fleet.assert_all_agree()


def test_what_was_deleted_and_forgotten_stays_so_although_another_machine_changed_it_meanwhile(
    fleet: Fleet, one: Member, other: Member
) -> None:
    read_a_message(one, other, fleet)
    fleet.prunes(one, 0)
    fleet.reports(one, 1)
    assert other.store.remote.look(other.store.since).anew
    fleet.assert_all_agree()


def test_what_was_changed_and_changed_back_goes_with_the_row(fleet: Fleet, one: Member, other: Member) -> None:
    read_a_message(one, other, fleet)
    with other.local.writing():
        other.local.connection.execute("UPDATE delivery SET shown_at = NULL, read_at = NULL")
    fleet.prunes(one, 0)
    fleet.assert_all_agree()


def test_a_new_row_stays_where_another_one_of_its_name_is_gone(fleet: Fleet, one: Member, other: Member) -> None:
    with one.store.writing() as books:
        books.agents.link("session-1", one.agent)
        one.store.mirror.connection.execute("DELETE FROM identity WHERE key = 'session-1'")
        books.agents.link("session-2", one.agent)
    with other.local.writing() as books:
        books.agents.link("session-2", other.agent)
    with one.store.writing():
        one.store.mirror.connection.execute("DELETE FROM identity WHERE key = 'session-2'")
    fleet.assert_all_agree()
    with one.store.reading() as books:
        found = books.agents.find("session-2")
        assert found is not None
        assert found.id == other.agent


def test_rows_that_were_seen_before_another_process_saw_newer_ones_replace_nothing(
    fleet: Fleet, one: Member, other: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    fleet.tells(one, 0)
    fleet.synchronise()
    fleet.prunes(one, 0)
    fleet.reports(one, 1)
    slow = other.machine.shared()
    real: Callable[[Remote, int], Seen] = Remote.look

    def look(remote: Remote, since: int) -> Seen:
        seen = real(remote, since)
        monkeypatch.undo()
        fleet.registers(one, 0)  # meanwhile something new is written, and another process takes it in
        one.store.send()
        other.store.refresh()
        assert seen.anew
        return seen

    monkeypatch.setattr(Remote, "look", look)
    slow.refresh()
    fleet.assert_all_agree()


def test_all_rows_are_looked_at_anew_once_alone(fleet: Fleet, one: Member, other: Member) -> None:
    fleet.tells(one, 0)
    fleet.synchronise()
    fleet.prunes(one, 0)
    fleet.reports(one, 1)
    other.store.refresh()
    assert not other.store.remote.look(other.store.since).anew
    assert other.store.remote.look(other.store.since).changes == []


def test_a_process_that_is_killed_between_both_commits_has_done_it(fleet: Fleet, one: Member, other: Member) -> None:
    fleet.notes(one, 0)
    fleet.is_killed(one, 0)
    assert one.local.connection.execute("SELECT count(*) FROM lease").fetchone() == (0,)
    other.store.refresh()
    assert other.local.connection.execute("SELECT count(*) FROM lease").fetchone() == (1,)
    fleet.assert_all_agree()
    assert one.local.connection.execute("SELECT count(*) FROM lease").fetchone() == (1,)


def test_without_its_lock_nothing_is_written(fleet: Fleet, one: Member) -> None:
    with pytest.raises(Exception, match="connection is lost"), one.store.writing() as books:
        books.tasks.add([draft("never", "n/**")])
        one.store.remote.close()
    fleet.assert_all_agree()
    assert one.local.connection.execute("SELECT count(*) FROM task").fetchone() == (1,)


def test_a_connection_that_ends_at_the_commit_leaves_it_open_whether_it_was_done(
    fleet: Fleet, one: Member, other: Member
) -> None:
    connection = one.store.remote.connection
    pid = connection.info.backend_pid
    with pytest.raises(NotKnown, match="asking again is safe"), one.store.writing() as books:
        books.agents.seen(one.agent)
        other.store.remote.connection.execute("SELECT pg_terminate_backend(%s)", [pid])
    fleet.assert_all_agree()


def test_only_the_database_grants_leases(one: Member) -> None:
    with pytest.raises(Exception, match="only the database grants leases"), one.local.writing() as books:
        books.leases.grant(1, one.agent, resource="port", scope=(), anchors=(), seconds=9)
    with pytest.raises(Killed), one.store.writing():
        raise Killed
