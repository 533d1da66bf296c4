"""What may be spent, on SQLite. On the hot path of a hook: takes an open connection, imports next to nothing."""

from __future__ import annotations

from mcp_server.adapters.sqlite.ids import fresh
from mcp_server.domain.decision import PRESENT_SECONDS
from mcp_server.domain.text import stamp
from mcp_server.domain.usage.budget import FREE, REACHED, Budget

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from sqlite3 import Connection
    from typing import Any

_SPENT = {
    "task": "SELECT ifnull(sum(input + output + cache_written), 0) FROM usage WHERE task = ? AND task <> ''",
    "agent": "SELECT ifnull(sum(input + output + cache_written), 0) FROM usage WHERE agent = CAST(? AS INTEGER)",
    "day": "SELECT ifnull(sum(input + output + cache_written), 0) FROM usage WHERE day = ?",
}
_BUDGET = """
    SELECT b.kind, b.subject, b.most, b.spent, b.level, a.name
    FROM budget b LEFT JOIN agent a ON b.kind = 'agent' AND a.id = CAST(b.subject AS INTEGER)"""
_EVENT = fresh("event")
_HOLDERS = """
    SELECT l.holder FROM lease l JOIN task t ON t.seq = l.task WHERE t.id = ? AND l.taken_by IS NULL ORDER BY l.token"""
_LATELY = """
    SELECT id FROM agent WHERE ended_at IS NULL AND kind IN ('session', 'subagent') AND seen_at >= ?
    ORDER BY seen_at DESC LIMIT 100"""


class SqliteBudgets:
    """What tasks, agents and days may spend, and how far each is."""

    now: float

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def today(self) -> str:
        """The day that it is, UTC."""
        return stamp(self.now)[:10]

    def of(self, kind: str, subject: str) -> Budget:
        query = f"{_BUDGET} WHERE b.kind = ? AND b.subject = ?"
        row = self._connection.execute(query, (kind, subject)).fetchone()
        most, level, name = (None, FREE, None) if row is None else (row[2], row[4], row[5])
        if kind == "agent" and name is None:
            name = self._connection.execute("SELECT name FROM agent WHERE id = ?", (int(subject),)).fetchone()[0]
        [spent] = self._connection.execute(_SPENT[kind], (subject,)).fetchone()
        return Budget(kind, subject, most, spent, level, name or "")

    def all(self) -> list[Budget]:
        """Those with a limit of their own, and those that came near one."""
        rows = self._connection.execute(f"{_BUDGET} ORDER BY b.kind, b.subject")
        return [_budget(row) for row in rows]

    def reached(self, agent: int, tasks: Collection[str]) -> list[Budget]:
        rows = self._connection.execute(f"{_BUDGET} WHERE b.level = {REACHED}")
        mine = {("agent", str(agent)), ("day", self.today()), *(("task", task) for task in tasks)}
        return [_budget(row) for row in rows if (row[0], row[1]) in mine]

    def allow(self, kind: str, subject: str, most: int) -> None:
        self._connection.execute(
            "INSERT INTO budget (kind, subject, most) VALUES (?, ?, ?) "
            "ON CONFLICT (kind, subject) DO UPDATE SET most = excluded.most",
            (kind, subject, most),
        )

    def keep(self, budget: Budget, level: int) -> None:
        self._connection.execute(
            "INSERT INTO budget (kind, subject, spent, level) VALUES (?, ?, ?, ?) "
            "ON CONFLICT (kind, subject) DO UPDATE SET spent = excluded.spent, level = excluded.level",
            (budget.kind, budget.subject, budget.spent, level),
        )

    def crossed(self, budget: Budget, kind: str, agent: int, detail: str) -> None:
        self._connection.execute(
            f"INSERT INTO event (id, at, agent, kind, subject, detail) VALUES ({_EVENT}, ?, ?, ?, ?, ?)",  # noqa: S608  names of ours
            (self.now, agent, kind, budget.name, detail),
        )

    def concerned(self, budget: Budget, agent: int) -> list[int]:
        """Beside the agent that spent the last of it: whoever works on the task, or has worked lately."""
        if budget.kind == "agent":
            return [agent]
        query, value = (_HOLDERS, budget.subject) if budget.kind == "task" else (_LATELY, self.now - PRESENT_SECONDS)
        rows = self._connection.execute(query, (value,))
        return list(dict.fromkeys([agent, *(row[0] for row in rows)]))


def _budget(row: Sequence[Any]) -> Budget:
    kind, subject, most, spent, level, name = row
    return Budget(kind, subject, most, spent, level, name or "")
