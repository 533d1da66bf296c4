"""A budget: what may be spent on a task, by an agent, on a day, and how far that is. On the hot path of a hook."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

    Kind = Literal["task", "agent", "day"]

KINDS: tuple[Kind, ...] = ("task", "agent", "day")
FREE, WARNED, REACHED = 0, 1, 2


class Limits:
    """What the settings allow each task, each agent and each day, in tokens (0: anything), and when to warn (0.8)."""

    __slots__ = ("agent", "day", "task", "warn")

    def __init__(self, task: int = 0, agent: int = 0, day: int = 0, warn: float = 0.8) -> None:
        self.task = task
        self.agent = agent
        self.day = day
        self.warn = warn

    def of(self, kind: str) -> int:
        """The limit of one kind."""
        return {"task": self.task, "agent": self.agent, "day": self.day}[kind]

    @property
    def are_set(self) -> bool:
        """Whether there is any."""
        return bool(self.task or self.agent or self.day)


class Budget:
    """One budget: of the task, agent (its number) or day that `subject` names.

    `most` is its own limit, and None where the settings' counts. `name` is what the subject is called.
    """

    __slots__ = ("kind", "level", "most", "name", "spent", "subject")

    def __init__(  # noqa: PLR0913  one value per column
        self, kind: str, subject: str, most: int | None = None, spent: int = 0, level: int = FREE, name: str = ""
    ) -> None:
        self.kind = kind
        self.subject = subject
        self.most = most
        self.spent = spent
        self.level = level
        self.name = name or subject

    def limit(self, limits: Limits) -> int:
        """How many tokens may be spent, 0 for any number."""
        return limits.of(self.kind) if self.most is None else self.most

    def is_reached(self, limits: Limits) -> bool:
        """Whether nothing is left of it."""
        return 0 < self.limit(limits) <= self.spent

    def level_at(self, limits: Limits) -> int:
        """How far it is: free, warned or reached."""
        limit = self.limit(limits)
        if not limit or self.spent < limits.warn * limit:
            return FREE
        return REACHED if self.spent >= limit else WARNED

    def words(self, limits: Limits) -> str:
        """What it is and how far: `the budget of T1 (81,000 of 100,000 tokens)`."""
        what = "today's budget" if self.kind == "day" else f"the budget of {self.name}"
        return f"{what} ({self.spent:,} of {self.limit(limits):,} tokens)"

    def how_to_raise(self) -> str:
        """The line that a person types."""
        what = {"task": self.name, "agent": f"agent {self.name}", "day": "day"}[self.kind]
        return f"interlock budget raise {what} TOKENS"
