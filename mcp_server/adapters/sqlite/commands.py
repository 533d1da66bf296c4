"""The calls that hooks watch, on SQLite: Bash commands, edits, and who calls Interlock's own tools.

On the hot path of a hook: imports next to nothing.
"""

from __future__ import annotations

from mcp_server.domain.activity import BegunEdit, Command

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sqlite3 import Connection

    from mcp_server.domain.messages import ToolCall

KEPT_SECONDS = 3600.0
"""A command that has not ended within this time was killed, or runs in the background and is no longer blamed."""
REMEMBERED_SECONDS = 24 * 3600.0
"""For so long it is known whose a command is that still runs."""
LONGEST_TEXT = 1_000
CALLS_KEPT_SECONDS = 3600.0
"""A call that no server answered within this time never reached one."""
BEGUN_KEPT_SECONDS = 24 * 3600.0
"""An edit whose step has not ended within this time was never made: its client was killed."""


class SqliteCommands:
    """The Bash commands that are confined or may write, while they run and for a while after."""

    def __init__(self, connection: Connection, now: float) -> None:
        self._connection = connection
        self._now = now

    def began(self, call_id: str, agent_id: int, root: str, text: str, *, confined: bool, may_write: bool) -> None:
        """The agent's command begins now, in the worktree `root`."""
        self._connection.execute("DELETE FROM command WHERE began_at < ?", (self._now - REMEMBERED_SECONDS,))
        self._connection.execute(
            "INSERT OR REPLACE INTO command (id, agent, root, text, began_at, confined, may_write) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            (call_id, agent_id, root, text[:LONGEST_TEXT], self._now, confined, may_write),
        )

    def is_running(self, call_id: str) -> bool:
        """Whether the command of this call has begun and not ended."""
        query = "SELECT 1 FROM command WHERE id = ? AND ended_at IS NULL"
        return self._connection.execute(query, (call_id,)).fetchone() is not None

    def ended(self, call_id: str) -> Command | None:
        row = self._connection.execute(
            "UPDATE command SET ended_at = ? WHERE id = ? AND ended_at IS NULL "
            "RETURNING agent, root, began_at, confined, may_write",
            (self._now, call_id),
        ).fetchall()
        return Command(*row[0][:3], confined=bool(row[0][3]), may_write=bool(row[0][4])) if row else None

    def begun_in(self, agent_id: int) -> list[tuple[int, str]]:
        rows = self._connection.execute(
            "SELECT c.agent, c.text FROM command c JOIN agent a ON a.id = c.agent WHERE ? IN (a.id, a.parent) "
            "AND c.began_at >= ? ORDER BY c.ended_at IS NULL DESC, c.began_at DESC",
            (agent_id, self._now - KEPT_SECONDS),
        )
        return [(row[0], row[1]) for row in rows]

    def alongside(self, agent_id: int, since: float) -> list[int]:
        rows = self._connection.execute(
            "SELECT DISTINCT agent FROM command WHERE agent <> ? AND may_write AND (ended_at IS NULL OR ended_at >= ?) "
            "AND began_at >= ? ORDER BY agent",
            (agent_id, since, self._now - KEPT_SECONDS),
        )
        return [row[0] for row in rows]


class SqliteBegunEdits:
    """The edits that the guard let pass and that are not over."""

    def __init__(self, connection: Connection, now: float) -> None:
        self._connection = connection
        self._now = now

    def begin(self, edit: BegunEdit) -> None:
        self._connection.execute("DELETE FROM begun_edit WHERE at < ?", (self._now - BEGUN_KEPT_SECONDS,))
        self._connection.execute(
            "INSERT OR REPLACE INTO begun_edit (agent, root, path, call, before, link, content, at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (edit.agent, edit.root, edit.path, edit.call, edit.before, edit.link, edit.content, edit.at),
        )

    def pending(self) -> list[BegunEdit]:
        rows = self._connection.execute(
            "SELECT agent, root, path, call, before, link, content, at FROM begun_edit ORDER BY at"
        )
        return [BegunEdit(*row) for row in rows]

    def made(self, edit: BegunEdit, after: str, at: float) -> bool:
        changed = self._connection.execute(
            "UPDATE begun_edit SET before = ? WHERE agent = ? AND root = ? AND path = ? AND before = ?",
            (after, edit.agent, edit.root, edit.path, edit.before),
        )
        if not changed.rowcount:
            return False
        self._connection.execute(
            "INSERT INTO edit (path, agent, first_at, last_at, times) VALUES (?, ?, ?, ?, 1) ON CONFLICT (path, agent) "
            "DO UPDATE SET last_at = max(last_at, excluded.last_at), times = times + 1",
            (edit.path, edit.agent, at, at),
        )
        return True

    def over(self, agent_id: int) -> None:
        self._connection.execute("DELETE FROM begun_edit WHERE agent = ?", (agent_id,))


class SqliteCalls:
    """Who makes which call of Interlock's own tools."""

    def __init__(self, connection: Connection, now: float) -> None:
        self._connection = connection
        self._now = now

    def announce(self, call_id: str, agent_id: int, directory: str) -> None:
        """This agent is about to make this tool call."""
        self._connection.execute("DELETE FROM call WHERE at < ?", (self._now - CALLS_KEPT_SECONDS,))
        self._connection.execute(
            "INSERT OR REPLACE INTO call (id, agent, directory, at) VALUES (?, ?, ?, ?)",
            (call_id, agent_id, directory, self._now),
        )

    def answer(self, call_id: str) -> ToolCall | None:
        from mcp_server.domain.messages import ToolCall

        row = self._connection.execute(
            "DELETE FROM call WHERE id = ? RETURNING agent, directory", (call_id,)
        ).fetchall()
        return ToolCall(*row[0]) if row else None
