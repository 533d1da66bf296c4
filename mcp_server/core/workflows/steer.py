"""What steers a run: pause, resume, restart a phase, stop. Work that is done stays done, and nobody loses a claim."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from mcp_server.core.leases.expire import end_gone
from mcp_server.core.leases.obstacles import lease_of
from mcp_server.core.review import closing
from mcp_server.core.review.decision import withdraw
from mcp_server.core.tasks.unblock import reopen
from mcp_server.core.workflows.progress import drop
from mcp_server.core.workplace import Workplace
from mcp_server.domain.errors import InterlockError, Misuse, shown
from mcp_server.domain.lease import Lease
from mcp_server.domain.task import Task
from mcp_server.domain.workflow.run import Run, RunPhase, State, current
from mcp_server.ports import Books
from mcp_server.workflow_file.reader import read_workflow

NAMED = 5


class NotSteered(InterlockError):
    """The run is in a state in which this can't be done to it, or somebody works on its tasks; nothing was changed."""

    exit_code = 1


class Steered(NamedTuple):
    """The run as it is now, the tasks that are still being worked on, and those that were put back or taken out."""

    run: Run
    held: tuple[tuple[str, str], ...] = ()
    changed: tuple[str, ...] = ()


def the_run(books: Books, run_id: str | None) -> Run:
    """The run with this id, or the one that is not over; refuses (NotSteered) where there is none.

    Refuses (Misuse) an unknown id, and a choice of several.
    """
    if run_id is not None:
        found = books.runs.get(run_id) if run_id.isprintable() else None
        if found is None:
            latest = ", ".join(run.id for run in books.runs.latest(NAMED))
            raise Misuse(f"there is no run {shown(run_id)}; the latest: {latest or 'none'}")
        return found
    runs = books.runs.open()
    if len(runs) == 1:
        return runs[0]
    if not runs:
        raise NotSteered("no run of a workflow is going on; interlock workflow status RUN shows one that is over")
    raise Misuse(f"several runs are going on; name one: {', '.join(run.id for run in runs)}")


def pause(place: Workplace, agent_id: int, run_id: str | None) -> Steered:
    """Offer none of a run's tasks until it is resumed. What is being worked on goes on."""
    with place.store.writing() as books:
        run = the_run(books, run_id)
        if run.state != "running":
            raise _refusal(run, "be paused")
        return _moved(books, run, agent_id, "paused")


def resume(place: Workplace, agent_id: int, run_id: str | None) -> Steered:
    """Go on with a run that is paused or blocked: a gate or a list that failed is tried again, a limit that was reached
    is allowed once more.
    """
    with place.store.writing() as books:
        run = the_run(books, run_id)
        if run.state not in ("paused", "blocked"):
            raise _refusal(run, "be resumed")
        phase = current(books.runs.phases(run.seq))
        if phase is not None and phase.state == "failed":
            has_tasks = phase.number in books.runs.counts(run.seq)
            books.runs.move_phase(run.seq, phase.number, "open" if has_tasks else "waiting")
        _allow_more(books, run)
        return _moved(books, run, agent_id, "running")


def stop(place: Workplace, agent_id: int, run_id: str | None) -> Steered:
    """Take a run's open tasks out. Whoever holds one is told, and goes on until it has finished or released it."""
    with place.store.writing() as books:
        run = the_run(books, run_id)
        if run.is_over or run.state == "stopping":
            raise _refusal(run, "be stopped")
        end_gone(books)
        tasks = _tasks(books, run, books.runs.phases(run.seq))
        left = [task for task in tasks if task.status not in ("done", "dropped")]
        dropped = tuple(task.id for task in left if drop(books, task))
        for phase in books.runs.phases(run.seq):
            _drop_gate(books, phase)
        held = _held(books, tasks)
        person = books.agents.get(agent_id)
        for lease in held:
            subject = f"{person.name} stopped the run {run.id}"
            body = f"{lease.task} is not needed any more. Leave what you have in a good state, and release it."
            books.shared.send(person.id, lease.holder_name, [lease.holder], subject, body)
        state: State = "stopping" if held else "stopped"
        books.runs.move(run.seq, state, by=person.name)
        books.events.add("stopped", run.id, agent=agent_id)
        return Steered(_again(books, run), _named(held), dropped)


