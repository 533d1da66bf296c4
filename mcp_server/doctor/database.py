"""Can the database be used that several machines share? Looked at only where the settings name one."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from statistics import median
from time import perf_counter, time
from typing import Any

from mcp_server.adapters.host.repository import Repository
from mcp_server.adapters.postgres import roles
from mcp_server.adapters.postgres import schema as schemas
from mcp_server.adapters.postgres.connect import Connection
from mcp_server.adapters.postgres.words import explained
from mcp_server.doctor.finding import Finding, State
from mcp_server.domain.errors import DatabaseUnavailable, Misuse
from mcp_server.domain.machines.mirror import OLD_AFTER
from mcp_server.domain.presence import duration
from mcp_server.sharing.database import Database

PINGS = 5
SLOW_MS = 250.0
OFF_SECONDS = 60.0
"""A clock that differs by more is set wrong; the times that everybody sees are the database's."""
MAY = {"owner": "you own it", "agent": "you may work in it", "reader": "you may only look at it"}
_CLOCK = "SELECT extract(epoch FROM clock_timestamp())::float8"
_MAY_MAKE = "SELECT has_database_privilege(current_database(), 'CREATE')"
_SUPERUSER = "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"
_MIRROR = """
    SELECT host, as_of, ahead, trouble, (SELECT count(*) FROM outgoing) FROM mirror"""


class Remarks:
    """What is said of the database, what is wrong with it, and what helps."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.advice: list[str] = []
        self.state: State = "ok"

    def add(self, words: str, advice: str = "", state: State = "ok") -> None:
        """Say one thing more."""
        self.words.append(words)
        self.advice += [advice] if advice else []
        if state == "broken" or self.state == "ok":
            self.state = state


def database(repository: Repository, url: str) -> Finding:
    """Check that the database is reached, and what it is: its version, TLS, rights, schema, clock and latency."""
    try:
        reached = Database(repository, url)
        with closing(reached.connect()) as connection, explained(reached.address):
            remarks = _asked(connection, reached)
    except DatabaseUnavailable as error:
        return Finding("database", "broken", error.what, _sentence(error.advice))
    except Misuse as error:
        return Finding("database", "broken", str(error), "Correct it in .claude/interlock.toml or in the environment.")
    words = f"{reached.address.shown}: {', '.join(remarks.words)}"
    return Finding("database", remarks.state, words, "; ".join(remarks.advice))


def mirror(repository: Repository) -> Finding:
    """Check this checkout's copy of the database: how old it is, and whether anything waits to be sent."""
    file = Path(repository.state) / "state.db"
    row = _mirror_row(file)
    if row is None:
        advice = "The next session or command here makes it; `interlock store move` brings tasks that are here already."
        return Finding("mirror", "warning", "this checkout has no mirror of the database yet", advice)
    host, as_of, ahead, trouble, waiting = row
    words = f"{host}, compared with the database {_ago(as_of, ahead)}"
    if waiting:
        words += f"; {waiting} {'change waits' if waiting == 1 else 'changes wait'} to be sent"
    if trouble is not None:
        return Finding("mirror", "warning", f"{words}: {trouble}", "Nothing is lost; it goes on when that is over.")
    if time() + ahead - as_of > OLD_AFTER:
        advice = "A session keeps it up to date while it runs; so does each command: interlock board"
        return Finding("mirror", "warning", words, advice)
    return Finding("mirror", "ok", words)


def _asked(connection: Connection, reached: Database) -> Remarks:
    remarks = Remarks()
    version = connection.info.server_version
    remarks.add(f"PostgreSQL {version // 10_000}.{version % 10_000}")
    remarks.add("encrypted" if connection.pgconn.ssl_in_use else "not encrypted, on this machine")
    _timed(connection, remarks)
    name = reached.find(connection)
    may = "nothing" if name is None else roles.rights(connection, name)
    if name is None or may == "nothing":
        _nothing_here(connection, remarks)
        return remarks
    _version(connection, name, remarks)
    if may == "reader":
        advice = "To work here, its owner lets you: interlock store setup --person NAME --may agent"
        remarks.add(MAY[may], advice, "broken")
    elif connection.execute(_SUPERUSER).fetchone() == (True,):
        advice = "A role with less is enough: interlock store setup --person NAME"
        remarks.add("you are its superuser", advice, "warning")
    else:
        remarks.add(MAY[may])
    return remarks


def _nothing_here(connection: Connection, remarks: Remarks) -> None:
    if connection.execute(_MAY_MAKE).fetchone() == (True,):
        remarks.add("nothing of this repository is in it yet", "Bring it: interlock store move", "warning")
    else:
        advice = "Its owner lets you in: interlock store setup --person NAME"
        remarks.add("nothing in it is yours to see", advice, "broken")


def _timed(connection: Connection, remarks: Remarks) -> None:
    taken = []
    for _ in range(PINGS):
        began = perf_counter()
        connection.execute("SELECT 1")
        taken.append(perf_counter() - began)
    latency = median(taken)
    advice = "Each claim waits for it two or three times; a database nearer by is faster"
    slow = 1_000 * latency > SLOW_MS
    remarks.add(f"answers in {max(1_000 * latency, 0.1):.1f} ms", advice if slow else "", "warning" if slow else "ok")
    row = connection.execute(_CLOCK).fetchone()
    ahead = row[0] - time() + latency / 2 if row is not None else 0.0
    if abs(ahead) > OFF_SECONDS:
        words = f"its clock is {duration(abs(ahead))} {'ahead of' if ahead > 0 else 'behind'} this machine's"
        remarks.add(words, "One of the two is set wrong; the times that agents see are the database's.", "warning")


def _version(connection: Connection, name: str, remarks: Remarks) -> None:
    found, newest = schemas.version(connection, name), schemas.newest()
    if found is None or found < newest:
        advice = "Who owns it brings it up to date by any command of this version: interlock board"
        remarks.add(f"{name} has the older schema {found or 0}, this Interlock needs {newest}", advice, "broken")
    elif found > newest:
        advice = "Update the plugin: claude plugin update interlock@interlock"
        remarks.add(f"{name} has schema {found} of a newer Interlock, this one knows {newest}", advice, "broken")
    else:
        remarks.add(f"{name} with schema {found}")


def _mirror_row(file: Path) -> tuple[Any, ...] | None:
    """The row, read without creating or changing anything; a state that has no such table is no mirror."""
    if not file.is_file():
        return None
    try:
        with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as state:
            found: tuple[Any, ...] | None = state.execute(_MIRROR).fetchone()
            return found
    except sqlite3.DatabaseError:  # which `state` says
        return None


def _ago(as_of: float, ahead: float) -> str:
    return f"{duration(max(time() + ahead - as_of, 0.0))} ago" if as_of else "never"


def _sentence(words: str) -> str:
    return words if words.startswith("`") else words[:1].upper() + words[1:]
