"""Whom a task suits: an agent that its roles let do the work, and that has what the task needs beside."""

from __future__ import annotations

from collections.abc import Sequence

from mcp_server.core.workplace import Workplace
from mcp_server.domain.agent import Agent
from mcp_server.domain.assignment.limits import Limit
from mcp_server.domain.assignment.roles import role_named
from mcp_server.domain.settings import Settings
from mcp_server.domain.task import Needed, Task
from mcp_server.domain.text import clip
from mcp_server.ports import Books

ANOTHER = "Claim another task: claim_task without task_id picks the best of those that are for you."


class Suitable:
    """What one agent may be offered, asked in one transaction.

    `unsuited` counts the tasks that were not for it when it was last chosen, and `example` says why the first was not.
    """

    def __init__(self, books: Books, agent: Agent, place: Workplace, settings: Settings) -> None:
        self._books = books
        self._agent = agent
        self._machine = place.machine
        self._own = settings.roles
        self._has: dict[str, bool] = {}
        self._found: dict[tuple[str | None, tuple[str, ...], bool], str | None] = {}
        self._limits: Sequence[Limit] = ()
        if agent.type is not None or agent.parent is not None:
            self._limits = books.guard.limits_on_claims(agent.id)
        self.unsuited = 0
        self.example = ""

    @property
    def is_limited(self) -> bool:
        """Whether any role keeps the agent from some tasks."""
        return bool(self._limits)

    def suits(self, needed: Needed) -> bool:
        """Whether the agent may be offered this task."""
        why = self._against(needed)
        if why is not None:
            self.unsuited += 1
            self.example = self.example or f"{needed.task} {why}"
        return why is None

    def why_not(self, task: Task) -> str | None:
        """Why this task is not for the agent; None if it is."""
        why = self._against(Needed(task.id, task.role, task.capabilities, bool(task.scope)))
        return None if why is None else f"{task.id} {why}"

    def _against(self, needed: Needed) -> str | None:
        """Looked up once for all tasks that need the same: there may be many."""
        kind = needed[1:]
        if kind not in self._found:
            self._found[kind] = self._lacks(needed) or self._limited(needed)
        return self._found[kind]

    def _lacks(self, needed: Needed) -> str | None:
        missing = [name for name in needed.capabilities if not self._can(name)]
        if not missing:
            return None
        return (
            f"needs {clip(', '.join(missing[:5]), 100)}, which neither this machine nor your session has. What a "
            f"session can, its person says: interlock launch --can {clip(missing[0], 40)}, or "
            f"INTERLOCK_CAPABILITIES={clip(','.join(missing[:5]), 60)} before its start"
        )

    def _limited(self, needed: Needed) -> str | None:
        limit = next((limit for limit in self._limits if not self._is_for(needed, limit)), None)
        if limit is None:
            return None
        what = f"is a {needed.role}'s" if needed.role is not None else "has files to change"
        return f"{what}, but {limit.words}"

    def _is_for(self, needed: Needed, limit: Limit) -> bool:
        if needed.role is not None:
            return limit.contains(role_named(needed.role, self._own))
        return limit.edits or not needed.has_scope

    def _can(self, name: str) -> bool:
        if name not in self._has:
            self._has[name] = self._is_said(self._agent, name) or (
                self._machine is not None and self._machine.has(name)
            )
        return self._has[name]

    def _is_said(self, agent: Agent, name: str) -> bool:
        """Whether its session says it can, or for a subagent that of the agent above it."""
        if name in agent.can or agent.parent is None:
            return name in agent.can
        return self._is_said(self._books.agents.get(agent.parent), name)
