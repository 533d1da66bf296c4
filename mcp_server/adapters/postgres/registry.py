"""Which schema of the database is this repository's: the same for all clones and forks of a team, for nobody else."""

from __future__ import annotations

import hashlib
from pathlib import Path

from psycopg import errors

from mcp_server.adapters.postgres.connect import Connection
from mcp_server.domain.machines.identity import Identity, Known, is_same

TABLES = Path(__file__).with_name("registry.sql")
_ALL = "SELECT schema, root, origins, remotes FROM interlock.repository ORDER BY made_at, schema"
_ADD = "INSERT INTO interlock.repository (schema, root, origins, remotes) VALUES (%s, %s, %s, %s)"
_LEARN = "UPDATE interlock.repository SET root = %s, origins = %s, remotes = %s WHERE schema = %s"
_LOCK = 0x696E_7472
_NOBODY = Known(None, frozenset(), frozenset())


def find(connection: Connection, mine: Identity) -> str | None:
    """The schema of this repository, or None where this role sees none."""
    found = _find(connection, mine)
    return None if found is None else found[0]


def find_or_add(connection: Connection, mine: Identity) -> str:
    """The schema of this repository, which is noted down if it is the first of its checkouts.

    What this checkout calls its remotes is learnt, where the role may do that: the next one may know only these.
    """
    found = _find(connection, mine)
    if found is not None:
        _learn(connection, *found, mine)
        return found[0]
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        connection.execute(TABLES.read_bytes())
        found = _find(connection, mine)  # another one may have been faster
        if found is not None:
            return found[0]
        name = name_of(mine)
        connection.execute(_ADD, [name, *_columns(_NOBODY.with_another(mine))])
    return name


def name_of(mine: Identity) -> str:
    """The name of a new schema: it is in channels, roles and messages, so it is short."""
    said = "\n".join([mine.root or "", mine.origin or "", *sorted(mine.remotes)])
    return f"interlock_{hashlib.sha256(said.encode()).hexdigest()[:12]}"


def _find(connection: Connection, mine: Identity) -> tuple[str, Known] | None:
    if connection.execute("SELECT to_regclass('interlock.repository')").fetchone() == (None,):
        return None
    for schema, root, origins, remotes in connection.execute(_ALL):
        known = Known(root, frozenset(origins), frozenset(remotes))
        if is_same(known, mine):
            return str(schema), known
    return None


def _learn(connection: Connection, schema: str, known: Known, mine: Identity) -> None:
    more = known.with_another(mine)
    if more == known:
        return
    try:
        connection.execute(_LEARN, [*_columns(more), schema])
    except errors.InsufficientPrivilege:
        return  # an agent's role only reads it; whoever may write comes by some day


def _columns(known: Known) -> tuple[str | None, list[str], list[str]]:
    return known.root, sorted(known.origins), sorted(known.remotes)
