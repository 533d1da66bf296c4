"""The database of a repository as the command line sees it."""

from __future__ import annotations

from contextlib import closing
from statistics import median
from time import perf_counter, time

from mcp_server.adapters.postgres.connect import Connection
from mcp_server.adapters.sqlite.mirror import state
from mcp_server.domain.errors import StateUnavailable
from mcp_server.domain.machines.status import DatabaseStatus, Host, MovedRows
from mcp_server.sharing import admission, moving
from mcp_server.sharing.database import Database

PINGS = 5


class HostDatabase:
    """See `cli.services.SharedDatabase`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def status(self) -> DatabaseStatus:
        """What is known of the database and the mirror; why it can't be reached is part of that."""
        found = self._mirror(DatabaseStatus(self._database.address.shown))
        try:
            with self._database.connect() as connection:
                return self._asked(connection, found)
        except StateUnavailable as error:
            return found._replace(trouble=str(error))

    def move(self, *, leaves_tasks: bool) -> MovedRows:
        """See `moving.into_database`."""
        return moving.into_database(self._database, leaves_tasks=leaves_tasks)

    def setup(self, person: str | None, may: str, repository: str | None) -> str:
        """See `admission.script`."""
        return admission.script(self._database, person, may, repository)

    def run(self, script: str) -> None:
        """See `admission.run`."""
        admission.run(self._database, script)

    def move_to_file(self) -> MovedRows:
        """See `moving.into_file`."""
        return moving.into_file(self._database)

    def _mirror(self, found: DatabaseStatus) -> DatabaseStatus:
        if not self._database.file.exists():
            return found
        with closing(self._database.local()) as local, local.reading():
            mirror = state.read(local.connection)
            if mirror is None:
                return found
            [schema, waiting] = local.connection.execute(
                "SELECT schema, (SELECT count(*) FROM outgoing) FROM mirror"
            ).fetchone()
        age = time() + mirror.ahead - mirror.as_of if mirror.as_of else None
        return found._replace(
            repository=schema,
            host=mirror.host,
            as_of=mirror.as_of or None,
            age_seconds=None if age is None else round(max(age, 0.0), 1),
            waiting=waiting,
        )

    def _asked(self, connection: Connection, found: DatabaseStatus) -> DatabaseStatus:
        version = connection.info.server_version
        found = found._replace(
            server=f"PostgreSQL {version // 10_000}.{version % 10_000}", ping_ms=round(1_000 * _ping(connection), 1)
        )
        if found.repository is None:
            return found
        with closing(self._database.remote(found.repository)) as remote:
            return found._replace(hosts=tuple(Host(*row) for row in remote.hosts()))


def _ping(connection: Connection) -> float:
    """How many seconds the database takes to answer."""
    taken = []
    for _ in range(PINGS):
        began = perf_counter()
        connection.execute("SELECT 1")
        taken.append(perf_counter() - began)
    return median(taken)
