"""What holders do, on SQLite: what is recorded of them, and what can be seen of their processes.

On the hot path of a hook, where nothing is looked at unless somebody else's lease is in the way.
"""

from __future__ import annotations

from mcp_server.adapters.sqlite.guard import SIGNS
from mcp_server.domain import presence
from mcp_server.domain.presence import Doing, Moment, Signs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from sqlite3 import Connection
    from typing import Any

    from mcp_server.adapters.sqlite.presence.shells import Shell
    from mcp_server.domain.agent import Process
    from mcp_server.ports import Processes

_HOLDERS = f"""
    SELECT {SIGNS} FROM agent a
    WHERE a.ended_at IS NULL AND (a.pid IS NOT NULL OR a.tick_of IS NOT ?)
        AND EXISTS (SELECT 1 FROM lease WHERE holder = a.id AND taken_by IS NULL)"""  # noqa: S608  names of ours
_COMMANDS = """
    SELECT a.id, a.parent, c.text FROM command c JOIN agent a ON a.id = c.agent
    WHERE a.host = ? AND a.pid = ? AND a.started = ? ORDER BY c.began_at DESC"""


class SqlitePresence:
    """What holders do at one moment."""

    __slots__ = ("_connection", "_processes", "_states", "moment")

    def __init__(self, connection: Connection, moment: Moment, processes: Callable[[], Processes]) -> None:
        self._connection = connection
        self.moment = moment
        self._processes = processes
        self._states: dict[tuple[object, ...], str] = {}

    def of(self, agent_id: int) -> Doing:
        """What this agent does."""
        return presence.doing(self.signs(agent_id), self.moment, self)

    def has_ended(self, agent_id: int) -> bool:
        """Whether it has ended, or its process."""
        return presence.has_ended(self.signs(agent_id), self.moment, self)

    def gone(self) -> list[int]:
        """The holders whose process has ended without a word."""
        rows = self._connection.execute(_HOLDERS, (self.moment.tick[0],))
        return [row[0] for row in rows if self.is_gone_by(row)]

    def is_working(self, agent_id: int) -> bool:
        """Whether it runs a command or waits for its user, and so keeps its leases."""
        signs = self.signs(agent_id)
        return not presence.has_ended(signs, self.moment, self) and presence.is_working(signs, self.moment, self)

    def keeps_by(self, row: Sequence[Any], seconds: float) -> bool:
        """Whether the agent with these `SIGNS` keeps a lease of this length."""
        return presence.keeps(signs_of(row), seconds, self.moment, self)

    def is_gone_by(self, row: Sequence[Any]) -> bool:
        """Whether the agent with these `SIGNS` has ended."""
        return presence.has_ended(signs_of(row), self.moment, self)

    def signs(self, agent_id: int) -> Signs:
        """What is recorded of an agent, which must exist."""
        row = self._connection.execute(f"SELECT {SIGNS} FROM agent a WHERE a.id = ?", (agent_id,)).fetchone()  # noqa: S608  names of ours
        return signs_of(row)

    def state(self, process: Process) -> str:
        key = tuple(process)
        if key not in self._states:
            self._states[key] = self._processes().state(process)
        return self._states[key]

    def is_asking(self, process: Process) -> bool | None:
        return self._processes().is_asking(process)

    def running(self, signs: Signs) -> Shell | None:
        if signs.process is None:
            return None
        from mcp_server.adapters.sqlite.presence import shells  # whoever is active is not looked at so closely

        found = shells.begun_by_client(self._processes().children(signs.process))
        known = self._connection.execute(_COMMANDS, tuple(signs.process)).fetchall() if found else []
        return shells.oldest_of(signs, found, known)


def signs_of(row: Sequence[Any]) -> Signs:
    """What the columns `SIGNS` say."""
    agent, kind, host, pid, started, seen_at, tick_of, tick, ended_at, idle_at, prompt_at, prompt_tick = row
    return Signs(
        agent,
        kind,
        None if pid is None else (host, pid, started),  # type: ignore[arg-type]  # a plain tuple: see `domain.agent`
        seen_at,
        None if tick is None else (tick_of, tick),
        ended_at=ended_at,
        idle_at=idle_at,
        prompt_at=prompt_at,
        prompt_tick=prompt_tick,
    )
