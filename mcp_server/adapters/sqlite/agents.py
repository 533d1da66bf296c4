"""Who works here, on SQLite."""

from __future__ import annotations

from mcp_server.adapters.sqlite.guard import renew
from mcp_server.adapters.sqlite.ids import fresh
from mcp_server.domain.agent import PLACEHOLDERS, Agent, Process, Want

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from sqlite3 import Connection
    from typing import Any

    from mcp_server.domain.machines.mirror import Mirror
    from mcp_server.domain.presence import Moment

_AGENT = (
    "SELECT id, name, parent, kind, host, pid, started, worktree, joined_at, seen_at, ended_at, "
    "idle_at, type, can, wants, wants_from, wants_since, wants_token, wants_told FROM agent "
)

_ADD = f"""
    INSERT INTO agent (id, name, parent, kind, host, pid, started, worktree, joined_at, seen_at, tick_of, tick)
    VALUES ({fresh("agent")}, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""  # noqa: S608  names of ours


class SqliteAgents:
    """The agents' book."""

    now: float
    moment: Moment
    mirror: Mirror | None = None

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @property
    def host(self) -> str | None:
        return None if self.mirror is None else self.mirror.host or None

    def find(self, key: str) -> Agent | None:
        """The agent that is known by `key`, or None."""
        return self._one("WHERE id = (SELECT agent FROM identity WHERE key = ?)", self._here(key))

    def get(self, agent_id: int) -> Agent:
        """The agent with this number, which must exist."""
        agent = self._one("WHERE id = ?", agent_id)
        if agent is None:
            raise KeyError(agent_id)
        return agent

    def named(self, name: str) -> Agent | None:
        """The agent of this name, ended or not, or None."""
        found = self._one("WHERE name = ?", name)
        return found if found is not None or self.mirror is None else self._without_host(name, self.mirror.host)

    def add(
        self, key: str, name: str, kind: str, *, parent: int | None, process: Process | None, worktree: str
    ) -> Agent:
        """A new agent, known by `key`; `name` must be free."""
        host, pid, started = process or (None, None, None)
        agent_id = self._connection.execute(
            _ADD, (name, parent, kind, host, pid, started, worktree, self.now, self.now, *self.moment.tick)
        ).lastrowid
        assert agent_id is not None  # noqa: S101  for the type checker: an INSERT has a row id
        self.link(key, agent_id)
        return self.get(agent_id)

    def link(self, key: str, agent_id: int) -> None:
        """Make `key` a sign by which this agent is known."""
        values = self._here(key), agent_id
        self._connection.execute("INSERT OR REPLACE INTO identity (key, agent) VALUES (?, ?)", values)

    def describe(self, agent_id: int, *, type: str | None, can: Sequence[str]) -> None:  # noqa: A002  the field's own name
        self._connection.execute("UPDATE agent SET type = ?, can = ? WHERE id = ?", (type, " ".join(can), agent_id))

    def next_number(self) -> int:
        row = self._connection.execute(
            "INSERT INTO note (key, value) VALUES ('agents', 1) "
            "ON CONFLICT (key) DO UPDATE SET value = value + 1 RETURNING value"
        ).fetchone()
        return int(row[0])

    def seen(
        self, agent_id: int, *, process: Process | None = None, worktree: str | None = None, itself: bool = True
    ) -> None:
        renew(self._connection, (agent_id,), self.moment, itself=itself, prompt_is_over=itself)
        if process is not None:
            self._connection.execute(
                "UPDATE agent SET host = ?, pid = ?, started = ? WHERE id = ?", (*process, agent_id)
            )
        if worktree is not None:
            self._connection.execute("UPDATE agent SET worktree = ? WHERE id = ?", (worktree, agent_id))

    def works(self, agent_id: int) -> None:
        self._connection.execute(
            "UPDATE agent SET tick_of = ?, tick = ?, due_at = ? + "
            "(SELECT min(seconds) FROM lease WHERE holder = agent.id AND taken_by IS NULL) WHERE id = ?",
            (*self.moment.tick, self.now, agent_id),
        )

    def is_idle(self, agent_id: int) -> None:
        self._connection.execute(
            "UPDATE agent SET idle_at = ?, prompt_at = NULL, prompt_tick = NULL WHERE id = ? AND idle_at IS NULL",
            (self.now, agent_id),
        )

    def move(self, agent_id: int, *, process: Process | None, worktree: str) -> None:
        """It goes on in another process, or in none that is known yet."""
        host, pid, started = process or (None, None, None)
        self._connection.execute(
            "UPDATE agent SET host = ?, pid = ?, started = ?, worktree = ? WHERE id = ?",
            (host, pid, started, worktree, agent_id),
        )

    def end(self, agent_id: int, why: str) -> None:
        """The agent has ended: its leases are free, and it waits for nothing."""
        self._connection.execute(
            "UPDATE agent SET ended_at = ?, ended_why = ?, due_at = ?, wants = NULL, wants_from = NULL, "
            "wants_since = NULL, wants_token = NULL WHERE id = ? AND ended_at IS NULL",
            (self.now, why, self.now, agent_id),
        )

    def children(self, agent_id: int) -> list[Agent]:
        """The subagents of this agent that have not ended."""
        return self._many("WHERE parent = ? AND ended_at IS NULL", agent_id)

    def present(self) -> list[Agent]:
        """All that have not ended and can be talked to, by name."""
        return self._many("WHERE ended_at IS NULL AND kind NOT IN (?, ?) ORDER BY name", *PLACEHOLDERS)

    def latest(self, limit: int) -> list[Agent]:
        where = "WHERE ended_at IS NULL AND kind NOT IN (?, ?) ORDER BY seen_at DESC, id DESC LIMIT ?"
        return self._many(where, *PLACEHOLDERS, limit)

    def wanting(self, limit: int) -> list[Agent]:
        where = "WHERE ended_at IS NULL AND wants IS NOT NULL AND kind NOT IN (?, ?) ORDER BY name LIMIT ?"
        return self._many(where, *PLACEHOLDERS, limit)

    def waiting_for(self, token: int) -> list[Agent]:
        return self._many("WHERE wants_token = ? AND ended_at IS NULL ORDER BY name", token)

    def in_worktree(self, path: str) -> list[Agent]:
        """Those who worked in this worktree last, ended or not, the latest first."""
        found = self._many("WHERE worktree = ? AND kind <> 'person' ORDER BY seen_at DESC, id DESC", path)
        return [agent for agent in found if agent.worktree == path]

    def due(self) -> list[Agent]:
        return self._many("WHERE due_at <= ?", self.now)

    def looked_at(self, agent_id: int, due_at: float | None) -> None:
        self._connection.execute("UPDATE agent SET due_at = ? WHERE id = ?", (due_at, agent_id))

    def wants(self, agent_id: int, want: Want | None) -> None:
        subject, holder, since, token, told = want or (None, None, None, None, False)
        self._connection.execute(
            "UPDATE agent SET wants = ?, wants_from = ?, wants_since = ?, wants_token = ?, wants_told = ? WHERE id = ?",
            (subject, holder, since, token, told, agent_id),
        )

    def _here(self, key: str) -> str:
        return key if self.mirror is None else self.mirror.key(key)

    def _without_host(self, name: str, host: str) -> Agent | None:
        """The agent that a name without a host means: one of this machine, or else the only one of that name."""
        from mcp_server.domain.machines.names import SIGN, at_host, host_of, without_host

        if host_of(name) is not None:
            return None
        here = self._one("WHERE name = ?", at_host(name, host))
        if here is not None:
            return here
        first = name.partition("/")[0] + SIGN
        # The letter after the sign: between the two lie all names that begin so.
        between = self._many("WHERE name >= ? AND name < ? ORDER BY name", first, first[:-1] + chr(ord(SIGN) + 1))
        found = [agent for agent in between if without_host(agent.name) == name]
        present = [agent for agent in found if agent.ended_at is None] or found
        return present[0] if len(present) == 1 else None

    def _one(self, where: str, *values: Any) -> Agent | None:
        row = self._connection.execute(_AGENT + where, values).fetchone()
        return None if row is None else self._agent(row)

    def _many(self, where: str, *values: Any) -> list[Agent]:
        return [self._agent(row) for row in self._connection.execute(_AGENT + where, values)]

    def _agent(self, row: tuple[Any, ...]) -> Agent:
        agent = _agent(row)
        return agent if self.mirror is None else agent._replace(worktree=self.mirror.place(agent.name, agent.worktree))


def _agent(row: tuple[Any, ...]) -> Agent:
    agent_id, name, parent, kind, host, pid, started, worktree, joined_at, seen_at, ended_at, idle_at, *rest = row
    process = None if pid is None else Process(host, pid, started)
    kind_of, can, subject, holder, since, token, told = rest
    want = None if subject is None else Want(subject, holder, since, token, bool(told))
    said = kind_of, tuple(can.split())
    return Agent(agent_id, name, parent, kind, process, worktree, joined_at, seen_at, ended_at, want, idle_at, *said)
