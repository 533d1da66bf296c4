"""Who may do what, tried with SQL: a reader changes nothing, an agent works in its own repository alone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

import psycopg
import pytest
from psycopg import errors, sql
from psycopg.conninfo import conninfo_to_dict

from mcp_server.adapters.postgres import roles, schema
from mcp_server.adapters.postgres.remote import Checkout, Remote
from mcp_server.domain.errors import Misuse
from mcp_server.domain.machines.change import Outgoing
from tests.postgres import Server

Connection = psycopg.Connection[tuple[Any, ...]]
REGISTRY = Path(roles.__file__).with_name("registry.sql")
KNOWN = "INSERT INTO interlock.repository (schema, origins, remotes) VALUES (%s, '{}', '{}')"


class Team(NamedTuple):
    """A database with two repositories, and somebody with each role in the first of them."""

    server: Server
    database: str
    ours: str
    theirs: str
    people: dict[str, str]

    def connect(self, who: str | None = None) -> Connection:
        """A connection as one of them, with the first repository's path; as the superuser if nobody is named."""
        user = self.people[who] if who else "postgres"
        path = f"-csearch_path%3D{self.ours}"
        return psycopg.connect(self.server.address(self.database, user=user, options=path), autocommit=True)

    def remote(self, who: str) -> Remote:
        """The rows of the first repository, as Interlock reaches them."""
        return Remote(lambda: self.connect(who), self.ours, failure=lambda error: error)


@pytest.fixture
def team(server: Server, database: str) -> Iterator[Team]:
    """Roles are the whole server's, so that these have names of their own."""
    name = str(conninfo_to_dict(database)["dbname"])
    ours, theirs = (f"interlock_{uuid4().hex[:12]}" for _ in range(2))
    people = {who: f"{who}_{uuid4().hex[:8]}" for who in ("alice", "ann", "ben", "rita", "eve")}
    with psycopg.connect(database, autocommit=True) as admin:
        admin.execute(roles.setup(name).encode())
        for who, may, repository in (
            ("alice", "owner", None), ("ann", "owner", None), ("eve", "nothing", ours),
        ):  # fmt: skip
            admin.execute(roles.person(people[who], may, repository, name).encode())  # type: ignore[arg-type]  # of a table
        admin.execute(f'CREATE ROLE "{people["eve"]}" LOGIN')
        admin.execute(f'ALTER ROLE "{people["alice"]}" CREATEROLE')
    made = Team(server, name, ours, theirs, people)
    with made.connect("alice") as owner:
        owner.execute(REGISTRY.read_bytes())
        for repository in (ours, theirs):
            owner.execute(
                "INSERT INTO interlock.repository (schema, origins, remotes) VALUES (%s, '{}', '{}')", [repository]
            )
            schema.bring_up_to_date(owner, repository)
        owner.execute(roles.person(people["ben"], "agent", ours, name).encode())
        owner.execute(roles.person(people["rita"], "reader", ours, name).encode())
        for repository in (ours, theirs):
            owner.execute(sql.SQL("INSERT INTO {} VALUES ('tasks', 7)").format(sql.Identifier(repository, "note")))
    yield made
    with made.connect() as admin:
        owners = roles.owner_of(name)
        for role in (
            *people.values(),
            owners,
            *(f"{each}_{kind}" for each in (ours, theirs) for kind in ("agent", "reader")),
        ):
            admin.execute(f'DROP OWNED BY "{role}" CASCADE')
            admin.execute(f'DROP ROLE "{role}"')


