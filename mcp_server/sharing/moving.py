"""Moves a repository into the database and back into a file, as a person asks for it."""

from __future__ import annotations

from contextlib import closing

from mcp_server.adapters.postgres import move
from mcp_server.adapters.sqlite import backup
from mcp_server.adapters.sqlite.mirror import joining
from mcp_server.domain.errors import Misuse
from mcp_server.domain.machines.status import MovedRows
from mcp_server.sharing.database import Database

KEPT = "before-the-database.db"


def into_database(database: Database, *, leaves_tasks: bool = False) -> MovedRows:
    """Take all that is in the state to the database, and mirror it from now on.

    Refuses (Misuse) a state with tasks where the database has others; with `leaves_tasks` it stays in a backup.
    """
    with closing(database.local()) as local:
        with local.reading():
            is_mirror = joining.member_of(local.connection) is not None
            # Begun again after it was killed there are none any more: the backup that was made then is not replaced.
            leaves = leaves_tasks and not is_mirror and joining.has_tasks(local.connection)
        kept = _left(database) if leaves else _kept_before(database) if leaves_tasks and not is_mirror else None
        database.joined(local, brings=True)
    with closing(database.store()) as store:
        store.refresh()
        return MovedRows(store.rows(), kept)


def into_file(database: Database) -> MovedRows:
    """Take all out of the database into the state, which mirrors nothing from then on."""
    with closing(database.local()) as local:
        with local.reading():
            member = joining.member_of(local.connection)
        if member is None:
            raise Misuse("this repository is in a file already, and mirrors no database")
        with closing(database.shared(member.schema)) as store:
            return MovedRows(move.to_file(store, local, store.remote))


def _left(database: Database) -> str:
    """Keep the state in a backup, and empty it."""
    if not backup.keep(database.file, KEPT):
        raise Misuse("the state is damaged, so nothing was changed: `interlock doctor` says more")
    with closing(database.local()) as local, local.writing():
        joining.clear(local.connection)
    return str(database.file.with_name(KEPT))


def _kept_before(database: Database) -> str | None:
    file = database.file.with_name(KEPT)
    return str(file) if file.exists() else None
