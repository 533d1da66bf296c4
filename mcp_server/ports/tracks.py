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
    """What an agent did again and again on a task, and how often.

    The `kind` says what `subject` and `detail` are: of a `failure` the command and the first line of its error, of a
    `return` the path, of a `correction` (in `detail`) what the person said, of `tokens` how far above others.
    """

    agent: str
    kind: str
    subject: str
    detail: str
    total: int
    last_at: float


class Tracks(Protocol):
    """What shows that agents go in circles. Counts are per attempt."""

    def failed(self, attempt: Attempt, command: str, line: str) -> int:
        """The command failed like this once more; how often by now, since nothing was changed that bears on it."""

    def failing(self, attempt: Attempt) -> list[tuple[str, str]]:
        """The commands that failed and for which nothing was changed since, each with the first line of its error."""

    def changed(self, attempt: Attempt, command: str, line: str | None = None) -> None:
        """Something was changed that bears on this failure, or the command succeeded."""

    def edited(self, attempt: Attempt, path: str, before: str | None, after: str) -> tuple[bool, int]:
        """The agent edited a file; `before` and `after` are signs of its contents, None for what is not known.

        Returns whether its content is new, and otherwise how often it became one that it was earlier, since the last
        commit.
        """

    def corrected(self, attempt: Attempt, words: str) -> int:
        """A person corrected the agent; how often by now, without a commit in between."""

    def spent(self, attempt: Attempt, times: int) -> bool:
        """More tokens were spent on the task than is usual, so many `times` over; whether that is new."""

    def committed(self, attempt: Attempt) -> None:
        """The agent committed: corrections and contents before that do not count any more."""

    def refused(self, attempt: Attempt) -> int:
        """How many writes outside its scope were refused, and are not forgiven; they count as seen from now on."""

    def forgive(self, agent_id: int) -> None:
        """The agent got a wider scope, or a lock: what was refused before does not count any more."""

    def sign(self, attempt: Attempt) -> int:
        """There is a sign that the agent goes in circles; how many by now in this attempt."""

    def notify(self, attempt: Attempt, words: str) -> None:
        """Log that the agent was told to stop, of which the person is notified."""

    def of_task(self, task_id: str) -> list[Track]:
        """What was done again and again on this task, in all attempts, the latest last."""

    def refused_on(self, task_id: str, limit: int) -> list[str]:
        """The paths outside its scope that an agent of this task was refused, the latest first."""