CHANGES = """
INSERT INTO {s}.note VALUES ('more', 1)
INSERT INTO {s}.change (kind, key, seq) VALUES ('note', '["tasks"]', 99)
UPDATE {s}.note SET value = 8
UPDATE {s}.state SET one = 1
UPDATE {s}.state SET version = 99
UPDATE {s}.mirror SET seen_at = 0
DELETE FROM {s}.note
DELETE FROM {s}.change
MERGE INTO {s}.note n USING (SELECT 'tasks' AS key) o ON n.key = o.key WHEN MATCHED THEN UPDATE SET value = 9
WITH gone AS (DELETE FROM {s}.note RETURNING *) SELECT * FROM gone
TRUNCATE {s}.note
COPY {s}.note FROM PROGRAM 'echo more'
COPY {s}.note TO PROGRAM 'cat'
COPY {s}.note TO '/tmp/interlock-note'
SELECT * FROM {s}.note FOR UPDATE
SELECT * FROM {s}.state FOR SHARE
LOCK TABLE {s}.note IN EXCLUSIVE MODE
LOCK TABLE {s}.state IN ROW EXCLUSIVE MODE
SELECT nextval('{s}.change_seq')
SELECT setval('{s}.change_seq', 1)
SELECT {s}.look(0, true)
SELECT {s}.look(0, false)
SELECT {s}.write('[["note", {{"key": "more"}}, {{"key": "more", "value": 1}}, null]]')
SELECT {s}.make_write()
CREATE TABLE {s}.own (number int)
CREATE TABLE public.own (number int)
CREATE VIEW {s}.own AS SELECT 1
CREATE FUNCTION {s}.own() RETURNS int LANGUAGE sql AS 'SELECT 1'
CREATE INDEX own ON {s}.note (value)
CREATE RULE own AS ON INSERT TO {s}.note DO NOTHING
CREATE TRIGGER own AFTER INSERT ON {s}.note EXECUTE FUNCTION {s}.log_change('key')
CREATE TEMP TABLE t (a int); CREATE TRIGGER o AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION {s}.log_change('a')
ALTER TABLE {s}.note ADD COLUMN more int
ALTER TABLE {s}.note DISABLE TRIGGER ALL
ALTER TABLE {s}.note OWNER TO CURRENT_USER
ALTER FUNCTION {s}.log_change() RENAME TO other
ALTER SEQUENCE {s}.change_seq RESTART
ALTER SCHEMA {s} RENAME TO own
DROP TABLE {s}.note
DROP FUNCTION {s}.log_change() CASCADE
DROP SCHEMA {s} CASCADE
COMMENT ON TABLE {s}.note IS 'mine'
REINDEX TABLE {s}.note
CLUSTER {s}.note USING note_pkey
REFRESH MATERIALIZED VIEW {s}.note
CREATE SCHEMA own
CREATE PUBLICATION own FOR TABLE {s}.note
DROP EXTENSION plpgsql CASCADE
CREATE EVENT TRIGGER own ON ddl_command_start EXECUTE FUNCTION {s}.log_change()
CREATE ROLE own
CREATE DATABASE own
ALTER DATABASE {database} SET work_mem = '1MB'
ALTER SYSTEM SET work_mem = '1MB'
GRANT SELECT ON {s}.note TO PUBLIC; SELECT 1 / has_table_privilege('pg_monitor', '{s}.note', 'SELECT')::int
GRANT {s}_agent TO CURRENT_USER
GRANT {owners} TO CURRENT_USER
SET ROLE {s}_agent
SET ROLE {owners}
SET ROLE postgres
SET SESSION AUTHORIZATION postgres
SET session_replication_role = replica
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'postgres'
SELECT pg_read_file('pg_hba.conf')
SELECT pg_reload_conf()
SELECT pg_switch_wal()
SELECT * FROM pg_authid
SELECT passwd FROM pg_shadow
UPDATE interlock.repository SET schema = 'other'
INSERT INTO interlock.repository (schema, origins, remotes) VALUES ('other', '{{}}', '{{}}')
DELETE FROM interlock.repository
ALTER TABLE interlock.repository DISABLE ROW LEVEL SECURITY
CREATE POLICY own ON interlock.repository USING (true)
DROP POLICY seen_by_its_people ON interlock.repository
""".strip().splitlines()
"""What would change a repository, its roles or the server, or lock out those who work."""

OF_AGENTS = ("note", "UPDATE {s}.state SET one", "change", "mirror", "FOR", "LOCK", "SET ROLE {s}_agent")
"""What an agent may be allowed of it, by what it is about."""


NOTED = sql.SQL("SELECT row ->> 'value' FROM {}")
ALL_OF = sql.SQL("SELECT * FROM {}")


