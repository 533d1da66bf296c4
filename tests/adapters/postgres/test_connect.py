"""A connection has limits, and every reason why there is none is said in plain words, on real servers."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from mcp_server.adapters.postgres import connect as module
from mcp_server.adapters.postgres import schema
from mcp_server.adapters.postgres.address import Address, address_of
from mcp_server.adapters.postgres.connect import connect
from mcp_server.adapters.postgres.words import explained
from mcp_server.domain.errors import DatabaseUnavailable
from tests.postgres import NEWEST, OLDEST, Server, private, shared
from tests.postgres.certificates import authority, switch_tls_on
from tests.postgres.hosts import network
from tests.postgres.install import give
from tests.postgres.proxy import wire

SECRET = "open sesame"


UNTIL_ENDED = """
DO $$ BEGIN
    WHILE EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name ~ '^interlock ')
    LOOP PERFORM pg_stat_clear_snapshot(); END LOOP;
END $$
"""


def at(url: str) -> Address:
    return address_of(url, "INTERLOCK_STORE_URL", "/", may_hold_secrets=True)


def refused(address: Address) -> DatabaseUnavailable:
    with pytest.raises(DatabaseUnavailable) as error:
        connect(address)
    return plain(error.value, address)


def plain(error: DatabaseUnavailable, address: Address) -> DatabaseUnavailable:
    """The error, which is one line, names the database, and has no secret anywhere about it."""
    assert error.kind in DatabaseUnavailable.KINDS
    assert str(error).startswith(f"the database {address.shown} ")
    assert "\n" not in str(error)
    everything = "".join(traceback.format_exception(error)) + repr(error) + repr(vars(error))
    assert SECRET not in everything
    assert "psycopg" not in "".join(traceback.format_exception_only(error))
    return error


@contextlib.contextmanager
def failing(address: Address, kind: str, words: str) -> Iterator[None]:
    """What is done inside fails, with these words."""
    with pytest.raises(DatabaseUnavailable) as error, explained(address):
        yield
    assert (plain(error.value, address).kind, words in str(error.value)) == (kind, True), str(error.value)


def test_a_connection_commits_by_itself_and_says_whose_it_is(database: str) -> None:
    with connect(at(database), "build-1") as connection:
        connection.execute("CREATE TABLE found (number int)")
        [name] = connection.execute("SELECT application_name FROM pg_stat_activity WHERE pid = pg_backend_pid()")
        assert name == ("interlock build-1",)
        limits = [connection.execute(f"SHOW {limit}").fetchone() for limit in module.LIMITS]
        assert limits == [("20s",), ("30s",), ("10s",)]
        with psycopg.connect(database) as other:
            assert other.execute("SELECT count(*) FROM found").fetchone() == (0,)


def test_options_of_the_url_are_kept_beside_the_limits(database: str) -> None:
    with connect(at(f"{database}?options=-c%20work_mem%3D1MB")) as connection:
        assert connection.execute("SHOW work_mem").fetchone() == ("1MB",)
        assert connection.execute("SHOW lock_timeout").fetchone() == ("20s",)


def test_notices_of_the_server_stay_there(database: str, capfd: pytest.CaptureFixture[str]) -> None:
    with connect(at(database)) as connection:
        connection.execute("DROP TABLE IF EXISTS found")
        connection.execute("DO $$ BEGIN RAISE WARNING 'look here'; END $$")
    assert capfd.readouterr() == ("", "")


def test_a_wrong_password_and_none_are_said(server: Server) -> None:
    role = server.role(password="another")
    wrong = server.address(user=role).replace("@", ":open%20sesame@")
    assert refused(at(wrong)).kind == "refused_login"
    assert "password authentication failed" in str(refused(at(wrong)))
    none = refused(at(server.address(user=role)))
    assert "refuses the login (no password supplied); the user is in the url or PGUSER" in str(none)


def test_a_password_in_the_environment_is_used_and_never_repeated(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPASSWORD", SECRET)
    address = at(server.address(user=server.role(password=SECRET)))
    connect(address).close()
    assert refused(at(server.address("missing", user=server.role(password=SECRET)))).kind == "no_database"
    with connect(address) as connection, failing(address, "other", "…"):
        connection.execute("DO $$ BEGIN RAISE EXCEPTION 'the password is open sesame'; END $$")


def test_passwords_may_be_in_a_password_file_and_addresses_in_a_service_file(server: Server, tmp_path: Path) -> None:
    role = server.role(password=SECRET)
    (tmp_path / ".pgpass").write_text(f"127.0.0.1:{server.port}:*:{role}:{SECRET}\n")
    (tmp_path / ".pgpass").chmod(0o600)
    connect(address_of(server.address(user=role), "[store] url", "/")).close()
    lines = f"# ours\n[other]\nhost=db.invalid\n[team]\nhost=127.0.0.1\nport={server.port}\nuser={role}\n"
    (tmp_path / ".pg_service.conf").write_text(f"{lines}password={SECRET}\ndbname=postgres\n[team]\nhost=db.invalid\n")
    (tmp_path / ".pgpass").unlink()
    address = address_of("postgresql:///?service=team", "[store] url", "/")
    assert address.shown == f"postgresql://{role}@127.0.0.1:{server.port}/postgres (service team)"
    assert SECRET not in repr(address)
    with connect(address) as connection, failing(address, "other", "…"):
        connection.execute(f"DO $$ BEGIN RAISE EXCEPTION 'the password is {SECRET}'; END $$")
    unknown = refused(address_of("postgresql:///?service=nobody", "[store] url", "/"))
    assert (unknown.kind, "has to describe the service" in str(unknown)) == ("other", True)


def test_an_unknown_user_a_missing_database_and_a_closed_one_are_said(server: Server, database: str) -> None:
    assert refused(at(server.address(user="nobody_here"))).kind == "refused_login"
    assert "does not exist; who runs the server makes it" in str(refused(at(server.address("missing"))))
    with psycopg.connect(database, autocommit=True) as owner:
        name = owner.info.dbname
        owner.execute(f"REVOKE CONNECT ON DATABASE {name} FROM PUBLIC")
    error = refused(at(server.address(name, user=server.role())))
    assert (error.kind, "permission denied" in str(error)) == ("no_rights", True)


def test_too_many_connections_are_said(server: Server) -> None:
    address = at(server.address(user=server.role(attributes="LOGIN CONNECTION LIMIT 1")))
    with connect(address):
        error = refused(address)
    assert (error.kind, "takes no more connections" in str(error)) == ("full", True)


def test_what_is_done_without_rights_is_said(server: Server, database: str) -> None:
    with connect(at(database)) as owner:
        owner.execute("CREATE SCHEMA own CREATE TABLE found (number int)")
        address = at(server.address(owner.info.dbname, user=server.role()))
    with connect(address) as connection, failing(address, "no_rights", "permission denied for schema own"):
        connection.execute("SELECT * FROM own.found")


def test_another_schema_is_said(database: str) -> None:
    address = at(database)
    with connect(address) as connection:
        for statement in ("SELECT * FROM own.found", "SELECT colour FROM pg_class", "SELECT own.found()"):
            with failing(address, "older_schema", "is not as this version of Interlock needs it"):
                connection.execute(statement)
    with pytest.raises(DatabaseUnavailable, match="plugin update") as found:
        schema.check(schema.newest() + 1, "interlock_1")
    assert found.value.kind == "newer_schema"


def test_waiting_for_a_lock_or_for_an_answer_ends(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        module,
        "LIMITS",
        {"lock_timeout": "50ms", "statement_timeout": "250ms", "idle_in_transaction_session_timeout": "50ms"},
    )
    address = at(database)
    with psycopg.connect(database) as other, connect(address) as connection:
        other.execute("CREATE TABLE found (number int)")
        other.commit()
        other.execute("LOCK TABLE found")
        with failing(address, "busy", "lock timeout"):
            connection.execute("SELECT * FROM found")
        with failing(address, "busy", "statement timeout"):
            connection.execute("SELECT pg_sleep(60)")
        connection.execute("BEGIN")
        with psycopg.connect(database, autocommit=True) as third, failing(address, "unreachable", "ended the"):
            third.execute(UNTIL_ENDED)
            connection.execute("SELECT 1")


def test_what_can_only_be_read_is_said_when_it_is_written(server: Server, database: str) -> None:
    role = server.role(attributes="LOGIN SUPERUSER")
    with connect(at(database)) as owner:
        owner.execute(f"ALTER ROLE {role} SET default_transaction_read_only = on")
        address = at(server.address(owner.info.dbname, user=role))
    with connect(address) as connection, failing(address, "read_only", "the primary server"):
        connection.execute("CREATE TABLE found (number int)")
    with connect(at(database)) as owner:
        owner.execute(f"DROP ROLE {role}")


def test_a_server_that_is_too_old_or_not_in_utf8_is_not_used(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    name = f"latin_{os.getpid()}_{server.version}"
    with server.connect() as owner:
        owner.execute(f"CREATE DATABASE {name} ENCODING 'LATIN1' TEMPLATE template0")
    error = refused(at(server.address(name)))
    assert "has the encoding LATIN1, not UTF8; it is made by: createdb --encoding=UTF8" in str(error)
    server.drop(server.address(name))
    monkeypatch.setattr(module, "OLDEST", server.version + 1)
    error = refused(at(server.address()))
    assert (error.kind, f"is of PostgreSQL {server.version}" in str(error)) == ("too_old", True)


def test_a_server_without_tls_is_refused_where_tls_is_needed() -> None:
    error = refused(at(shared(NEWEST).address(sslmode="require")))
    assert (error.kind, "does not speak TLS" in str(error)) == ("certificate", True)


def test_a_server_has_to_prove_who_it_is(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    known, unknown = authority(tmp_path), authority(tmp_path / "other")
    with private(OLDEST) as server:

        def over_tls(trusted: Path) -> Address:
            return at(server.address(sslmode="verify-full", sslrootcert=trusted))

        switch_tls_on(server, known)
        with connect(over_tls(known.file)) as connection:
            assert connection.pgconn.ssl_in_use
        for trusted in (unknown.file, tmp_path / "missing.crt"):
            error = refused(over_tls(trusted))
            assert (error.kind, "names who may have signed it" in str(error)) == ("certificate", True)
        server.access("hostssl all all all trust\nhost all all all reject")
        error = refused(at(server.address(user="ben", sslmode="disable")))
        assert (error.kind, "hostssl" in str(error)) == ("refused_login", True)
        switch_tls_on(server, known, host="db.example.com")
        assert "does not match host name" in str(refused(over_tls(known.file)))
        switch_tls_on(server, known, expired=True)
        assert "certificate has expired" in str(refused(over_tls(known.file)))


def test_a_server_that_is_full_stopping_killed_or_a_standby_is_said() -> None:
    few = {"max_connections": "5", "superuser_reserved_connections": "1", "max_wal_senders": "2"}
    with private(OLDEST, few) as server, contextlib.ExitStack() as stack:
        address = at(server.address(user=server.role()))
        several = f"postgresql://postgres@127.0.0.1:{server.port},127.0.0.1:{server.port}/postgres"
        connections = [stack.enter_context(connect(address)) for _ in range(4)]
        error = refused(address)
        assert (error.kind, "takes no more connections" in str(error)) == ("full", True)
        server.stop("smart", wait=False)
        error = refused(address)
        assert (error.kind, "is starting or stopping" in str(error)) == ("unreachable", True)
        server.stop("fast")
        with failing(address, "unreachable", "ended the connection"):
            connections[0].execute("SELECT 1")
        error = refused(address)
        assert (error.kind, "can't be reached (Connection refused)" in str(error)) == ("unreachable", True)
        assert refused(at(server.on_socket())).kind == "unreachable"
        server.start()
        connection = stack.enter_context(connect(address))
        server.kill()
        with failing(address, "unreachable", ""):
            connection.execute("SELECT pg_sleep(60)")
        server.start()
        server.become_standby()
        with connect(at(server.address())) as connection, failing(address, "read_only", "the primary server"):
            connection.execute("CREATE TABLE found (number int)")
        error = refused(at(several))
        assert (error.kind, "the primary server" in str(error)) == ("read_only", True)


def test_a_full_disk_is_said(tmp_path: Path) -> None:
    with private(NEWEST) as server:
        small = server.folder / "small"
        small.mkdir()
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=1m,mode=777", "small", small], check=False, capture_output=True
        )
        if mounted.returncode != 0:
            pytest.skip(f"no disk can be made here: {mounted.stderr.decode().strip()}")
        give(small)
        try:
            address = at(server.address())
            with connect(address) as connection:
                connection.execute(f"CREATE TABLESPACE small LOCATION '{small}'")
                connection.execute("CREATE TABLE found (text text) TABLESPACE small")
                with failing(address, "full", "has no room left"):
                    connection.execute("INSERT INTO found SELECT repeat('x', 1000) FROM generate_series(1, 2000)")
                assert connection.execute("SELECT count(*) FROM found").fetchone() == (0,)
        finally:
            server.stop("immediate")
            subprocess.run(["umount", small], check=True)


def test_a_network_that_says_nothing_is_not_waited_for_long() -> None:
    server = shared(NEWEST)
    with wire(server.port) as proxy:
        address = at(f"postgresql://postgres@127.0.0.1:{proxy.port}/postgres")
        with connect(address) as connection:
            proxy.lose()
            error = refused(address)
            assert (error.kind, "timeout" in str(error)) == ("unreachable", True)
            proxy.restore()
            assert connection.execute("SELECT 1").fetchone() == (1,)
            proxy.refuse()
            with failing(address, "unreachable", "can't be reached"):
                connection.execute("SELECT 1")


WAIT = """
import sys
from mcp_server.adapters.postgres.address import address_of
from mcp_server.adapters.postgres.connect import connect
from mcp_server.adapters.postgres.words import explained
from mcp_server.domain.errors import DatabaseUnavailable

address = address_of(sys.argv[1], "[store] url", "/")
with connect(address) as connection:
    print("connected", flush=True)
    input()
    try:
        with explained(address):
            connection.execute("SELECT 1")
    except DatabaseUnavailable as error:
        print(error.kind, error)
"""


def test_a_pulled_plug_ends_a_connection_that_was_there(tmp_path: Path) -> None:
    """Nothing comes back, no refusal either: the limits of the connection decide."""
    signed_by = authority(tmp_path)
    with network("build-1") as [host], private(OLDEST, listen="*") as server:
        switch_tls_on(server, signed_by, host=host.gateway)
        server.access("hostssl all all 10.213.0.0/16 trust")
        url = f"postgresql://postgres@{host.gateway}:{server.port}/postgres?sslrootcert={signed_by.file}"
        pipe = subprocess.PIPE
        root = Path(__file__).resolve().parents[3]
        with host.start([sys.executable, "-c", WAIT, url], cwd=root, stdin=pipe, stdout=pipe) as process:
            assert process.stdout
            assert process.stdout.readline() == "connected\n"
            host.cut()
            said, _ = process.communicate("go\n", timeout=60)
        assert said.startswith("unreachable the database postgresql://postgres@10.213.")
        assert "can't be reached" in said
