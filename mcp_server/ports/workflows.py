"""What workflows need from outside: the book of their runs, and the files, lists and commands of a repository."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from mcp_server.domain.agent import Process
from mcp_server.domain.workflow.run import Counts, PhaseState, Run, RunPhase, State


class Runs(Protocol):
    """The runs of workflows, and which tasks are theirs."""

    def next_id(self, workflow: str) -> str:
        """An id that no run and no task has: audit-1, audit-2 …"""

    def begin(self, run: Run, phases: Sequence[str]) -> Run:
        """Record a run and its phases, none of which has begun; with its number."""

    def get(self, run_id: str) -> Run | None: ...
    def of(self, task_id: str) -> Run | None:
        """The run that a task belongs to, its gates included."""

    def open(self) -> list[Run]:
        """Those that are not over, oldest first."""

    def latest(self, limit: int) -> list[Run]:
        """Those that were begun last, the latest first."""

    def move(self, seq: int, state: State, *, by: str | None = None, why: str | None = None) -> None:
        """Give a run another state. Only while it is running its tasks are offered."""

    def allow(self, seq: int, *, tokens: int | None, failures: int | None) -> None:
        """Give a run other limits."""

    def phases(self, seq: int) -> list[RunPhase]: ...
    def move_phase(  # noqa: PLR0913  what there is to know of a phase
        self,
        seq: int,
        number: int,
        state: PhaseState,
        *,
        words: str | None = None,
        log: str | None = None,
        gate: str | None = None,
    ) -> None:
        """Give a phase another state; nobody runs anything for it any more. Its `gate` is offered to nobody."""

    def take(self, seq: int, number: int, runner: Process | None, attempt: int, *, anew: bool = True) -> bool:
        """Record who runs something for a phase: `anew` in a new attempt, the one after the last, else in the last one.

        False, and nothing is changed, where another attempt has been made meanwhile: of two that begin the same one at
        the same moment one is refused.
        """

    def attach(self, seq: int, number: int, tasks: Sequence[tuple[str, str]]) -> None:
        """Record that tasks belong to a phase, each with its item, in this order."""

    def detach(self, seq: int, number: int) -> None:
        """Forget which tasks belong to a phase."""

    def tasks(self, seq: int, number: int) -> list[tuple[str, str]]:
        """The tasks of a phase and their items, in order."""

    def is_over(self, seq: int, number: int) -> bool:
        """Whether nothing of a phase's tasks is left to be done, or to be merged."""

    def counts(self, seq: int) -> dict[int, Counts]:
        """What has become of the tasks of each phase that has any."""

    def failed(self, seq: int) -> int:
        """How often tasks of a run failed."""

    def spent(self, seq: int) -> int:
        """The tokens that were spent on a run's tasks."""

    def is_gate(self, task_id: str) -> bool:
        """Whether a person decides with this task whether a run goes on."""


class Source(NamedTuple):
    """A workflow's text. `place` says where it is; `is_committed`: git has it, and it has not been changed since."""

    name: str
    text: str
    place: str
    is_committed: bool


class Printed(NamedTuple):
    """What a command printed, in lines, how it ended (None: it took too long), and where all of it is."""

    code: int | None
    lines: tuple[str, ...]
    log: str = ""


class Workshop(Protocol):
    """The files, lists and commands of one repository, as workflows need them. What it refuses is an OSError."""

    @property
    def own_pid(self) -> int:
        """The id of this process."""

    def names(self) -> list[str]:
        """The workflows that there are: the repository's, and those of the plugin that it does not replace."""

    def read(self, name: str) -> Source | None:
        """The text of a workflow, or None."""

    def write(self, name: str, text: str, *, replace: bool) -> str | None:
        """Write a workflow into the repository, and say where; None if there is one of that name already."""

    def file(self, name: str) -> str:
        """Where the repository's workflow of this name is, or would be."""

    def files(self, patterns: Sequence[str]) -> list[str]:
        """The files that these patterns cover, which git knows or would, in order."""

    def folders(self, patterns: Sequence[str]) -> list[str]:
        """The folders with such files in them that these patterns name."""

    def listed(self, command: str, minutes: float) -> Printed:
        """Run a command for its lines."""

    def checked(self, command: str, minutes: float, name: str) -> Printed:
        """Run a command as a gate: never twice at once under this name, whoever began the other one."""

    def set_going(self, run_id: str, attempt: int) -> Process | None:
        """Start a process of Interlock that carries out what is due for this run, and outlives this one."""
