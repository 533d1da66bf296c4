"""Carries runs on, by whoever comes next: what is done is followed by what is due, each step in one transaction.

A step that needs nothing from outside is made at once. Where a gate's command or a list is due, that is said, and
`carry_out` does it, in whichever process: what has been recorded is done once, and what a process that died had begun
is begun again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from mcp_server.core.agents.command_line import typed
from mcp_server.core.leases.expire import end_gone
from mcp_server.core.leases.obstacles import existing, lease_of
from mcp_server.core.review import closing
from mcp_server.core.review.decision import withdraw
from mcp_server.core.tasks.plan import Proposal, plan_in
from mcp_server.core.workflows.expand import ONCE, expand, filled_items, gate_command, values_of
from mcp_server.core.workflows.find import nothing_found
from mcp_server.core.workplace import Workplace
from mcp_server.domain.errors import Misuse
from mcp_server.domain.settings import Settings
from mcp_server.domain.task import Task
from mcp_server.domain.text import clip, count
from mcp_server.domain.workflow.run import Run, RunPhase, State, current
from mcp_server.domain.workflow.workflow import Phase, Workflow
from mcp_server.ports import Books, Processes
from mcp_server.workflow_file.reader import read_workflow

NAMED = 3
LONGEST = 300


class Due(NamedTuple):
    """Something has to be run for a phase: its gate, or, while nothing is planned, the list of its items.

    `is_running`: a process does that now.
    """

    run: Run
    phase: RunPhase
    is_running: bool


class Progress(NamedTuple):
    """What was done for the runs, in words, and what is due."""

    words: tuple[str, ...] = ()
    due: tuple[Due, ...] = ()

    @property
    def notice(self) -> str | None:
        """What whoever came by is told."""
        return " ".join(self.words) or None


NOTHING = Progress()


def progress(place: Workplace) -> Progress:
    """Make every step that needs nothing from outside; says which others are due. Changes nothing without a run."""
    with place.store.reading() as books:
        if not any(_may_move(books, run) for run in books.runs.open()):
            return NOTHING
    settings = place.settings()
    with place.store.writing() as books:
        steps = [Steps(books, run, settings) for run in books.runs.open()]
        words = [said for one in steps for said in one.make()]
        due = [found for one in steps if (found := one.due(place.processes)) is not None]
        return Progress(tuple(words), tuple(due))


def _may_move(books: Books, run: Run) -> bool:
    """Whether a run could be carried on: it is asked at every call, so most runs are left without a look."""
    if run.state == "stopping":
        return True
    if run.state != "running":
        return False
    phase = current(books.runs.phases(run.seq))
    return (
        phase is None
        or phase.state != "open"
        or _is_over_limit(books, run) is not None
        or books.runs.is_over(run.seq, phase.number)
    )


def _is_over_limit(books: Books, run: Run) -> str | None:
    """Which limit of a run is reached, or None."""
    if run.failures is not None and (failed := books.runs.failed(run.seq)) >= run.failures:
        return f"its tasks failed {count(failed, 'time')}, and its limit is {run.failures}"
    if run.tokens is not None and (spent := books.runs.spent(run.seq)) >= run.tokens:
        return f"{spent:,} tokens were spent, and its limit is {run.tokens:,}"
    return None


class Steps:
    """The steps of one run, inside one transaction."""

    def __init__(self, books: Books, run: Run, settings: Settings) -> None:
        self._books = books
        self._run = run
        self._settings = settings
        self._workflow: Workflow | None = None

    def make(self) -> list[str]:
        """Make every step that can be made; what was done, in words."""
        words: list[str] = []
        if self._run.state == "stopping":
            return [*words, *self._stop()]
        while self._run.state == "running" and (said := self._step()) is not None:
            words.append(said)
        return words

    def due(self, processes: Processes) -> Due | None:
        """What is to be run for it now."""
        run = self._books.runs.get(self._run.id)
        phase = current(self._books.runs.phases(self._run.seq)) if run is not None and run.state == "running" else None
        if run is None or phase is None or phase.state not in ("waiting", "gate"):
            return None
        return Due(run, phase, phase.runner is not None and processes.state(phase.runner) != "gone")

    def planned(self, phase: RunPhase, items: Sequence[str]) -> str:
        """Plan a phase for these items; what was done, in words. What can't be planned blocks the run."""
        said = self._phase(phase)
        if not items and said.optional:
            return self._pass(phase, f"{nothing_found(said, values_of(self._run))}; it was passed over")
        if not items:
            return self._fail(phase, nothing_found(said, values_of(self._run)))
        try:
            return self._plan(phase, said, items)
        except Misuse as error:
            return self._fail(phase, str(error))

    def passed(self, phase: RunPhase) -> str:
        """The command of a phase's gate passed; what was done, in words."""
        if not self._phase(phase).gate.review:
            return self._pass(phase, f"the gate of phase {phase.name!r} passed")
        return self._ask(phase)

    def failed(self, phase: RunPhase, why: str, log: str | None = None) -> str:
        """The list or the gate of a phase failed; what was done, in words."""
        return self._fail(phase, why, log)

    def _step(self) -> str | None:
        phase = current(self._books.runs.phases(self._run.seq))
        if phase is None:
            self._move("done")
            return f"The run {self._run.id} is done."
        limit = _is_over_limit(self._books, self._run)
        if limit is not None and phase.state in ("waiting", "open"):
            self._block(limit)
            return f"The run {self._run.id} is blocked: {limit}."
        if phase.state == "waiting":
            return self._begin(phase)
        if phase.state == "open" and self._books.runs.is_over(self._run.seq, phase.number):
            return self._close(phase)
        return self._decided(phase) if phase.state == "review" else None

    def _begin(self, phase: RunPhase) -> str | None:
        said = self._phase(phase)
        if said.items.has_to_be_found:
            return None
        values = values_of(self._run)
        if said.items.kind == "phase":
            return self.planned(phase, self._items_of(said.items.value[0]))
        return self.planned(phase, ONCE if said.items.kind == "once" else filled_items(said.items, values))

    def _items_of(self, name: str) -> list[str]:
        """The items of an earlier phase: those of its tasks, of which none is forgotten."""
        earlier = next(one for one in self._books.runs.phases(self._run.seq) if one.name == name)
        return list(dict.fromkeys(item for _, item in self._books.runs.tasks(self._run.seq, earlier.number)))

    def _close(self, phase: RunPhase) -> str:
        said = self._phase(phase)
        if gate_command(said, values_of(self._run)) is not None:
            self._books.runs.move_phase(self._run.seq, phase.number, "gate")
            return f"All tasks of phase {phase.name!r} of {self._run.id} are done; its gate is next."
        if said.gate.review:
            return self._ask(phase)
        return self._pass(phase, f"all tasks of phase {phase.name!r} are done")

    def _ask(self, phase: RunPhase) -> str:
        """Have a person approve the phase: with a task that waits for review, where people look for what does."""
        counts = self._books.runs.counts(self._run.seq).get(phase.number)
        done = count(counts.done, "task") if counts is not None else "no tasks"
        title = clip(f"Phase {phase.name} of {self._run.id}: {done} done, may it go on?", LONGEST)
        planned = plan_in(self._books, self._run.starter, [Proposal(title, [])], looks_for_overlaps=False)
        task = existing(self._books, planned.created[0])
        starter = self._books.agents.get(self._run.starter)
        closing.close(self._books, task, starter, None, by=None, detail=f"the gate of phase {phase.name}")
        words = f"`interlock workflow notes {self._run.id} --phase {phase.name}` prints what was noted."
        self._books.tasks.note(task.seq, starter.id, words)
        self._books.runs.move_phase(self._run.seq, phase.number, "review", gate=task.id)
        return f"Phase {phase.name!r} of {self._run.id} waits for a person: {typed('approve', task.id)}."

    def _decided(self, phase: RunPhase) -> str | None:
        task = self._books.tasks.get(phase.gate) if phase.gate is not None else None
        if task is None or task.status == "review":
            return None
        if task.status == "done":
            return self._pass(phase, f"phase {phase.name!r} was approved")
        review = self._books.reviews.of(task.seq)
        why = review.reason if review is not None and review.reason else "it was not approved"
        if task.status != "dropped":
            self._books.tasks.put(task.seq, status="dropped", token=None)
        return self._fail(phase, f"phase {phase.name!r} was rejected: {why}")

    def _plan(self, phase: RunPhase, said: Phase, items: Sequence[str]) -> str:
        runs, run = self._books.runs, self._run
        tasks = expand(said, items, values_of(run), self._settings)
        planned_before = sum(counts.total for counts in runs.counts(run.seq).values())
        most = self._whole().limits.tasks
        if planned_before + len(tasks) > most:
            raise Misuse(
                f"phase {phase.name!r} has {len(tasks):,} tasks, which makes {planned_before + len(tasks):,} in this "
                f"run; its limit is {most:,}"
            )
        proposals = [task.proposal for task in tasks]
        created = plan_in(self._books, run.starter, proposals, looks_for_overlaps=False).created
        runs.attach(run.seq, phase.number, [(one, task.item) for one, task in zip(created, tasks, strict=True)])
        runs.move_phase(run.seq, phase.number, "open")
        words = f"{phase.name}: {count(len(created), 'task')}"
        self._books.events.add("phase", run.id, detail=words)
        named = ", ".join(created[:NAMED]) + (f" to {created[-1]}" if len(created) > NAMED else "")
        return f"Phase {phase.name!r} of {run.id} has begun: {named}."

    def _pass(self, phase: RunPhase, words: str) -> str:
        self._books.runs.move_phase(self._run.seq, phase.number, "passed", words=words)
        self._books.events.add("passed", self._run.id, detail=words)
        return f"{self._run.id}: {words}."

    def _fail(self, phase: RunPhase, why: str, log: str | None = None) -> str:
        self._books.runs.move_phase(self._run.seq, phase.number, "failed", words=why, log=log)
        self._block(why)
        return f"The run {self._run.id} is blocked: {clip(why, LONGEST)}."

    def _block(self, why: str) -> None:
        self._move("blocked", why)
        self._books.events.add("blocked", self._run.id, detail=clip(why, 500))

    def _stop(self) -> list[str]:
        """Drop what nobody works on; the run is over once that is everything."""
        books, run = self._books, self._run
        end_gone(books)
        names = [
            task_id for phase in books.runs.phases(run.seq) for task_id, _ in books.runs.tasks(run.seq, phase.number)
        ]
        left = [task for task in books.tasks.among(names) if task.status not in ("done", "dropped")]
        held = [task for task in left if not drop(books, task)]
        if held:
            return []
        self._move("stopped", run.why)
        return [f"The run {run.id} has ended: it was stopped."]

    def _move(self, state: State, why: str | None = None) -> None:
        by = self._run.by if state == "stopped" else None
        self._books.runs.move(self._run.seq, state, by=by, why=why)
        self._run = self._run._replace(state=state, why=why)
        if state == "done":
            self._books.events.add("finished", self._run.id)

    def _phase(self, phase: RunPhase) -> Phase:
        return self._whole().phases[phase.number - 1]

    def _whole(self) -> Workflow:
        if self._workflow is None:
            self._workflow = read_workflow(self._run.workflow, self._run.text, self._run.id)
        return self._workflow


def drop(books: Books, task: Task) -> bool:
    """Take an open task out; False, and nothing is changed, while somebody works on it."""
    lease = lease_of(books, task)
    if task.status == "review":
        withdraw(books, task, "dropped")
        return True
    if lease is not None and lease.is_live(books.now):
        return False
    closing.end_lease(books, task, lease)
    books.tasks.put(task.seq, status="dropped", token=None)
    return True
