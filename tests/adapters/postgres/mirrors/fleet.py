"""Machines that do anything in any order, what was acknowledged to them, and whether all agree in the end."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from mcp_server.adapters.sqlite.mirror.tables import ONLY, tables
from mcp_server.adapters.sqlite.store import SqliteStore
from mcp_server.ports import Books
from tests.adapters.postgres.mirrors.checkouts import Machine
from tests.workspace import SCHEMA, draft

Rows = dict[str, dict[str, dict[str, Any]]]


class Killed(BaseException):
    """A process was killed here."""


class Member:
    """A machine of the fleet: its agent writes through hooks and through transactions that all machines share."""

    def __init__(self, name: str, folder: Path, url: str) -> None:
        self.name = name
        self.machine = Machine(name, folder, url)
        self.store = self.machine.joins()
        self.local: SqliteStore = self.machine.local()
        with self.local.writing() as books:
            self.agent = _new_agent(books, f"first of {name}")


class Fleet:
    """Machines that share a database. `steps` is what they can do; each is given a number to choose by."""

    def __init__(self, folder: Path, url: str, machines: int) -> None:
        self._url = url
        _empty(url)
        self.members = [Member(f"host-{number}", folder, url) for number in range(machines)]
        self.acknowledged: set[tuple[str, int | str]] = set()
        self.tokens: list[int] = []
        self._made = 0

    def close(self) -> None:
        """Close all."""
        for member in self.members:
            member.machine.close()

    @property
    def steps(self) -> list[Callable[[Member, int], None]]:
        """All that a machine may do at any time."""
        hooks = [self.registers, self.notes, self.tells, self.renews, self.reads, self.spends, self.ends, self.retitles]
        shared = [self.plans, self.claims, self.finishes, self.locks, self.prunes, self.fails, self.is_killed]
        return [*hooks, *shared, self.refreshes, self.sends, self.reports]

    # What hooks write, into the mirror alone.

    def registers(self, member: Member, number: int) -> None:
        """An agent arrives."""
        with member.local.writing() as books:
            made = _new_agent(books, f"{self._new()}")
        self.acknowledged.add(("agent", made))

    def notes(self, member: Member, number: int) -> None:
        """A checkpoint, kept with a task that it has heard of."""
        with member.local.writing() as books:
            if tasks := books.tasks.open(100):
                text = self._new()
                books.tasks.note(tasks[number % len(tasks)].seq, member.agent, text)
                self.acknowledged.add(("checkpoint", text))

    def tells(self, member: Member, number: int) -> None:
        """A message to everybody that it knows."""
        with member.local.writing() as books:
            text = self._new()
            books.shared.send(member.agent, "all", [one.id for one in books.agents.present()], text, "")
            books.events.add("told", text, agent=member.agent)
        self.acknowledged |= {("message", text), ("event", text)}

    def renews(self, member: Member, number: int) -> None:
        """It is there."""
        with member.local.writing() as books:
            books.agents.seen(member.agent)

    def reads(self, member: Member, number: int) -> None:
        """Messages are read."""
        with member.local.writing() as books:
            books.shared.read(member.agent, [message.id for message in books.shared.unread(member.agent)])

    def spends(self, member: Member, number: int) -> None:
        """Tokens are spent."""
        with member.local.writing() as books:
            day = books.budgets.today()
            member.local.connection.execute(
                "INSERT INTO usage (id, agent, task, model, day, responses) VALUES ((SELECT "
                "(ifnull((SELECT max(id) FROM usage), 0) / 4096 + 1) * 4096 + number FROM mirror), ?, '', 'm', ?, 1) "
                "ON CONFLICT (agent, task, model, day) DO UPDATE SET responses = responses + 1",
                (member.agent, day),
            )
            books.budgets.keep(books.budgets.of("day", day), number % 3)

    def ends(self, member: Member, number: int) -> None:
        """An agent leaves, of whichever machine."""
        with member.local.writing() as books:
            there = [one.id for one in books.agents.present() if one.id != member.agent]
            if there:
                books.agents.end(there[number % len(there)], "left")

    def retitles(self, member: Member, number: int) -> None:
        """A column of a task that nobody decides about."""
        with member.local.writing() as books:
            if tasks := books.tasks.open(100):
                books.tasks.reword(tasks[number % len(tasks)].seq, title=self._new(), priority=number % 3)

    # What is one transaction on the database.

    def plans(self, member: Member, number: int) -> None:
        """A task is planned."""
        name = self._new()
        with member.store.writing() as books:
            books.tasks.add([draft(name, f"src/{name}/**")])
        self.acknowledged.add(("task", name))

    def claims(self, member: Member, number: int) -> None:
        """The best task is claimed."""
        with member.store.writing() as books:
            token = _claim(books, member.agent)
        if token is not None:
            self.tokens.append(token)

    def finishes(self, member: Member, number: int) -> None:
        """A claim ends, whose ever it is: its task is done, or free again."""
        with member.store.writing() as books:
            if claims := [lease for lease in books.leases.all() if lease.task]:
                lease = claims[number % len(claims)]
                books.leases.close(lease.token)
                task = books.tasks.get(lease.task or "")
                assert task is not None
                books.tasks.put(task.seq, status="done" if number % 2 else "todo", token=None)

    def locks(self, member: Member, number: int) -> None:
        """A resource is locked."""
        with member.store.writing() as books:
            token = books.events.add("locked", "port", agent=member.agent)
            books.leases.grant(token, member.agent, resource=f"port {token}", scope=(), anchors=(), seconds=9e9)
        self.tokens.append(token)

    def prunes(self, member: Member, number: int) -> None:
        """What is old goes for good: of one kind of row one."""
        with member.store.writing():
            execute = member.store.mirror.connection.execute
            for (subject,) in execute("SELECT subject FROM message ORDER BY id LIMIT 1").fetchall():
                execute("DELETE FROM delivery WHERE message = (SELECT id FROM message WHERE subject = ?)", (subject,))
                execute("DELETE FROM message WHERE subject = ?", (subject,))
                self.acknowledged.discard(("message", subject))
            for (text,) in execute("SELECT text FROM checkpoint ORDER BY id LIMIT 1").fetchall():
                execute("DELETE FROM checkpoint WHERE text = ?", (text,))
                self.acknowledged.discard(("checkpoint", text))

    def fails(self, member: Member, number: int) -> None:
        """A transaction ends in the middle, and nothing of it is kept."""
        with suppress(Killed), member.store.writing() as books:
            books.tasks.add([draft(self._new(), "never/**")])
            _claim(books, member.agent)
            raise Killed

    def is_killed(self, member: Member, number: int) -> None:
        """A process is killed when the database has kept what it wrote, and its mirror has not."""
        name, real = self._new(), member.store.remote.write

        def write(changes: Any) -> int:
            real(changes)
            raise Killed

        member.store.remote.write = write  # type: ignore[method-assign]
        with suppress(Killed), member.store.writing() as books:
            books.tasks.add([draft(name, f"src/{name}/**")])
            _claim(books, member.agent)
        del member.store.remote.write
        self.acknowledged.add(("task", name))

    # What keeps a mirror fresh.

    def refreshes(self, member: Member, number: int) -> None:
        """The mirror becomes as new as the database."""
        member.store.refresh()

    def sends(self, member: Member, number: int) -> None:
        """What hooks wrote is sent."""
        member.store.send()

    def reports(self, member: Member, number: int) -> None:
        """What is gone is forgotten: once all know it, or as if the others had been away for long."""
        member.store.refresh()
        if number % 2:
            others = "UPDATE mirror SET seen_at = 0 WHERE host <> %s"
            member.store.remote.connection.execute(others, [member.name])
        member.store.report(absent_seconds=1e6)

    def synchronise(self) -> None:
        """Everybody sends, then everybody looks."""
        for member in self.members:
            member.store.send()
        for member in self.members:
            member.store.refresh()

    def assert_all_agree(self) -> None:
        """The shared rows are the same everywhere, nothing waits, and all that was acknowledged is there."""
        self.synchronise()
        there = self._in_database()
        for member in self.members:
            here, waiting = self._in_mirror(member)
            assert waiting == []
            for kind in there:
                assert here[kind] == there[kind], (member.name, kind)
        names = {"agent": "id", "task": "id", "message": "subject", "event": "subject", "checkpoint": "text"}
        found = {(kind, row[column]) for kind, column in names.items() for row in there[kind].values()}
        assert self.acknowledged <= found
        messages = {row["id"] for row in there["message"].values()}
        assert {row["message"] for row in there["delivery"].values()} <= messages  # what was deleted stays so
        assert len(self.tokens) == len(set(self.tokens))
        claims = [row["task"] for row in there["lease"].values() if row["task"] and row["taken_by"] is None]
        assert len(claims) == len(set(claims))

    def _new(self) -> str:
        self._made += 1
        return f"N{self._made}"

    def _in_database(self) -> Rows:
        with psycopg.connect(self._url, autocommit=True) as connection:
            connection.execute(f"SET search_path TO {SCHEMA}")
            shared = tables(self.members[0].local.connection)
            rows = {
                kind: connection.execute(f"SELECT to_jsonb(t) FROM {kind} t").fetchall()  # noqa: S608  names of ours
                for kind in shared
            }
            assert connection.execute("SELECT count(*) FROM change WHERE row IS NOT NULL").fetchone() == (
                sum(map(len, rows.values())),
            )
        return {kind: {_key(shared[kind].keys, row): _rounded(row) for (row,) in rows[kind]} for kind in shared}

    def _in_mirror(self, member: Member) -> tuple[Rows, list[Any]]:
        rows: Rows = {}
        with member.local.reading():
            connection = member.local.connection
            for kind, table in tables(connection).items():
                only = f" WHERE {ONLY[kind]}" if kind in ONLY else ""
                found = connection.execute(f"SELECT {table.quoted} FROM {kind}{only}").fetchall()  # noqa: S608  names of ours
                named = [dict(zip(table.columns, row, strict=True)) for row in found]
                rows[kind] = {_key(table.keys, row): _rounded(row) for row in named}
            return rows, connection.execute("SELECT * FROM outgoing").fetchall()


def _new_agent(books: Books, name: str) -> int:
    return books.agents.add(name, f"{name}@somewhere", "session", parent=None, process=None, worktree="/w").id


def _claim(books: Books, agent: int) -> int | None:
    task = books.tasks.take(lambda _: True, None)
    if task is None or task.token is None:
        return None
    books.events.add("claimed", task.id, agent=agent, id=task.token)
    books.leases.grant(task.token, agent, task=task, scope=task.scope, anchors=task.anchors, seconds=9e9)
    return task.token


def _key(keys: tuple[str, ...], row: dict[str, Any]) -> str:
    return json.dumps([row[key] for key in keys])


def _rounded(row: dict[str, Any]) -> dict[str, Any]:
    """Times to the hundredth of a second: the mirror does not tell closer ones apart."""
    return {name: round(value, 2) if isinstance(value, float) else value for name, value in row.items()}


def _empty(url: str) -> None:
    """As if nobody had ever joined."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"SET search_path TO {SCHEMA}")
        connection.execute("SET session_replication_role = replica")  # without triggers
        names = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()").fetchall()
        for name in {name for (name,) in names} - {"state"}:
            connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(name)))
        connection.execute("UPDATE state SET forgotten = 0")
        connection.execute("ALTER SEQUENCE change_seq RESTART")