def state_of(team: Team) -> list[Any]:
    """All that is in both repositories, and who may what."""
    with team.connect() as admin:
        tables = admin.execute(
            "SELECT relnamespace::regnamespace::text, relname, relacl::text, relowner, relhastriggers FROM pg_class "
            "WHERE relnamespace::regnamespace::text LIKE 'interlock%' AND relkind IN ('r', 'S') ORDER BY 1, 2"
        ).fetchall()
        rows = [admin.execute(ALL_OF.format(sql.Identifier(*one[:2]))).fetchall() for one in tables]
        members = admin.execute("SELECT roleid, member FROM pg_auth_members ORDER BY 1, 2").fetchall()
        mine = [one for one in members if {f"{one[0]}", f"{one[1]}"} & _oids(admin, team)]
        return [tables, rows, mine]


def _oids(admin: Connection, team: Team) -> set[str]:
    names = [*team.people.values(), f"{team.ours}_agent", f"{team.ours}_reader"]
    return {str(row[0]) for row in admin.execute("SELECT oid FROM pg_roles WHERE rolname = ANY (%s)", [names])}


DENIED = (
    errors.InsufficientPrivilege,
    errors.InvalidSchemaName,  # a path that leads nowhere for this role
    errors.DivisionByZero,  # as the statement itself arranges it, where a warning is all that is given
)


def refused(connection: Connection, statement: str) -> bool:
    """Whether the server does not let this role do it; whatever it lets it do is undone."""
    connection.execute("BEGIN")
    try:
        connection.execute(statement.encode())
    except DENIED:
        return True
    except errors.ActiveSqlTransaction:
        connection.execute("ROLLBACK")
        try:
            connection.execute(statement.encode())
        except errors.InsufficientPrivilege:
            return True
        return False
    finally:
        connection.execute("ROLLBACK")
    return False


@pytest.mark.parametrize("who", ["rita", "eve"])
def test_a_reader_and_a_stranger_can_change_nothing(team: Team, who: str) -> None:
    before = state_of(team)
    with team.connect(who) as connection:
        for repository in (team.ours, team.theirs):
            statements = [
                line.format(s=repository, database=team.database, owners=roles.owner_of(team.database))
                for line in CHANGES
            ]
            assert [line for line in statements if not refused(connection, line)] == []
    assert state_of(team) == before


def test_a_reader_sees_its_repository_and_no_other(team: Team) -> None:
    with team.connect("rita") as connection:
        assert connection.execute("SELECT value FROM note").fetchall() == [(7,)]
        assert connection.execute("SELECT version FROM state").fetchone() == (schema.newest(),)
        assert connection.execute("SELECT schema FROM interlock.repository").fetchall() == [(team.ours,)]
        with pytest.raises(errors.InsufficientPrivilege):
            connection.execute(ALL_OF.format(sql.Identifier(team.theirs, "note")))
    with team.connect("eve") as connection, pytest.raises(errors.InsufficientPrivilege):
        connection.execute("SELECT schema FROM interlock.repository")


def test_an_agent_works_in_its_repository_as_interlock_does(team: Team) -> None:
    with closing(team.remote("ben")) as remote:
        seen = remote.begin(0)
        number, _host = remote.register(Checkout("build-1", "a sign", "1"), seen.now)
        assert remote.write([Outgoing("note", {"key": "more"}, {"key": "more", "value": 1}, None)]) > 0
        remote.begin(0)
        remote.write([Outgoing("note", {"key": "more"}, {"value": 2}, {"key": "more", "value": 1})])
        remote.begin(0)
        last = remote.write([Outgoing("note", {"key": "more"}, None, {"key": "more", "value": 2})])
        remote.report(number, last, absent_seconds=60)
    with team.connect() as admin:
        assert admin.execute("SELECT person FROM mirror").fetchall() == [(team.people["ben"],)]
        assert admin.execute("SELECT forgotten FROM state").fetchone() == (last,)


