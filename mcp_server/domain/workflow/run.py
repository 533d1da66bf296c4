"""A run of a workflow, and its phases: what is planned, what has passed, and what is in the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from mcp_server.domain.agent import Process
from mcp_server.domain.text import clip, count, stamp

State = Literal["running", "paused", "blocked", "stopping", "stopped", "done"]
"""`blocked`: by a gate, a list or a limit, until a person resumes it; `stopping`: while somebody still holds a task."""
OVER: tuple[State, ...] = ("stopped", "done")
LONGEST = 300

PhaseState = Literal["waiting", "open", "gate", "review", "failed", "passed"]
"""`waiting`: nothing is planned yet; `open`: its tasks are; `gate`: they are done, and its command is to pass;
`review`: a person is to approve it; `failed`: its list or its gate, which blocks the run."""


class Run(NamedTuple):
    """A run: the text of its workflow as it was, the parameters, and who changed its state last, since when, and why.

    `tokens` and `failures` are its limits by now; a person who resumes it allows as many again.
    """

    seq: int
    id: str
    workflow: str
    text: str
    given: tuple[tuple[str, str], ...]
    state: State
    starter: int
    begun_at: float
    since: float
    by: str | None = None
    why: str | None = None
    tokens: int | None = None
    failures: int | None = None

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen in it."""
        return self.state in OVER

    @property
    def words(self) -> str:
        """Why none of its tasks is offered, for whoever asks for one."""
        resumes = f"A person resumes it: `interlock workflow resume {self.id}`"
        if self.state == "paused":
            return f"{self.by or 'somebody'} paused the run {self.id} at {stamp(self.since)}. {resumes}"
        if self.state == "blocked":
            return f"the run {self.id} is blocked: {clip(self.why or 'no reason given', LONGEST)}. {resumes}"
        if self.state in ("stopping", "stopped"):
            return f"{self.by or 'somebody'} stopped the run {self.id} at {stamp(self.since)}"
        return f"the run {self.id} is {self.state}"


class RunPhase(NamedTuple):
    """A phase of a run. While something is run for it `runner` is the process that does it, in its `attempt`.

    `gate` is the task with which a person approves it; `words` say what came of its list or its gate, `log` where all
    of the output is.
    """

    number: int
    name: str
    state: PhaseState
    since: float
    attempt: int = 0
    runner: Process | None = None
    gate: str | None = None
    words: str | None = None
    log: str | None = None


class Counts(NamedTuple):
    """How many tasks of a phase there are, by what has become of them. `away`: done, but not merged yet."""

    total: int = 0
    done: int = 0
    away: int = 0
    in_progress: int = 0
    review: int = 0
    blocked: int = 0
    todo: int = 0
    dropped: int = 0
    failures: int = 0

    @property
    def is_over(self) -> bool:
        """Whether nothing of it is left to be done, or to be merged."""
        return self.total == self.done + self.dropped


def current(phases: Sequence[RunPhase]) -> RunPhase | None:
    """The phase that a run is in; None after the last."""
    return next((phase for phase in phases if phase.state != "passed"), None)


def why_none_is_ready(run: Run, phases: Sequence[RunPhase], counts: Mapping[int, Counts]) -> str | None:
    """Why a run has no task for whoever asks for one, as far as that lies with the run; None while it has some."""
    if run.state != "running":
        return run.words
    phase = current(phases)
    if phase is not None and phase.state == "open" and (away := counts.get(phase.number, Counts()).away):
        left = f"{count(away, 'task')} of phase {phase.name}, done and not merged yet"
        return f"the run {run.id} waits for {left}: `interlock merge TASK`"
    if phase is None or phase.state not in ("waiting", "gate", "review"):
        return None
    if phase.state == "review":
        return f"phase {phase.name} of the run {run.id} waits for a person: `interlock approve {phase.gate}`"
    what = f"the gate of phase {phase.name}" if phase.state == "gate" else f"the list for phase {phase.name}"
    doing = "is being run" if phase.runner is not None else "is about to be run"
    return f"{what} of the run {run.id} {doing}, and more tasks may follow: ask again in half a minute"
