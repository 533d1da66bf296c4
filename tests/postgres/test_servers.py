"""The servers that tests start are what other tests take them for."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from tests.postgres import NEWEST, OLDEST, VERSIONS, private, shared
from tests.postgres.certificates import authority, switch_tls_on
from tests.postgres.hosts import OPEN, Host, network
from tests.postgres.proxy import wire

ROOT = Path(__file__).resolve().parents[2]
OTHER_PROCESS = f"""
from tests.postgres import shared
server = shared({NEWEST})
print(server.port, server.folder, flush=True)
input()
"""


@pytest.mark.parametrize("version", VERSIONS)
def test_each_test_has_an_empty_database_of_its_own(version: int) -> None:
    server = shared(version)
    one, other = server.database(), server.database()
    with psycopg.connect(one) as first, psycopg.connect(other) as second:
        first.execute("CREATE TABLE found (number int)")
        first.commit()
        assert first.info.server_version // 10_000 == version
        assert second.execute("SELECT to_regclass('found')").fetchone() == (None,)
    server.drop(one)
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(one)
    server.drop(other)


def test_a_template_is_filled_once_and_copied() -> None:
    server = shared(NEWEST)
    filled: list[str] = []

    def fill(address: str) -> None:
        filled.append(address)
        with psycopg.connect(address) as connection:
            connection.execute("CREATE TABLE found AS SELECT 7 AS number")

    copies = [server.database(server.template(f"filled_{os.getpid()}", fill)) for _ in range(2)]
    for copy in copies:
        with psycopg.connect(copy) as connection:
            assert connection.execute("SELECT number FROM found").fetchone() == (7,)
        server.drop(copy)
    assert len(filled) == 1


def test_the_processes_of_one_run_share_a_server_until_the_last_of_them_has_been_killed() -> None:
    environment = {**os.environ, "PYTEST_XDIST_TESTRUNUID": f"a-run-of-{os.getpid()}"}
    command = [sys.executable, "-c", OTHER_PROCESS]
    pipe = subprocess.PIPE
    users = [subprocess.Popen(command, cwd=ROOT, env=environment, text=True, stdin=pipe, stdout=pipe) for _ in range(2)]
    said = [user.stdout.readline().split() for user in users if user.stdout]
    assert said[0] == said[1]
    port, folder = said[0]
    users[0].kill()
    users[0].communicate()
    with psycopg.connect(f"postgresql://postgres@127.0.0.1:{port}/postgres") as connection:
        users[1].kill()
        users[1].communicate()
        with pytest.raises(psycopg.OperationalError):  # the keeper ends the server, and every connection with it
            connection.execute("SELECT pg_sleep(60)")
    assert folder


def test_a_killed_server_starts_again_with_everything_that_it_acknowledged() -> None:
    with private(NEWEST) as server:
        address = server.database()
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute("CREATE TABLE found (number int)")
            connection.execute("INSERT INTO found VALUES (7)")
            server.kill()
            with pytest.raises(psycopg.OperationalError):
                connection.execute("SELECT pg_sleep(60)")
        server.start()
        with psycopg.connect(address) as connection:
            assert connection.execute("SELECT number FROM found").fetchone() == (7,)


def test_a_role_with_a_password_has_to_give_it() -> None:
    server = shared(NEWEST)
    role = server.role(password="open sesame")
    with pytest.raises(psycopg.OperationalError, match="no password supplied"):
        psycopg.connect(server.address(user=role))
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(server.address(user=role), password="wrong")
    with psycopg.connect(server.address(user=role), password="open sesame") as connection:
        assert connection.info.user == role


@pytest.mark.parametrize("expired", [False, True])
def test_a_server_speaks_tls_with_a_certificate_of_the_test(tmp_path: Path, expired: bool) -> None:
    with private(OLDEST) as server:
        signed_by = authority(tmp_path)
        switch_tls_on(server, signed_by, expired=expired)
        address = server.address(sslmode="verify-full", sslrootcert=signed_by.file)
        if expired:
            with pytest.raises(psycopg.OperationalError, match="certificate"):
                psycopg.connect(address)
        else:
            with psycopg.connect(address) as connection:
                assert connection.pgconn.ssl_in_use


def test_a_wire_is_slow_loses_everything_refuses_and_is_mended() -> None:
    server = shared(NEWEST)
    with wire(server.port) as proxy:
        address = f"postgresql://postgres@127.0.0.1:{proxy.port}/postgres"
        with psycopg.connect(address, autocommit=True) as connection:
            proxy.slow(0.05)
            assert connection.execute("SELECT 1").fetchone() == (1,)
            proxy.slow(0)
            proxy.lose()
            with pytest.raises(psycopg.OperationalError, match="timeout"):
                psycopg.connect(address, connect_timeout=2)
            proxy.restore()
            assert connection.execute("SELECT 2").fetchone() == (2,)
            proxy.refuse()
            with pytest.raises(psycopg.OperationalError):
                connection.execute("SELECT 3")
        with pytest.raises(psycopg.OperationalError, match="refused"):
            psycopg.connect(address)
        proxy.restore()
        with psycopg.connect(address) as connection:
            assert connection.execute("SELECT 4").fetchone() == (4,)


def test_a_host_has_a_name_and_a_link_that_can_be_cut() -> None:
    with network("build-1", "build-2") as (one, other), private(NEWEST, listen="*") as server:
        server.access(OPEN)
        ask = "import psycopg, socket, sys\nprint(socket.gethostname(), psycopg.connect(sys.argv[1]).info.dbname)"

        def asked(host: Host) -> str:
            where = f"postgresql://postgres@{host.gateway}:{server.port}/postgres?connect_timeout=2"
            done = host.run([sys.executable, "-c", ask, where])
            return done.stdout.strip() or done.stderr

        assert asked(one) == "build-1 postgres"
        one.cut()
        assert "failed" in asked(one) or "timeout" in asked(one)
        assert asked(other) == "build-2 postgres"
        one.restore()
        assert asked(one) == "build-1 postgres"
