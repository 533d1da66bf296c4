"""The doctor's findings about a database that several machines share."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator

import psycopg
import pytest
from psycopg import errors
from psycopg.conninfo import conninfo_to_dict

from mcp_server.adapters.host.repository import repository_of
from mcp_server.adapters.postgres import roles, schema
from mcp_server.adapters.settings.settings_file import read_settings
from mcp_server.doctor import database
from mcp_server.doctor.finding import Finding
from mcp_server.sharing.database import Database
from tests.doctor.machine import Machine, assert_advised
from tests.postgres import NEWEST, Server, shared
from tests.postgres.proxy import wire

SECRET = "open sesame"


class Shared:
    """A repository on the examined machine whose settings name a database."""

    def __init__(self, machine: Machine, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
        self.machine, self.server, self._environment = machine, server, monkeypatch
        self.url = server.database()
        self.name = str(conninfo_to_dict(self.url)["dbname"])
        self.people: list[str] = []
        who = ["-c", "user.name=p", "-c", "user.email=p@localhost"]
        for words in (["init", "--quiet"], [*who, "commit", "--quiet", "--allow-empty", "-m", "start"]):
            subprocess.run(["git", "-C", machine.project, *words], check=True)
        self.names(self.url)

    def names(self, url: str) -> None:
        """Have the settings name this database."""
        file = self.machine.project / ".claude/interlock.toml"
        file.parent.mkdir(exist_ok=True)
        file.write_text(f'[store]\nurl = "{url}"\n')

    def join(self) -> str:
        """Make the checkout a mirror; the schema in the database."""
        store = Database(repository_of(str(self.machine.project)), self.url).store()
        store.refresh()
        store.close()
        with psycopg.connect(self.url) as connection:
            return str(connection.execute("SELECT schema FROM interlock.repository").fetchone()[0])  # type: ignore[index]  # it was just made

    def admit(self, may: roles.May, name: str) -> None:
        """Be somebody who may do this from now on."""
        person = self.server.role()
        self.people.append(person)
        with psycopg.connect(self.url, autocommit=True) as admin:
            admin.execute(roles.setup(self.name).encode())
            admin.execute(roles.grants(name, self.name).encode())
            admin.execute(roles.person(person, may, name, self.name).encode())
        self.names(self.server.address(self.name, user=person))

    def remove(self) -> None:
        """Take what belongs to the whole server from it."""
        with psycopg.connect(self.url, autocommit=True) as admin:
            found = admin.execute("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'interlock\\_%'").fetchall()
            names = [
                *self.people,
                roles.owner_of(self.name),
                *(f"{one[0]}_{kind}" for one in found for kind in ("agent", "reader")),
            ]
            for (role,) in admin.execute("SELECT rolname FROM pg_roles WHERE rolname = ANY (%s)", [names]).fetchall():
                admin.execute(f'REASSIGN OWNED BY "{role}" TO postgres')
                admin.execute(f'DROP OWNED BY "{role}" CASCADE')
                # A repository of the same first commit in another database has groups of the same name.
                with contextlib.suppress(errors.DependentObjectsStillExist, errors.UndefinedObject):
                    admin.execute(f'DROP ROLE "{role}"')
        self.server.drop(self.url)

    @property
    def database(self) -> Finding:
        """What is found about the database."""
        repository = self.machine.repository
        return database.database(repository, str(read_settings(repository.settings).store.url))

    @property
    def mirror(self) -> Finding:
        """What is found about the mirror."""
        return database.mirror(self.machine.repository)

    def state(self, statement: str) -> None:
        """Change the state of this checkout."""
        connection = sqlite3.connect(self.machine.state_file, isolation_level=None)
        connection.execute(statement)
        connection.close()


@pytest.fixture
def team(in_use: Machine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shared]:
    for name in [name for name in os.environ if name.startswith(("PG", "INTERLOCK_STORE"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("INTERLOCK_HOST", "build-1")
    made = Shared(in_use, shared(NEWEST), monkeypatch)
    yield made
    made.remove()


def test_an_agents_database_has_nothing_to_fix(team: Shared) -> None:
    team.admit("agent", team.join())
    found = team.machine.findings()
    assert {what: finding for what, finding in found.items() if finding.state != "ok"} == {}
    words = found["database"].words
    assert f"PostgreSQL {NEWEST}." in words
    assert ", not encrypted, on this machine, answers in " in words
    assert f" with schema {schema.newest()}, you may work in it" in words
    assert found["mirror"].words.startswith("build-1, compared with the database ")


def test_what_a_person_may_is_said(team: Shared) -> None:
    assert_advised(team.database, "warning", "nothing of this repository is in it yet", "interlock store move")
    assert_advised(team.mirror, "warning", "no mirror of the database yet", "interlock store move")
    name = team.join()
    assert_advised(team.database, "warning", "you are its superuser", "interlock store setup --person NAME")
    team.admit("owner", name)
    assert (team.database.state, "you own it" in team.database.words) == ("ok", True)
    team.admit("reader", name)
    assert_advised(team.database, "broken", "you may only look at it", "--may agent")
    team.admit("nothing", name)
    assert_advised(team.database, "broken", "permission denied for schema interlock", "interlock store setup")


def test_another_schema_is_said(team: Shared) -> None:
    name = team.join()
    for version, words in ((schema.newest() + 1, "of a newer Interlock"), (schema.newest() - 1, "the older schema")):
        with psycopg.connect(team.url) as connection:
            connection.execute(f"UPDATE {name}.state SET version = {version}")  # noqa: S608  a name and a number of ours
        assert_advised(team.database, "broken", words)


def test_a_wrong_clock_is_said(team: Shared, monkeypatch: pytest.MonkeyPatch) -> None:
    team.join()
    monkeypatch.setattr(database, "time", lambda: 1_000_000.0)
    assert_advised(team.database, "warning", "ahead of this machine's", "set wrong")
    monkeypatch.setattr(database, "time", lambda: 9_000_000_000.0)
    assert_advised(team.database, "warning", "behind this machine's", "set wrong")


def test_a_database_that_is_far_away_is_said(team: Shared) -> None:
    team.join()
    with wire(team.server.port) as proxy:
        proxy.slow(0.15)
        team.names(f"postgresql://postgres@127.0.0.1:{proxy.port}/{team.name}")
        assert_advised(team.database, "warning", "answers in 3", "nearer by")


def test_why_the_database_can_not_be_used_is_said_without_the_secret(
    team: Shared, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPASSWORD", SECRET)
    team.people.append(team.server.role(password="another"))
    cases = {
        team.server.address(team.name, user=team.people[-1]): ("refuses the login", "PGPASSWORD"),
        team.server.address("missing"): ("does not exist", "createdb"),
        "postgresql://postgres@127.0.0.1:1/missing": ("can't be reached", "interlock doctor"),
        f"{team.url}?sslmode=require": ("does not speak TLS", "ssl on"),
        "postgresql://db.example.com/interlock?sslmode=disable": ("has to be encrypted", "interlock.toml"),
    }
    for url, words in cases.items():
        team.names(url)
        assert_advised(team.database, "broken", *words)
        assert SECRET not in str(team.database)
    team.names(team.url)
    monkeypatch.setenv("INTERLOCK_STORE_URL", team.server.address("missing").replace("@", ":open%20sesame@"))
    assert_advised(team.database, "broken", "does not exist")
    assert SECRET not in str(team.database)
    team.names("postgresql://ben:sesame@db/interlock")
    found = team.machine.findings()
    assert "database" not in found
    assert_advised(found["settings"], "broken", "holds a password")
    assert "sesame" not in str(found)


def test_an_old_mirror_trouble_and_what_waits_are_said(team: Shared) -> None:
    team.join()
    team.state("INSERT INTO outgoing VALUES ('task', '[1]', NULL)")
    assert (team.mirror.state, "; 1 change waits" in team.mirror.words) == ("ok", True)
    team.state("UPDATE mirror SET as_of = as_of - 3600")
    assert_advised(team.mirror, "warning", "60 min ago", "interlock board")
    team.state("UPDATE mirror SET trouble = 'the database X can''t be reached (gone)'")
    assert_advised(team.mirror, "warning", "can't be reached (gone)", "Nothing is lost")


def test_without_a_database_nothing_of_it_is_loaded_or_said(in_use: Machine) -> None:
    assert not {"database", "mirror"} & in_use.findings().keys()
    looks = (
        "import sys; from pathlib import Path; from mcp_server.adapters.host.repository import repository_of; "
        "from mcp_server.doctor.examine import examine; examine(repository_of('.'), Path(sys.argv[1])); "
        "print([name for name in sys.modules if name.startswith(('psycopg', 'mcp_server.sharing'))])"
    )
    command = [sys.executable, "-c", looks, str(in_use.root)]
    environment = {**os.environ, "PYTHONPATH": str(in_use.root)}
    done = subprocess.run(command, cwd=in_use.project, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
