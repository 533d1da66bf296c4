"""What the core needs to find out whether an agent goes in circles."""

from __future__ import annotations

from typing import NamedTuple, Protocol


class Attempt(Protocol):
    """One claim: the agent, which may work under its holder, the task, and when the claim began."""

    @property
    def agent(self) -> int: ...
    @property
    def task(self) -> str: ...
    @property
    def since(self) -> float: ...


class Track(NamedTuple):
    """What an agent did again and again on a task: `failure` (command, first line of its error), `return` (path),

    `correction` (what a person said) or `tokens` (how far above others), and how often.
    """

    agent: str
    kind: str
    subject: str
    detail: str
    total: int
    last_at: float


class Tracks(Protocol):
    """What shows that agents go in circles. Counts are per attempt."""

    def failed(self, attempt: Attempt, command: str, line: str) -> int: ...
    def failing(self, attempt: Attempt) -> list[tuple[str, str]]:
        """The commands that failed, with their first lines, since nothing was changed that bears on them."""

    def changed(self, attempt: Attempt, command: str, line: str | None = None) -> None:
        """Something was changed that bears on this failure, or the command succeeded."""

    def edited(self, attempt: Attempt, path: str, before: str | None, after: str) -> tuple[bool, int]:
        """The agent edited a file, whose contents had and have these signs; `before` may be unknown.

        Whether it is new as it is, and if it is what it was earlier, how often that has happened since the last commit.
        """

    def corrected(self, attempt: Attempt, words: str) -> int: ...
    def spent(self, attempt: Attempt, times: int) -> bool:
        """The task has taken so many times too many tokens; whether that is new."""

    def committed(self, attempt: Attempt) -> None:
        """The agent committed: corrections and contents before that do not count any more."""

    def refused(self, attempt: Attempt) -> int: ...
    def forgive(self, agent_id: int) -> None:
        """The agent got a wider scope, or a lock: what was refused before does not count any more."""

    def sign(self, attempt: Attempt) -> int: ...
    def notify(self, attempt: Attempt, words: str) -> None:
        """Record for the person, in the log, that the agent goes on in circles."""

    def of_task(self, task_id: str) -> list[Track]:
        """What was done again and again on this task, in all attempts, the latest last."""

    def refused_on(self, task_id: str, limit: int) -> list[str]:
        """The paths outside its scope that an agent of this task was refused, the latest first."""