def test_an_agent_sees_and_changes_nothing_of_another_repository_nor_more_than_rows(team: Team) -> None:
    before = state_of(team)
    with team.connect("ben") as connection:
        assert connection.execute("SELECT schema FROM interlock.repository").fetchall() == [(team.ours,)]
        for line in (
            *CHANGES,
            "SELECT * FROM {s}.note",
            "SELECT * FROM {s}.change",
            "SELECT last_value FROM {s}.change_seq",
        ):
            assert refused(
                connection, line.format(s=team.theirs, database=team.database, owners=roles.owner_of(team.database))
            ), line
        more = [
            line for line in CHANGES if not line.startswith("SELECT") and not any(word in line for word in OF_AGENTS)
        ]
        more += [
            line for line in CHANGES if line.split()[0] in ("CREATE", "ALTER", "DROP", "TRUNCATE", "COPY", "COMMENT")
        ]
        more += ["UPDATE {s}.state SET version = 99", "UPDATE {s}.state SET moved_to = 'me'", "DELETE FROM {s}.mirror"]
        more += [
            "UPDATE {s}.mirror SET person = 'another'",
            "UPDATE {s}.change SET seq = 1",
            "SELECT nextval('{s}.change_seq')",
        ]
        assert len(more) > 40
        for line in more:
            assert refused(
                connection, line.format(s=team.ours, database=team.database, owners=roles.owner_of(team.database))
            ), line
    assert state_of(team) == before


def test_a_reader_holds_up_nobody_who_works(team: Team) -> None:
    with team.connect("rita") as reader, closing(team.remote("ben")) as remote:
        reader.execute("SELECT pg_advisory_lock(objid::bigint) FROM generate_series(1, 3) AS objid")
        reader.execute("SELECT pg_advisory_lock(%s)", [schema._LOCK])
        reader.execute("BEGIN ISOLATION LEVEL SERIALIZABLE")
        reader.execute("LOCK TABLE state, note, change IN ACCESS SHARE MODE")
        reader.execute("SELECT * FROM change")
        remote.begin(0)
        assert remote.write([Outgoing("note", {"key": "more"}, {"key": "more", "value": 1}, None)]) > 0


def test_what_is_noted_down_of_a_change_can_not_be_diverted(team: Team) -> None:
    """The function notes down with its owner's rights: a table of the caller's own must not stand for the real one."""
    with team.connect("ben") as connection:
        connection.execute(f"CREATE TEMP TABLE change (LIKE {team.ours}.change INCLUDING ALL)")
        connection.execute("UPDATE note SET value = 9")
        assert connection.execute("SELECT count(*) FROM pg_temp.change").fetchone() == (0,)
        assert connection.execute(NOTED.format(sql.Identifier(team.ours, "change"))).fetchall() == [("9",)]


def test_no_role_reads_passwords(team: Team) -> None:
    with team.connect() as admin:
        admin.execute(f"ALTER ROLE \"{team.people['ben']}\" PASSWORD 'open sesame'")
    for who in ("alice", "ben", "rita", "eve"):
        with team.connect(who) as connection:
            assert {row[0] for row in connection.execute("SELECT rolpassword FROM pg_roles")} <= {None, "********"}
            for table in ("pg_authid", "pg_shadow", "pg_user_mapping"):
                with pytest.raises(errors.InsufficientPrivilege):
                    connection.execute(ALL_OF.format(sql.Identifier(table)))


def test_every_owner_changes_what_another_one_made(team: Team) -> None:
    with team.connect("ann") as connection:
        assert connection.execute("SELECT count(*) FROM interlock.repository").fetchone() == (2,)
        connection.execute("ALTER TABLE note ADD COLUMN more int")
        connection.execute("CREATE TABLE later (number int)")
        assert roles.grant(connection, team.ours)  # its groups are there already
    with team.connect("ben") as connection:
        connection.execute("INSERT INTO later VALUES (1)")
    with team.connect("alice") as connection:
        connection.execute("DROP TABLE later")


