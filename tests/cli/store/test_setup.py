"""A team is let into its database: by an owner who is no superuser, each person with a password of their own."""

from __future__ import annotations

import contextlib
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg import errors
from psycopg.conninfo import conninfo_to_dict

from mcp_server.adapters.postgres import roles
from tests.cli.test_commands import PLAN, Ran, Shell
from tests.git_workspace import isolate_git
from tests.postgres import NEWEST, OLDEST, Server, install, shared

SECRET = "open sesame"


class Team:
    """A repository, its clones, and a database of `alice`'s, who may create roles."""

    def __init__(self, server: Server, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.server = server
        self._folder, self._environment = folder, monkeypatch
        self.database = str(conninfo_to_dict(server.database())["dbname"])
        self.alice = server.role(SECRET, "LOGIN CREATEROLE")
        self._execute(f'ALTER DATABASE "{self.database}" OWNER TO "{self.alice}"')
        self.people = [self.alice]
        root = folder / "origin"
        subprocess.run(["git", "init", "--quiet", "-b", "main", root], check=True)
        (root / ".claude").mkdir()
        url = f"postgresql://127.0.0.1:{server.port}/{self.database}"
        (root / ".claude/interlock.toml").write_text(f'[store]\nurl = "{url}"\n', encoding="utf-8")
        who = ["-c", "user.name=p", "-c", "user.email=p@localhost"]
        subprocess.run(["git", "-C", root, "add", "."], check=True)
        subprocess.run(["git", "-C", root, *who, "commit", "--quiet", "-m", "start"], check=True)

    def person(self, name: str) -> str:
        """A name that nobody else of this server has."""
        self.people.append(f"{name}-{uuid4().hex[:8]}")
        return self.people[-1]

    def checkout(self, user: str, session: str | None = None) -> Shell:
        """The command line of this person, in a clone of their own."""
        place = self._folder / user
        if not place.exists():
            subprocess.run(["git", "clone", "--quiet", self._folder / "origin", place], check=True)
        self._environment.setenv("PGUSER", user)
        self._environment.setenv("PGPASSWORD", SECRET)
        self._environment.setenv("INTERLOCK_HOST", user)
        return Shell(place, session)

    def sets_password(self, user: str) -> None:
        """The person's password, which has to be given from now on."""
        self._execute(f"ALTER ROLE \"{user}\" PASSWORD '{SECRET}'")
        self._execute(f'GRANT with_password TO "{user}"')

    def remove(self) -> None:
        """Take its roles from the server."""
        with psycopg.connect(self.server.address(self.database), autocommit=True) as admin:
            found = admin.execute("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'interlock\\_%'").fetchall()
            groups = [f"{row[0]}_{kind}" for row in found for kind in ("agent", "reader")]
            names = [*groups, roles.owner_of(self.database), *self.people]
            known = [row[0] for row in admin.execute("SELECT rolname FROM pg_roles WHERE rolname = ANY (%s)", [names])]
            for role in known:
                admin.execute(f'REASSIGN OWNED BY "{role}" TO postgres')
                admin.execute(f'DROP OWNED BY "{role}" CASCADE')
            for role in sorted(known, key=lambda role: role == self.alice):
                # A repository of the same first commit in another database has groups of the same name.
                with contextlib.suppress(errors.DependentObjectsStillExist, errors.UndefinedObject):
                    admin.execute(f'DROP ROLE "{role}"')
        self.server.drop(self.server.address(self.database))

    def _execute(self, statement: str) -> None:
        with self.server.connect() as admin:
            admin.execute(statement)


@pytest.fixture(params=[NEWEST])
def team(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Team]:
    isolate_git(monkeypatch, tmp_path)
    made = Team(shared(request.param), tmp_path, monkeypatch)
    yield made
    made.remove()


def done(ran: Ran) -> Ran:
    assert ran.code == 0, ran
    assert SECRET not in ran.out + ran.err
    return ran


def refused(ran: Ran, code: int, *words: str) -> None:
    assert ran.code == code, ran
    assert SECRET not in ran.out + ran.err
    for word in words:
        assert word in ran.err, ran


def test_an_owner_lets_in_who_works_and_who_looks_and_they_meet(team: Team) -> None:
    ben, rita = team.person("ben"), team.person("rita")
    owner = team.checkout(team.alice)
    assert "prepared for a team" in done(owner("store", "setup", "--run")).out
    refused(owner("store", "setup", "--person", ben, "--run"), 2, "`interlock store move` brings it")
    done(owner("plan", "-", stdin=json.dumps(PLAN)))
    assert f"{ben} may work in this repository" in done(owner("store", "setup", "--person", ben, "--run")).out
    assert "may look" in done(owner("store", "setup", "--person", rita, "--may", "reader", "--run")).out
    team.sets_password(ben)
    team.sets_password(rita)

    agent = team.checkout(ben)
    done(agent("init"))
    assert done(agent("claim", "T1", "--json")).json["granted"]
    refused(agent("store", "setup", "--person", "eve", "--run"), 3, "allows this user too little")

    refused(team.checkout(rita)("init"), 3, "allows this user too little")
    claims = done(team.checkout(team.alice)("board", "--json")).json["claims"]
    assert [claim["task"] for claim in claims] == ["T1"]


@pytest.mark.parametrize("team", [OLDEST], indirect=True)
def test_the_sql_may_go_to_psql_and_says_the_same_again(team: Team) -> None:
    owner, ben = team.checkout(team.alice), team.person("ben")
    done(owner("init"))
    script = done(owner("store", "setup", "--person", ben)).out
    assert done(owner("store", "setup", "--person", ben, "--json")).json["sql"].strip() == script.strip()
    psql = install.install(NEWEST).programs / "psql"
    for _ in range(2):
        ran = subprocess.run(
            [psql, "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p", str(team.server.port), team.database],
            input=script,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (ran.returncode, ran.stdout) == (0, ""), ran.stderr
    team.sets_password(ben)
    done(team.checkout(ben)("init"))


def test_an_agent_of_a_session_lets_nobody_in(team: Team) -> None:
    done(team.checkout(team.alice)("init"))
    agent = team.checkout(team.alice, session="5e55")
    refused(agent("store", "setup", "--person", "eve", "--run"), 1, "only a person may do this", "--person eve")
    with team.server.connect() as admin:
        assert admin.execute("SELECT to_regrole('eve')").fetchone() == (None,)


def test_without_a_database_there_is_nobody_to_let_in(team: Team) -> None:
    owner = team.checkout(team.alice)
    (owner.directory / ".claude/interlock.toml").unlink()
    refused(owner("store", "setup", "--person", "ben"), 2, "the settings name no database")