def restart(place: Workplace, agent_id: int, phase_name: str, run_id: str | None) -> Steered:
    """Do a phase again, and all after it: its tasks are put back, theirs are taken out and planned again in their turn.

    Refuses (NotSteered) while somebody works on one of them; (Misuse) a phase that there is not.
    """
    with place.store.writing() as books:
        run = the_run(books, run_id)
        if run.state in ("stopping", "stopped"):
            raise _refusal(run, "be restarted")
        phases = books.runs.phases(run.seq)
        first = next((phase for phase in phases if phase.name == phase_name), None)
        if first is None:
            names = ", ".join(phase.name for phase in phases)
            raise Misuse(f"{run.id} has no phase {shown(phase_name)}: it has {names}")
        _refuse_future(run, first, current(phases))
        end_gone(books)
        again = phases[first.number - 1 :]
        held = _held(books, _tasks(books, run, again))
        if held:
            who = ", ".join(f"{task} ({holder})" for task, holder in _named(held)[:NAMED])
            raise NotSteered(
                f"phase {phase_name} of {run.id} can't be restarted while somebody works on {who}; nothing was "
                "changed. Wait for them, or free a task with `interlock release TASK --force`"
            )
        changed = _put_back(books, run, again)
        _allow_more(books, run)
        books.events.add("restarted", run.id, agent=agent_id, detail=phase_name)
        return _moved(books, run, agent_id, "running")._replace(changed=changed)


def _refuse_future(run: Run, wanted: RunPhase, now: RunPhase | None) -> None:
    if now is not None and wanted.number > now.number:
        raise NotSteered(
            f"phase {wanted.name} of {run.id} has not begun yet: the run is in phase {now.name}. Nothing was changed"
        )


def _put_back(books: Books, run: Run, phases: Sequence[RunPhase]) -> tuple[str, ...]:
    """The tasks of the first of these phases are open again; those of the others are taken out."""
    first, *later = phases
    tasks = [task for task in _tasks(books, run, [first]) if task.status != "dropped"]
    for task in tasks:
        if task.status == "review":
            withdraw(books, task, "todo")
        if task.status == "done":
            reopen(books, task.id)
        closing.end_lease(books, task, lease_of(books, task))
        books.tasks.put(task.seq, status="todo", token=None, failures=0)
    for phase in later:
        for task in _tasks(books, run, [phase]):
            if task.status not in ("done", "dropped"):
                drop(books, task)
        books.runs.detach(run.seq, phase.number)
    for phase in phases:
        _drop_gate(books, phase)
        books.runs.move_phase(run.seq, phase.number, "open" if phase is first and tasks else "waiting")
    return tuple(task.id for task in tasks)


def _allow_more(books: Books, run: Run) -> None:
    """Of a limit that has been reached, as much again."""
    limits = read_workflow(run.workflow, run.text, run.id).limits
    tokens, failures = run.tokens, run.failures
    if tokens is not None and limits.tokens is not None and (spent := books.runs.spent(run.seq)) >= tokens:
        tokens = spent + limits.tokens
    if failures is not None and limits.failures is not None and (failed := books.runs.failed(run.seq)) >= failures:
        failures = failed + limits.failures
    books.runs.allow(run.seq, tokens=tokens, failures=failures)


def _drop_gate(books: Books, phase: RunPhase) -> None:
    gate = books.tasks.get(phase.gate) if phase.gate is not None else None
    if gate is not None and gate.status not in ("done", "dropped"):
        drop(books, gate)


def _tasks(books: Books, run: Run, phases: Sequence[RunPhase]) -> list[Task]:
    names = [task_id for phase in phases for task_id, _ in books.runs.tasks(run.seq, phase.number)]
    return books.tasks.among(names)


def _held(books: Books, tasks: Sequence[Task]) -> list[Lease]:
    """The live claims on these tasks."""
    found = [lease_of(books, task) for task in tasks if task.status == "in_progress"]
    return [lease for lease in found if lease is not None and lease.is_live(books.now)]


def _named(leases: Sequence[Lease]) -> tuple[tuple[str, str], ...]:
    return tuple((lease.task or "", lease.holder_name) for lease in leases)


def _moved(books: Books, run: Run, agent_id: int, state: State) -> Steered:
    name = books.agents.get(agent_id).name
    books.runs.move(run.seq, state, by=name)
    if state != "running" or run.state != "running":
        books.events.add("paused" if state == "paused" else "resumed", run.id, agent=agent_id)
    return Steered(_again(books, run), _named(_held(books, _tasks(books, run, books.runs.phases(run.seq)))))


def _again(books: Books, run: Run) -> Run:
    found = books.runs.get(run.id)
    assert found is not None  # noqa: S101  for the type checker: it is there
    return found


def _refusal(run: Run, what: str) -> NotSteered:
    by = f" by {run.by}" if run.by and run.state in ("paused", "stopping", "stopped") else ""
    return NotSteered(f"{run.id} can't {what}: it is {run.state}{by}. Nothing was changed")
