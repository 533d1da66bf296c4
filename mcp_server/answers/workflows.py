"""The answers about workflows and their runs."""

from __future__ import annotations

from mcp_server.answers.answer import Answer, Part, Time
from mcp_server.answers.tasks import NotePart, OverlapPart
from mcp_server.core.workflows.start import Ahead, Preview, Started
from mcp_server.core.workflows.status import InHand, Noted, PhaseStatus, RunStatus
from mcp_server.core.workflows.steer import Steered
from mcp_server.domain.text import count
from mcp_server.domain.workflow.run import Run
from mcp_server.domain.workflow.workflow import Gate, Workflow


class ParameterPart(Part):
    """A parameter. Without a default it has to be given."""

    name: str
    default: str | None = None
    description: str | None = None


class WorkflowPart(Part):
    """A workflow that there is; `trouble` says why it can't be started."""

    name: str
    description: str = ""
    parameters: list[ParameterPart] = []
    trouble: str | None = None

    @classmethod
    def of(cls, workflow: Workflow) -> WorkflowPart:
        parameters = [ParameterPart.model_validate(one) for one in workflow.parameters]
        return cls(name=workflow.name, description=workflow.description, parameters=parameters)


class WorkflowsAnswer(Answer):
    """Answer of `interlock workflow list`."""

    workflows: list[WorkflowPart]

    def line(self) -> str:
        return f"{count(len(self.workflows), 'workflow')}: {', '.join(part.name for part in self.workflows)}"


class GatePart(Part):
    """What has to pass before the next phase begins."""

    command: str | None = None
    review: bool = False

    @classmethod
    def seen(cls, gate: Gate) -> GatePart | None:
        return cls(command=gate.command, review=gate.review) if gate.command or gate.review else None

    @property
    def words(self) -> str:
        """The gate in words."""
        parts = [f"`{self.command}`"] if self.command else []
        return " and ".join([*parts, *(["a person's approval"] if self.review else [])])


class PlannedPart(Part):
    """A task as it would be planned."""

    title: str
    item: str | None = None
    scope: list[str]
    tier: str | None = None
    role: str | None = None
    done_when: str | None = None


class AheadPart(Part):
    """A phase as it would be planned now; `words` say what is not known yet."""

    name: str
    tasks: list[PlannedPart]
    gate: GatePart | None = None
    words: str | None = None
    overlaps: list[OverlapPart] = []

    @classmethod
    def seen(cls, ahead: Ahead) -> AheadPart:
        tasks = [
            PlannedPart.model_validate({**task.proposal._asdict(), "item": task.item or None}) for task in ahead.tasks
        ]
        return cls(
            name=ahead.phase.name,
            tasks=tasks,
            gate=GatePart.seen(ahead.gate),
            words=ahead.words,
            overlaps=[OverlapPart.model_validate(one) for one in ahead.overlaps],
        )


class StartAnswer(Answer):
    """Answer of `interlock workflow start`. Not `started`: what would be planned."""

    started: bool
    workflow: str
    place: str
    parameters: dict[str, str]
    run: str | None = None
    created: list[str] = []
    ready: list[str] = []
    phases: list[AheadPart]
    advice: str | None = None

    @classmethod
    def of(cls, seen: Preview, started: Started | None = None, *, advice: str | None = None) -> StartAnswer:
        answer = cls(
            started=started is not None,
            workflow=seen.workflow.name,
            place=seen.source.place,
            parameters=seen.given,
            phases=[AheadPart.seen(ahead) for ahead in seen.phases],
            advice=advice,
        )
        if started is not None:
            answer.run, answer.created = started.run.id, list(started.planned.created)
            answer.ready = list(started.planned.ready)
        return answer

    def line(self) -> str:
        total = count(sum(len(part.tasks) for part in self.phases), "task")
        phases = count(len(self.phases), "phase")
        if not self.started:
            return f"{self.workflow} would plan {total} in {phases}. {self.advice or ''}".rstrip()
        first = self.phases[0]
        return (
            f"{self.run} has begun with phase {first.name}: {count(len(self.created), 'task')}. "
            f"`interlock workflow status {self.run}` shows how far it is."
        )


class CountsPart(Part):
    """What has become of the tasks of a phase; `away` are done and not merged yet."""

    total: int
    done: int
    away: int = 0
    in_progress: int = 0
    review: int = 0
    blocked: int = 0
    todo: int = 0
    dropped: int = 0
    failures: int = 0


