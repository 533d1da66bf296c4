"""Teammates, on SQLite. On the path of a hook where there are any."""

from __future__ import annotations

from mcp_server.domain.assignment.teammate import Teammate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from sqlite3 import Connection
    from typing import Any

_TEAMMATE = """
    SELECT m.agent, a.name, m.lead, l.name, m.expected_at, m.gated, m.waits, m.task, m.plan, m.asked_at
    FROM teammate m JOIN agent a ON a.id = m.agent JOIN agent l ON l.id = m.lead """


class SqliteTeams:
    """The book of teammates."""

    now: float

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, agent_id: int) -> Teammate | None:
        row = self._connection.execute(_TEAMMATE + "WHERE m.agent = ?", (agent_id,)).fetchone()
        return None if row is None else _teammate(row)

    def led_by(self, lead: int) -> list[Teammate]:
        rows = self._connection.execute(_TEAMMATE + "WHERE m.lead = ? ORDER BY m.agent", (lead,))
        return [_teammate(row) for row in rows]

    def expect(self, agent_id: int, lead: int, *, gated: bool) -> None:
        self._add(agent_id, lead, self.now, gated=gated)

    def begun(self, agent_id: int, lead: int, *, gated: bool) -> None:
        known = self.of(agent_id)
        if known is None or known.lead != lead:
            self._add(agent_id, lead, None, gated=gated)
        else:
            self._connection.execute("UPDATE teammate SET expected_at = NULL WHERE agent = ?", (agent_id,))

    def claimed(self, agent_id: int) -> None:
        self._connection.execute(
            "UPDATE teammate SET waits = gated, task = NULL, plan = NULL, asked_at = NULL WHERE agent = ?", (agent_id,)
        )

    def hand_in(self, agent_id: int, task_id: str, plan: str) -> None:
        self._connection.execute(
            "UPDATE teammate SET task = ?, plan = ?, asked_at = ? WHERE agent = ?", (task_id, plan, self.now, agent_id)
        )

    def decide(self, agent_id: int, *, approved: bool) -> None:
        self._connection.execute(
            "UPDATE teammate SET waits = iif(?, 0, waits), task = NULL, plan = NULL, asked_at = NULL WHERE agent = ?",
            (approved, agent_id),
        )

    def plan_for(self, task_id: str) -> Teammate | None:
        row = self._connection.execute(_TEAMMATE + "WHERE m.plan IS NOT NULL AND m.task = ?", (task_id,)).fetchone()
        return None if row is None else _teammate(row)

    def plans(self, limit: int) -> list[Teammate]:
        rows = self._connection.execute(
            _TEAMMATE + "WHERE m.plan IS NOT NULL AND a.ended_at IS NULL ORDER BY m.asked_at LIMIT ?", (limit,)
        )
        return [_teammate(row) for row in rows]

    def _add(self, agent_id: int, lead: int, expected_at: float | None, *, gated: bool) -> None:
        self._connection.execute(
            "INSERT OR REPLACE INTO teammate (agent, lead, expected_at, gated, waits) VALUES (?, ?, ?, ?, ?)",
            (agent_id, lead, expected_at, gated, gated),
        )


def _teammate(row: Sequence[Any]) -> Teammate:
    agent, name, lead, lead_name, expected_at, gated, waits, *plan = row
    return Teammate(agent, name, lead, lead_name, expected_at, bool(gated), bool(waits), *plan)
