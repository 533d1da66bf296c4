"""Carries out what is due for a run: finds the items of a phase, or runs the command of its gate.

Who does it is recorded before it is begun, so that nobody else does it too, and so that it is done again if that
process dies; what an attempt found counts only while it is the latest.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from mcp_server.core.workflows.expand import gate_command, values_of
from mcp_server.core.workflows.find import find_items
from mcp_server.core.workflows.progress import Due, Progress, Steps, progress
from mcp_server.core.workplace import Workplace
from mcp_server.domain.agent import Process
from mcp_server.domain.errors import Misuse, in_words
from mcp_server.domain.text import clip
from mcp_server.domain.workflow.run import Run, RunPhase, current
from mcp_server.domain.workflow.workflow import Phase
from mcp_server.ports import Printed, Workshop
from mcp_server.workflow_file.reader import read_workflow

LAST_LINES, LONGEST = 10, 1_000


class Attempt(NamedTuple):
    """An attempt at what is due for a run, by its number."""

    run: Run
    phase: RunPhase
    number: int


def set_going(place: Workplace, due: Due) -> bool:
    """Have a process of its own carry out what is due, unless one does; it outlives this one."""
    workshop = place.workshop
    if workshop is None or due.is_running:
        return False
    attempt = due.phase.attempt + 1
    me = place.processes.identify(workshop().own_pid)
    if not _taken(place, due.run, due.phase.number, me, attempt):
        return False
    try:
        runner = workshop().set_going(due.run.id, attempt)
    except OSError:
        runner = None
    with place.store.writing() as books:
        phase = _phase_at(books.runs.phases(due.run.seq), due.phase.number)
        if phase.attempt == attempt and phase.runner == me:  # the one that was started may have said so by itself
            books.runs.take(due.run.seq, due.phase.number, runner, attempt, anew=False)
    return runner is not None


def carry_out(place: Workplace, run_id: str, attempt: int | None = None) -> Progress:
    """Carry out what is due for this run, here and now, and go on until nothing is due; what was done.

    With `attempt`, only that attempt, which another process has recorded for this one.
    """
    said: list[str] = []
    while True:
        found = progress(place)
        said += found.words
        due = next((one for one in found.due if one.run.id == run_id), None)
        if due is None or (due.is_running and attempt is None) or place.workshop is None:
            return Progress(tuple(said), found.due)
        number = due.phase.attempt + 1 if attempt is None else attempt
        me = place.processes.identify(place.workshop().own_pid)
        if not _taken(place, due.run, due.phase.number, me, number, anew=attempt is None):
            return Progress(tuple(said), found.due)
        words = _done(place, place.workshop(), Attempt(due.run, due.phase, number))
        if words is None:
            return Progress(tuple(said), found.due)
        said.append(words)
        attempt = None


def _done(place: Workplace, workshop: Workshop, attempt: Attempt) -> str | None:
    """Carry out one attempt and record what came of it; None if it does not count any more."""
    workflow = read_workflow(attempt.run.workflow, attempt.run.text, attempt.run.id)
    said = workflow.phases[attempt.phase.number - 1]
    if attempt.phase.state == "waiting":
        return _listed(place, workshop, attempt, said)
    return _checked(place, workshop, attempt, said)


def _listed(place: Workplace, workshop: Workshop, attempt: Attempt, said: Phase) -> str | None:
    try:
        items = find_items(workshop, said, values_of(attempt.run))
    except Misuse as error:
        why = str(error)
        return _recorded(place, attempt, lambda steps: steps.failed(attempt.phase, why))
    return _recorded(place, attempt, lambda steps: steps.planned(attempt.phase, items))


def _checked(place: Workplace, workshop: Workshop, attempt: Attempt, said: Phase) -> str | None:
    command = gate_command(said, values_of(attempt.run)) or "true"
    try:
        printed = workshop.checked(command, said.gate.minutes, f"{attempt.run.id}-{said.name}")
    except OSError as error:
        printed = Printed(127, (in_words(error),))
    if printed.code == 0:
        return _recorded(place, attempt, lambda steps: steps.passed(attempt.phase))
    why = _why(said, command, printed)
    return _recorded(place, attempt, lambda steps: steps.failed(attempt.phase, why, printed.log or None))


def _recorded(place: Workplace, attempt: Attempt, conclude: Callable[[Steps], str]) -> str | None:
    """Record what an attempt found, and go on; None, and nothing is changed, if it does not count any more."""
    settings = place.settings()
    with place.store.writing() as books:
        run = books.runs.get(attempt.run.id)
        if run is None or not _counts(books.runs.phases(run.seq), run, attempt):
            return None
        return conclude(Steps(books, run, settings))


def _why(said: Phase, command: str, printed: Printed) -> str:
    how = (
        f"took longer than {said.gate.minutes:g} minutes"
        if printed.code is None
        else f"failed with exit code {printed.code}"
    )
    last = " / ".join(line.strip() for line in printed.lines[-LAST_LINES:] if line.strip())
    return f"the gate of phase {said.name!r}, `{clip(command, 200)}`, {how}{f': {clip(last, LONGEST)}' if last else ''}"


def _taken(place: Workplace, run: Run, number: int, runner: Process | None, attempt: int, *, anew: bool = True) -> bool:
    with place.store.writing() as books:
        now = books.runs.get(run.id)
        phase = current(books.runs.phases(run.seq))
        if now is None or now.state != "running" or phase is None or phase.number != number:
            return False
        if phase.state not in ("waiting", "gate"):
            return False
        return books.runs.take(run.seq, number, runner, attempt, anew=anew)


def _counts(phases: list[RunPhase], run: Run, attempt: Attempt) -> bool:
    """Whether what an attempt found counts: no other has been begun, and nobody has changed the run since, but for a
    pause: it holds claims, and what was found stays found.
    """
    phase = _phase_at(phases, attempt.phase.number)
    return run.state in ("running", "paused") and phase.attempt == attempt.number and phase.state == attempt.phase.state


def _phase_at(phases: list[RunPhase], number: int) -> RunPhase:
    return phases[number - 1]