class PhasePart(Part):
    """A phase of a run. `gate_task` is the task with which a person approves it; `words` say what came of its gate."""

    name: str
    state: str
    since: Time
    tasks: CountsPart
    gate: GatePart | None = None
    gate_task: str | None = None
    words: str | None = None
    log: str | None = None

    @classmethod
    def seen(cls, found: PhaseStatus) -> PhasePart:
        phase = found.phase
        return cls(
            name=phase.name,
            state=phase.state,
            since=phase.since,  # type: ignore[arg-type]  # a time, which becomes a text
            tasks=CountsPart.model_validate(found.counts),
            gate=GatePart.seen(found.gate),
            gate_task=phase.gate,
            words=phase.words,
            log=phase.log,
        )


class InHandPart(Part):
    """A task of a run that somebody works on, or that waits."""

    task: str
    title: str
    item: str | None = None
    status: str
    holder: str | None = None
    since: Time | None = None
    needs: str | None = None

    @classmethod
    def seen(cls, found: InHand) -> InHandPart:
        task = found.task
        said = {"task": task.id, "title": task.title, "status": task.status, "needs": task.needs}
        return cls.model_validate({**said, "item": found.item or None, "holder": found.holder, "since": found.since})


class RunPart(Part):
    """A run: its state and since when, by whom and why, its phases, who works on it, and the tokens that it took."""

    id: str
    workflow: str
    state: str
    since: Time
    by: str | None = None
    why: str | None = None
    started_by: str
    started_at: Time
    parameters: dict[str, str] = {}
    tokens: int | None = None
    token_limit: int | None = None
    phases: list[PhasePart]
    working: list[InHandPart]
    stuck: list[InHandPart]

    @classmethod
    def seen(cls, found: RunStatus) -> RunPart:
        run = found.run
        said = {
            **{name: getattr(run, name) for name in ("id", "workflow", "state", "since", "by", "why")},
            "started_by": found.starter,
            "started_at": run.begun_at,
            "parameters": dict(run.given),
            "tokens": found.tokens,
            "token_limit": run.tokens,
            "phases": [PhasePart.seen(phase) for phase in found.phases],
            "working": [InHandPart.seen(one) for one in found.working],
            "stuck": [InHandPart.seen(one) for one in found.stuck],
        }
        return cls.model_validate(said)


class RunsAnswer(Answer):
    """Answer of `interlock workflow status`."""

    runs: list[RunPart]

    @classmethod
    def of(cls, found: list[RunStatus]) -> RunsAnswer:
        return cls(runs=[RunPart.seen(one) for one in found])

    def line(self) -> str:
        if not self.runs:
            return "No workflow has been started here. `interlock workflow list` shows which there are."
        return "; ".join(f"{run.id} is {run.state}" for run in self.runs)


class SteeredAnswer(Answer):
    """Answer of `interlock workflow pause`, `resume`, `restart` and `stop`. `held` are the tasks in progress."""

    run: str
    state: str
    held: dict[str, str] = {}
    changed: list[str] = []
    advice: str

    @classmethod
    def of(cls, steered: Steered, advice: str) -> SteeredAnswer:
        run: Run = steered.run
        held, changed = dict(steered.held), list(steered.changed)
        return cls(run=run.id, state=run.state, held=held, changed=changed, advice=advice)

    def line(self) -> str:
        return self.advice


class MovedAnswer(Answer):
    """Answer of `interlock workflow advance`: what was done, and the runs for which something is being run."""

    done: list[str]
    running: list[str] = []

    def line(self) -> str:
        busy = f" Something is being run for {', '.join(self.running)}." if self.running else ""
        return (" ".join(self.done) or "Nothing was due.") + busy


class NotedPart(Part):
    """A task of a run, and the notes of those who worked on it."""

    phase: str
    item: str | None = None
    task: str
    title: str
    status: str
    notes: list[NotePart]

    @classmethod
    def seen(cls, found: Noted) -> NotedPart:
        task = found.task
        said = {"phase": found.phase, "item": found.item or None, "task": task.id, "title": task.title}
        notes = [NotePart.model_validate(note) for note in found.notes]
        return cls.model_validate({**said, "status": task.status, "notes": notes})


class NotesAnswer(Answer):
    """Answer of `interlock workflow notes`."""

    run: str
    tasks: list[NotedPart]

    def line(self) -> str:
        """The notes as Markdown, a heading for each task."""
        parts = [f"# Notes of {self.run}"]
        for task in self.tasks:
            parts.append(f"## {task.item or task.title} ({task.task}, {task.status})")
            parts += [f"{note.text.strip()}\n\n({note.author}, {note.at})" for note in task.notes] or ["No note."]
        return "\n\n".join(parts)


class SavedAnswer(Answer):
    """Answer of `interlock workflow save`, `export` and `untested`: the text, and the file where it was written."""

    file: str | None = None
    text: str

    def line(self) -> str:
        return f"Written to {self.file}." if self.file is not None else self.text