def test_an_owner_who_makes_no_roles_leaves_them_to_one_who_does(team: Team) -> None:
    repository = f"interlock_{os.urandom(6).hex()}"
    with team.connect("ann") as connection:
        schema.bring_up_to_date(connection, repository)
        assert not roles.grant(connection, repository)
    with team.connect("alice") as connection:
        assert roles.grant(connection, repository)
        connection.execute(f"DROP SCHEMA {repository} CASCADE")
    with team.connect() as admin:
        for kind in ("agent", "reader"):
            admin.execute(f"DROP OWNED BY {repository}_{kind}")
            admin.execute(f"DROP ROLE {repository}_{kind}")


def test_who_becomes_a_reader_is_an_agent_no_more_and_may_be_taken_out(team: Team) -> None:
    with team.connect("alice") as owner, team.connect("ben") as connection:
        owner.execute(roles.person(team.people["ben"], "reader", team.ours, team.database).encode())
        assert refused(connection, "UPDATE note SET value = 9")
        assert not refused(connection, "SELECT * FROM note")
        owner.execute(roles.person(team.people["ben"], "nothing", team.ours, team.database).encode())
        assert refused(connection, f"TABLE {team.ours}.note")


def test_all_of_it_can_be_run_again(team: Team) -> None:
    before = state_of(team)
    with team.connect() as admin:
        admin.execute(roles.setup(team.database).encode())
        admin.execute(roles.grants(team.ours, team.database).encode())
        admin.execute(roles.person(team.people["ben"], "agent", team.ours, team.database).encode())
    assert state_of(team) == before


def test_a_database_that_nobody_prepared_has_no_roles(server: Server, database: str) -> None:
    repository = f"interlock_{uuid4().hex[:12]}"
    with psycopg.connect(database, autocommit=True) as connection:
        schema.bring_up_to_date(connection, repository)
        assert not roles.grant(connection, repository)
        assert connection.execute("SELECT to_regrole(%s)", [f"{repository}_agent"]).fetchone() == (None,)


@pytest.mark.parametrize(
    "name",
    ["", "ben\n", 'ben"', "ben'", "ben;", "$$", "pg_ben", "Interlock_owner", "postgres", "public", "b" * 64, "1"],
)
def test_a_name_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(Misuse, match="name"):
        roles.person(name, "agent", "interlock_0a1b2c3d4e5f", "interlock")


@pytest.mark.parametrize("name", ["", "public", "interlock", "interlock_A", 'interlock_x" ; DROP', "interlock_x\n"])
def test_a_schema_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(Misuse, match="is not the schema of a repository"):
        roles.grants(name, "interlock")


@pytest.mark.parametrize("name", ["My Database", "übung", "x" * 60, "it's"])
def test_a_database_may_be_called_anything_and_has_owners_of_its_own(server: Server, name: str) -> None:
    owners, repository = roles.owner_of(name), f"interlock_{uuid4().hex[:12]}"
    with server.connect() as admin:
        admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        try:
            with server.connect(name) as inside:
                for _ in range(2):
                    inside.execute(roles.setup(name).encode())
                inside.execute(REGISTRY.read_bytes())
                schema.bring_up_to_date(inside, repository)
                found = "SELECT nspowner = %s::regrole FROM pg_namespace WHERE nspname = %s"
                assert inside.execute(found, [owners, repository]).fetchone() == (True,)
        finally:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
            for role in (f"{repository}_agent", f"{repository}_reader", owners):
                admin.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(role)))
    assert owners != roles.owner_of("interlock") == "interlock_owner"


def test_people_are_named_in_many_ways(team: Team) -> None:
    for name in ("zoë-2", "ben@example.com", "A.B_c+d"):
        with team.connect() as admin:
            admin.execute(roles.person(name, "reader", team.ours, team.database).encode())
            [found] = admin.execute("SELECT pg_has_role(%s, %s, 'MEMBER')", [name, f"{team.ours}_reader"])
            assert found == (True,)
            admin.execute(roles.person(name, "nothing", team.ours, team.database).encode())
            [found] = admin.execute("SELECT pg_has_role(%s, %s, 'MEMBER')", [name, f"{team.ours}_reader"])
            assert found == (False,)
            admin.execute(f'DROP ROLE "{name}"')
