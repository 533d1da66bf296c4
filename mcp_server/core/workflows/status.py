"""How far runs are: what has become of each phase's tasks, who works on what, what is in the way; and their notes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from mcp_server.core.leases.obstacles import lease_of
from mcp_server.core.workflows.expand import gate_command, values_of
from mcp_server.core.workflows.steer import the_run
from mcp_server.core.workplace import Workplace
from mcp_server.domain.errors import Misuse, shown
from mcp_server.domain.messages import Checkpoint
from mcp_server.domain.task import Task
from mcp_server.domain.workflow.run import Counts, Run, RunPhase
from mcp_server.domain.workflow.workflow import Gate
from mcp_server.ports import Books
from mcp_server.workflow_file.reader import read_workflow

MOST_SHOWN = 50
MOST_NOTES = 100


class PhaseStatus(NamedTuple):
    """A phase, its gate with the command filled in, and what has become of its tasks."""

    phase: RunPhase
    gate: Gate
    counts: Counts


class InHand(NamedTuple):
    """A task of the run that somebody works on, or that waits for somebody: who, since when, or what it needs."""

    task: Task
    item: str
    holder: str | None = None
    since: float | None = None


class RunStatus(NamedTuple):
    """A run, who started it, and how far it is. `tokens` were spent on its tasks; None where none are counted."""

    run: Run
    starter: str
    phases: tuple[PhaseStatus, ...]
    working: tuple[InHand, ...]
    stuck: tuple[InHand, ...]
    tokens: int | None


class Noted(NamedTuple):
    """A task of a run, and what its agents noted."""

    phase: str
    item: str
    task: Task
    notes: tuple[Checkpoint, ...]


def status(place: Workplace, run_id: str | None) -> list[RunStatus]:
    """The run with this id; without one those that are not over, or else the latest."""
    with place.store.reading() as books:
        if run_id is not None:
            return [_status(books, the_run(books, run_id))]
        return [_status(books, run) for run in books.runs.open() or books.runs.latest(1)]


def notes_of(place: Workplace, run_id: str | None, phase_name: str | None) -> tuple[Run, list[Noted]]:
    """The notes that were left with the tasks of a run, or of one of its phases, by the agents that worked on them."""
    with place.store.reading() as books:
        run = _one(books, run_id)
        phases = books.runs.phases(run.seq)
        wanted = [phase for phase in phases if phase_name in (None, phase.name)]
        if not wanted:
            names = ", ".join(phase.name for phase in phases)
            raise Misuse(f"{run.id} has no phase {shown(phase_name)}: it has {names}")
        return run, [noted for phase in wanted for noted in _noted(books, run, phase)]


def _one(books: Books, run_id: str | None) -> Run:
    """The run that is meant: a person asks for what the agents noted when it is over, as often as before."""
    if run_id is None and not books.runs.open():
        latest = books.runs.latest(1)
        if latest:
            return latest[0]
    return the_run(books, run_id)


def _noted(books: Books, run: Run, phase: RunPhase) -> list[Noted]:
    found = books.runs.tasks(run.seq, phase.number)
    tasks = {task.id: task for task in books.tasks.among(task_id for task_id, _ in found)}
    return [
        Noted(phase.name, item, task, tuple(books.tasks.notes(task.seq, MOST_NOTES)))
        for task_id, item in found
        if (task := tasks.get(task_id)) is not None
    ]


def _status(books: Books, run: Run) -> RunStatus:
    workflow = read_workflow(run.workflow, run.text, run.id)
    values = values_of(run)
    counts = books.runs.counts(run.seq)
    phases = books.runs.phases(run.seq)
    found = [
        PhaseStatus(
            phase,
            workflow.phases[phase.number - 1].gate._replace(
                command=gate_command(workflow.phases[phase.number - 1], values)
            ),
            counts.get(phase.number, Counts()),
        )
        for phase in phases
    ]
    working, stuck = _in_hand(books, run, phases)
    starter = books.agents.get(run.starter).name
    return RunStatus(run, starter, tuple(found), working, stuck, books.runs.spent(run.seq) or None)


def _in_hand(books: Books, run: Run, phases: Sequence[RunPhase]) -> tuple[tuple[InHand, ...], tuple[InHand, ...]]:
    items = {task_id: item for phase in phases for task_id, item in books.runs.tasks(run.seq, phase.number)}
    working: list[InHand] = []
    stuck: list[InHand] = []
    for task in books.tasks.among(items):
        lease = lease_of(books, task) if task.status == "in_progress" else None
        if lease is not None and lease.is_live(books.now):
            working.append(InHand(task, items[task.id], lease.holder_name, lease.granted_at))
        elif task.status in ("blocked", "review"):
            stuck.append(InHand(task, items[task.id]))
    return tuple(working[:MOST_SHOWN]), tuple(stuck[:MOST_SHOWN])
