"""The books of what is spent, and of what may be."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from mcp_server.domain.usage.budget import Budget
from mcp_server.domain.usage.response import Passage, Place, Tokens
from mcp_server.domain.usage.sums import Doubt, Part


class Transcripts(Protocol):
    """What the client writes of its sessions."""

    def read(self, path: str, known: Place | None) -> Passage | None:
        """A large part of what came after the place that is known; None where there is no such file."""

    def has_grown(self, path: str, known: Place | None) -> bool:
        """Whether there is anything to read, or it is another file than it was."""


class Usage(Protocol):
    """What was spent, each response once, and how far the transcripts that say so were read."""

    def place(self, path: str) -> Place | None:
        """How far the transcript at `path` was read; None if it never was."""

    def is_limited(self) -> bool:
        """Whether anything has a budget of its own, or was ever near a limit."""

    def task_of(self, agent: int, parent: int | None) -> str:
        """The task that the agent has claimed, or else its parent; "" without one."""

    def record(self, path: str, session: str, agent: int, task: str, passage: Passage | None) -> None:
        """Count what was read of the agent's transcript; None says that there is no such file.

        A response that was counted before is not counted again; if other tokens are said of it now, these count.
        """

    def settle(self, session: str, agent: int, task: str, totals: dict[str, Tokens]) -> None:
        """Count for the agent what the client counted, by model, beyond what the transcripts of the session say.

        Not where one of them holds responses of another session: the client's totals begin there.
        """

    def parts(self, since: str | None = None, *, agent: int | None = None) -> list[Part]:
        """What was spent since that day, by everybody or by one agent, oldest first."""

    def on_task(self, task: str) -> int:
        """The tokens that were spent on a task, as budgets count them."""

    def on_done_like(self, task: str, limit: int) -> list[int]:
        """The tokens that were spent on each of the latest done tasks of the same tier, without those of none."""

    def doubts(self, since: float) -> list[Doubt]:
        """Why it may not be exact, by agent, as far as transcripts were read since then."""

    def unfinished(self, since: float) -> list[tuple[str, str, int]]:
        """The transcripts that were read since then, each with its session's and its agent; subagents' come first."""


class Budgets(Protocol):
    """What tasks, agents and days may spend, and how far each is."""

    def today(self) -> str:
        """The day that it is, UTC."""

    def of(self, kind: str, subject: str) -> Budget:
        """The budget of a task (its id), an agent (its number) or a day, with what is spent of it now."""

    def all(self) -> list[Budget]:
        """Those with a limit of their own, and those that came near one."""

    def reached(self, agent: int, tasks: Collection[str]) -> list[Budget]:
        """Those that were reached when they were looked at last: of the agent, of these tasks, and of today."""

    def allow(self, kind: str, subject: str, most: int) -> None:
        """From now on this is its limit, whatever the settings say."""

    def keep(self, budget: Budget, level: int) -> None:
        """It is this far."""

    def crossed(self, budget: Budget, kind: str, agent: int, detail: str) -> None:
        """Record in the log that this agent brought it there."""

    def concerned(self, budget: Budget, agent: int) -> list[int]:
        """The agents that it concerns: this one, which spent the last of it, and those that worked under it lately."""
