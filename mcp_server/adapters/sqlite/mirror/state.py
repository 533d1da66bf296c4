"""What a mirror says of itself: one row where the state mirrors a database, none elsewhere.

On the path of a hook: loaded only where there is such a row.
"""

from __future__ import annotations

from mcp_server.domain.machines.mirror import Mirror

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sqlite3 import Connection

__all__ = ["Mirror", "read"]


def read(connection: Connection) -> Mirror | None:
    """The mirror of this state, or None where it mirrors nothing."""
    row = connection.execute("SELECT number, host, as_of, ahead, trouble FROM mirror").fetchone()
    return None if row is None else Mirror(*row)
