"""Who holds what, on SQLite."""

from __future__ import annotations

from mcp_server.adapters.sqlite.scope_rows import patterns_from, tokens_around
from mcp_server.domain.agent import REVIEW
from mcp_server.domain.lease import Lease
from mcp_server.domain.task import Task

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from sqlite3 import Connection
    from typing import Any

    from mcp_server.domain.presence import Moment

_LEASE = """
    SELECT l.token, l.holder, a.name, t.id, ifnull(t.title, ''), l.resource, l.scope, l.purpose, l.granted_at,
        l.seconds, a.seen_at, a.ended_at, l.taken_by, l.taken_at, a.tick_of, a.tick
    FROM lease l JOIN agent a ON a.id = l.holder LEFT JOIN task t ON t.seq = l.task
    """
_HOLDERS = """
    SELECT l.holder, l.seconds, count(*), a.seen_at, a.tick_of, a.tick
    FROM lease l JOIN agent a ON a.id = l.holder
    WHERE l.taken_by IS NULL AND a.ended_at IS NULL AND l.holder NOT IN ({marks}) GROUP BY l.holder, l.seconds"""


class SqliteLeases:
    """The leases' book."""

    now: float
    moment: Moment

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def grant(  # noqa: PLR0913  one argument per column
        self,
        token: int,
        holder: int,
        *,
        task: Task | None = None,
        resource: str | None = None,
        scope: tuple[str, ...],
        anchors: Sequence[tuple[str, str]],
        seconds: float,
        purpose: str | None = None,
    ) -> None:
        """Write down a lease; that nothing is in its way has been seen in this same transaction."""
        self._connection.execute(
            "INSERT INTO lease (token, holder, task, resource, scope, purpose, granted_at, seconds) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (token, holder, task and task.seq, resource, "\n".join(scope), purpose, self.now, seconds),
        )
        self._lay(token, anchors)
        self._connection.execute(
            "UPDATE agent SET due_at = ? WHERE id = ? AND (due_at IS NULL OR due_at > ?)",
            (self.now + seconds, holder, self.now + seconds),
        )

    def get(self, token: int) -> Lease | None:
        """The lease with this token, open or lost, or None."""
        found = self._many("WHERE l.token = ?", token)
        return found[0] if found else None

    def held_by(self, agent_id: int, limit: int = -1) -> list[Lease]:
        return self._many("WHERE l.holder = ? AND l.taken_by IS NULL ORDER BY l.token LIMIT ?", agent_id, limit)

    def lost_by(self, agent_id: int) -> list[Lease]:
        return self._many("WHERE l.holder = ? AND l.taken_by IS NOT NULL ORDER BY l.token", agent_id)

    def on(self, resource: str) -> Lease | None:
        """The open lease on this very resource, or None; of several the longest."""
        found = self._many("WHERE l.resource = ? AND l.taken_by IS NULL ORDER BY l.seconds DESC", resource)
        return found[0] if found else None

    def near(self, anchor: str) -> list[Lease]:
        query, values = tokens_around(anchor)
        tokens = self._connection.execute(query, values).fetchall()
        return [lease for (token,) in dict.fromkeys(tokens) for lease in self._many("WHERE l.token = ?", token)]

    def all(self) -> list[Lease]:
        """All open leases, oldest first."""
        return self._many("WHERE l.taken_by IS NULL ORDER BY l.token")

    def of_others(self, family: Sequence[int], limit: int) -> tuple[list[Lease], int]:
        # A holder's leases live as long as one another, so a row for each holder tells how many there are.
        groups = self._connection.execute(_HOLDERS.format(marks=",".join("?" * len(family))), (*family,)).fetchall()
        live = [
            (holder, seconds, number)
            for holder, seconds, number, *signs in groups
            if self._lives(holder, seconds, *signs)
        ]
        marks = ",".join(["(?, ?)"] * len(live))
        query = f"WHERE l.taken_by IS NULL AND (l.holder, l.seconds) IN (VALUES {marks}) ORDER BY l.token LIMIT ?"
        values = [value for holder, seconds, _ in live for value in (holder, seconds)]
        return self._many(query, *values, limit) if live else [], sum(number for _, _, number in live)

    def claims(self, limit: int) -> list[Lease]:
        where = "WHERE l.taken_by IS NULL AND l.resource IS NULL AND a.kind <> ? ORDER BY l.token LIMIT ?"
        return self._many(where, REVIEW, limit)

    def locks(self, limit: int) -> list[Lease]:
        # Without the sign the locks would be looked for among all leases, in their order.
        return self._many("WHERE l.resource IS NOT NULL AND l.taken_by IS NULL ORDER BY +l.token LIMIT ?", limit)

    def rescoped(self, token: int, scope: tuple[str, ...], anchors: Sequence[tuple[str, str]]) -> None:
        """The lease covers another scope from now on."""
        self._connection.execute("UPDATE lease SET scope = ? WHERE token = ?", ("\n".join(scope), token))
        self._connection.execute("DELETE FROM ground WHERE token = ?", (token,))
        self._lay(token, anchors)

    def close(self, token: int) -> None:
        """The lease is over."""
        self._lift(token)
        self._connection.execute("DELETE FROM lease WHERE token = ?", (token,))

    def take_over(self, token: int, by: str) -> None:
        """The lease is over, and its holder has yet to be notified."""
        self._lift(token)
        self._connection.execute("UPDATE lease SET taken_by = ?, taken_at = ? WHERE token = ?", (by, self.now, token))

    def told(self, agent_id: int) -> None:
        self._connection.execute("DELETE FROM lease WHERE holder = ? AND taken_by IS NOT NULL", (agent_id,))

    def _lay(self, token: int, anchors: Sequence[tuple[str, str]]) -> None:
        for anchor, pattern in anchors:
            self._connection.execute("INSERT OR IGNORE INTO ground VALUES (?, ?, ?)", (anchor, token, pattern))

    def _lift(self, token: int) -> None:
        self._connection.execute("DELETE FROM ground WHERE token = ?", (token,))

    def _lives(self, holder: int, seconds: float, seen_at: float, tick_of: str | None, tick: float | None) -> bool:
        return self.moment.silent(holder, seen_at, None if tick is None else (tick_of or "", tick)) < seconds

    def _many(self, where: str, *values: Any) -> list[Lease]:
        return [self._lease(row) for row in self._connection.execute(_LEASE + where, values)]

    def _lease(self, row: tuple[Any, ...]) -> Lease:
        token, holder, name, task, title, resource, scope, purpose, granted_at, seconds, seen_at, *rest = row
        ended_at, taken_by, taken_at, tick_of, tick = rest
        silent = self.moment.silent(holder, seen_at, None if tick is None else (tick_of, tick))
        return Lease(
            token,
            holder,
            name,
            task,
            title,
            resource,
            patterns_from(scope),
            purpose,
            granted_at,
            seconds,
            self.now + seconds - silent,
            seen_at,
            ended_at,
            taken_by,
            taken_at,
        )
