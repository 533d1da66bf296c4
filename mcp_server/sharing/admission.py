"""Who is let into the database, and to do what: the SQL for it, and running it."""

from __future__ import annotations

from contextlib import closing
from typing import NamedTuple, cast

from mcp_server.adapters.postgres import roles
from mcp_server.adapters.postgres.words import explained
from mcp_server.domain.errors import Misuse, StateUnavailable
from mcp_server.sharing.database import Database

BEGINNING = "-- All of it or nothing; it can be run again.  psql -f FILE, as a user who may create roles\nBEGIN;\n\n"
END = "\nCOMMIT;\n"


class _Found(NamedTuple):
    """What the database is called on its server, and the schema of this repository in it."""

    name: str
    schema: str | None


def script(database: Database, person: str | None, may: str, schema: str | None) -> str:
    """The SQL that prepares the database, with who may do what in a repository, and what a person may, if one is named.

    Without a schema it is this repository, if the database has it. Refuses (Misuse) to let anybody into one that it has
    not, and names that are none.
    """
    found = _looked_up(database, needed=schema is None and person is not None and may != "owner")
    known = schema or found.schema
    parts = [roles.setup(found.name)]
    if known is not None:
        parts.append(roles.grants(known, found.name))
    if person is not None:
        parts.append(roles.person(person, cast(roles.May, may), known, found.name))
    return BEGINNING + "\n".join(parts) + END


def run(database: Database, text: str) -> None:
    """Run this SQL: all of it, or nothing. Refuses (StateUnavailable) in plain words."""
    with closing(database.connect()) as connection, explained(database.address):
        connection.execute(text.encode())


def _looked_up(database: Database, *, needed: bool) -> _Found:
    try:
        with closing(database.connect()) as connection, explained(database.address):
            found = _Found(connection.info.dbname, database.find(connection))
    except StateUnavailable:
        if needed:
            raise
        return _Found(database.address.database, None)  # somebody who reaches it may prepare it
    if found.schema is None and needed:
        raise Misuse(
            "the database has nothing of this repository yet: `interlock store move` brings it, or --repository names "
            "another one; nothing was changed"
        )
    return found
