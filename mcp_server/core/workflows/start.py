"""Starts a run: first what would be planned, then, all or nothing, the run and the tasks of its first phase."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from mcp_server.core.tasks.overlaps import Overlap
from mcp_server.core.tasks.plan import Planned, plan_in, plan_tasks
from mcp_server.core.workflows.expand import ONCE, Expanded, expand, filled_items, gate_command, given, values_of
from mcp_server.core.workflows.find import find_items, nothing_found, source_of
from mcp_server.core.workplace import Workplace
from mcp_server.domain.errors import InterlockError, Misuse
from mcp_server.domain.settings import Settings
from mcp_server.domain.text import count
from mcp_server.domain.workflow.run import Run
from mcp_server.domain.workflow.workflow import Gate, Phase, Workflow
from mcp_server.ports import Source, Workshop
from mcp_server.workflow_file.reader import read_workflow

PREVIEW = "RUN"
"""Stands for the run's id before there is one."""


Judge = Callable[[str], str | None]
"""Why the caller may not run a command, or None."""


class NotSeen(InterlockError):
    """An agent started a workflow with commands that are not committed, or that it may not run; nothing was done."""

    exit_code = 1


class Ahead(NamedTuple):
    """A phase as it would be planned now. `words` say why it can't be told yet, or that it would be passed over."""

    phase: Phase
    tasks: tuple[Expanded, ...]
    command: str | None
    words: str | None = None
    overlaps: tuple[Overlap, ...] = ()

    @property
    def gate(self) -> Gate:
        """Its gate, with the command filled in."""
        return self.phase.gate._replace(command=self.command)


class Preview(NamedTuple):
    """What a run would do: the workflow, the parameters, and each phase as it would be planned now."""

    workflow: Workflow
    source: Source
    given: dict[str, str]
    phases: tuple[Ahead, ...]


class Started(NamedTuple):
    """A run that was started, and its first tasks."""

    run: Run
    phase: str
    planned: Planned


def preview(
    place: Workplace,
    workshop: Workshop,
    name: str,
    said: Mapping[str, str],
    *,
    agent_id: int,
    judge: Judge | None = None,
) -> Preview:
    """What a run would plan. Refuses (Misuse) what is wrong in the file or with the parameters, an empty first phase
    and more tasks than the limit.

    For an agent there is a `judge`: commands that are not committed, or that it may not run, are refused (NotSeen).
    """
    source = source_of(workshop, name)
    workflow = read_workflow(name, source.text, source.place)
    if workflow.runs_commands and judge is not None and not source.is_committed:
        raise NotSeen(
            f"{source.place} has commands run, and it is not committed as it is; nothing was planned. Commit it, or "
            f"ask the user to type in a terminal of their own: `interlock workflow start {name}`"
        )
    values = given(workflow, said)
    run = _run(workflow, source, values, agent_id)._replace(id=PREVIEW)
    if judge is not None:
        _refuse_commands(workflow, values_of(run), judge)
    ahead = _ahead(workflow, workshop, values_of(run), place.settings())
    total = sum(len(one.tasks) for one in ahead)
    if total > workflow.limits.tasks:
        most = max(ahead, key=lambda one: len(one.tasks))
        raise Misuse(
            f"{name} would plan {total:,} tasks ({len(most.tasks):,} of them in phase {most.phase.name!r}); its limit "
            f"is {workflow.limits.tasks:,}. Choose fewer items, or set `tasks` in its [limits]. Nothing was planned"
        )
    with_overlaps = tuple(one._replace(overlaps=_overlaps(place, agent_id, one)) for one in ahead)
    return Preview(workflow, source, values, with_overlaps)


def start(place: Workplace, agent_id: int, seen: Preview) -> Started:
    """Start the run that was shown, with the first phase exactly as it was shown."""
    first = seen.phases[0]
    items = list(dict.fromkeys(task.item for task in first.tasks))
    settings = place.settings()
    with place.store.writing() as books:
        run = _run(seen.workflow, seen.source, seen.given, agent_id)
        run = run._replace(id=books.runs.next_id(run.workflow))
        run = books.runs.begin(run, [phase.name for phase in seen.workflow.phases])
        tasks = expand(first.phase, items, values_of(run), settings)
        planned = plan_in(books, agent_id, [task.proposal for task in tasks])
        books.runs.attach(run.seq, 1, [(one, task.item) for one, task in zip(planned.created, tasks, strict=True)])
        books.runs.move_phase(run.seq, 1, "open")
        books.events.add("started", run.id, agent=agent_id, detail=f"{first.phase.name}: {count(len(tasks), 'task')}")
    return Started(run, first.phase.name, planned)


def _run(workflow: Workflow, source: Source, values: Mapping[str, str], starter: int) -> Run:
    run = Run(0, "", workflow.name, source.text, tuple(values.items()), "running", starter, 0.0, 0.0)
    return run._replace(tokens=workflow.limits.tokens, failures=workflow.limits.failures)


def _refuse_commands(workflow: Workflow, values: Mapping[str, str], judge: Judge) -> None:
    """Refuse (NotSeen) what an agent may not run in Bash: gates and lists are run for it, and nothing confines them."""
    for phase in workflow.phases:
        listed = filled_items(phase.items, values) if phase.items.kind == "command" else ()
        for command in (*listed, gate_command(phase, values)):
            why = judge(command) if command is not None else None
            if why is not None:
                raise NotSeen(
                    f"phase {phase.name!r} would run `{command}`, which you may not: {why} Nothing was planned"
                )


def _ahead(workflow: Workflow, workshop: Workshop, values: Mapping[str, str], settings: Settings) -> list[Ahead]:
    found: list[Ahead] = []
    items_of: dict[str, Sequence[str]] = {}
    for phase in workflow.phases:
        items, words = _items(workshop, phase, values, items_of, is_first=not found)
        items_of[phase.name] = items
        tasks = expand(phase, items, values, settings)
        found.append(Ahead(phase, tuple(tasks), gate_command(phase, values), words))
    return found


def _items(
    workshop: Workshop,
    phase: Phase,
    values: Mapping[str, str],
    items_of: Mapping[str, Sequence[str]],
    *,
    is_first: bool,
) -> tuple[Sequence[str], str | None]:
    if phase.items.kind == "once":
        return ONCE, None
    if phase.items.kind == "phase":
        items = items_of[phase.items.value[0]]
        return items, None if items else f"as many as in phase {phase.items.value[0]!r}"
    if phase.items.kind == "list":
        return filled_items(phase.items, values), None
    try:
        items = find_items(workshop, phase, values)
    except Misuse as error:
        if is_first:
            raise Misuse(f"{error}. Nothing was planned") from None
        return (), f"found when the phase begins; now: {error}"
    if items:
        return items, None if is_first else "found again when the phase begins"
    if is_first:
        raise Misuse(f"{nothing_found(phase, values)}. Nothing was planned")
    return (), f"found when the phase begins; now {nothing_found(phase, values)}"


def _overlaps(place: Workplace, agent_id: int, ahead: Ahead) -> tuple[Overlap, ...]:
    writers = [task.proposal for task in ahead.tasks]
    if not any(proposal.scope for proposal in writers):
        return ()
    found = plan_tasks(place, agent_id, writers, dry_run=True)
    titles = dict(zip(found.created, (proposal.title for proposal in writers), strict=True))
    return tuple(
        one._replace(tasks=(titles.get(one.tasks[0], one.tasks[0]), titles.get(one.tasks[1], one.tasks[1])))
        for one in found.overlaps
    )
