"""The commands that show runs: `workflow status`, `workflow notes`; and the list of modules without tests."""

from __future__ import annotations

from typing import Annotated, cast

import typer
from rich.markup import escape

from mcp_server.answers.answer import Answer
from mcp_server.answers.workflows import CountsPart, NotedPart, NotesAnswer, PhasePart, RunPart, RunsAnswer, SavedAnswer
from mcp_server.cli.runner import JSON, look, services_of
from mcp_server.core.workflows.status import notes_of, status
from mcp_server.core.workplace import Workplace
from mcp_server.domain.heuristics.untested import untested as without_tests
from mcp_server.domain.text import clip
from mcp_server.showing import times

Json = Annotated[bool, JSON]
Run = Annotated[str | None, typer.Argument(metavar="RUN", help="Default: those that are not over, or the latest.")]
WIDTH = 20
COLOURS = {"running": "green", "done": "green", "paused": "yellow", "blocked": "red"}
LONGEST = 300


def register(workflow: typer.Typer) -> None:
    """Register these commands."""
    workflow.command("status")(status_)
    workflow.command("notes")(notes)
    workflow.command("untested")(untested)


def status_(context: typer.Context, run: Run = None, as_json: Json = False) -> None:
    """Show how far a run is: each phase, who works on what, what is in the way, the tokens that it took."""
    look(context, lambda place: RunsAnswer.of(status(place, run)), as_json=as_json, show=_show_status)


def notes(
    context: typer.Context,
    run: Run = None,
    phase: Annotated[str | None, typer.Option("--phase", metavar="PHASE", help="Only of this phase.")] = None,
    as_json: Json = False,
) -> None:
    """Print the notes that agents left with the tasks of a run, as Markdown."""

    def at(place: Workplace) -> NotesAnswer:
        found, noted = notes_of(place, run, phase)
        return NotesAnswer(run=found.id, tasks=[NotedPart.seen(one) for one in noted])

    look(context, at, as_json=as_json)


def untested(
    context: typer.Context,
    patterns: Annotated[list[str] | None, typer.Argument(metavar="PATTERN…", help="Default: all files.")] = None,
    as_json: Json = False,
) -> None:
    """List the modules for which no test is named: Python, JavaScript, TypeScript, Go, Ruby, Java and others."""
    services = services_of(context)

    def at(_place: Workplace) -> SavedAnswer:
        wanted = [part for pattern in patterns or ("**",) for part in pattern.split()]
        workshop = services.workshop()
        return SavedAnswer(text="\n".join(without_tests(workshop.files(wanted), workshop.files(["**"]))))

    look(context, at, as_json=as_json, not_in_use=None, show=lambda answer: escape(answer.line()))


def _show_status(answer: Answer) -> str:
    found = cast(RunsAnswer, answer)
    return "\n\n".join("\n".join(_run(run)) for run in found.runs) if found.runs else escape(found.line())


def _run(run: RunPart) -> list[str]:
    now = times.now()
    colour = COLOURS.get(run.state, "default")
    by = f" by {run.by}" if run.by and run.state in ("paused", "stopping", "stopped") else ""
    head = f"[bold]{escape(run.id)}[/]  [{colour}]{run.state}[/]{escape(by)} since {times.local(run.since, now)}"
    lines = [f"{head}, started by {escape(run.started_by)} at {times.local(run.started_at, now)}"]
    lines += [f"  [red]{escape(clip(run.why, LONGEST))}[/]"] if run.why else []
    width = max(len(phase.name) for phase in run.phases)
    for phase in run.phases:
        lines += _phase(phase, width)
    for one in run.working:
        since = f" since {times.local(one.since, now)}" if one.since else ""
        lines.append(escape(f"  {one.holder} works on {one.task}{since}: {one.title}"))
    for one in run.stuck:
        what = "waits for review" if one.status == "review" else f"is blocked: {one.needs or 'no reason given'}"
        lines.append(escape(f"  {one.task} {what}: {one.title}"))
    if run.tokens is not None:
        limit = f" of {run.token_limit:,}" if run.token_limit is not None else ""
        lines.append(f"  {run.tokens:,}{limit} tokens")
    return lines


def _phase(phase: PhasePart, width: int) -> list[str]:
    counts = phase.tasks
    over, total = counts.done, counts.total - counts.dropped
    is_ahead = phase.state == "waiting" and not counts.total
    numbers = "not planned yet" if is_ahead else f"{over}/{total}{_others(counts)}"
    filled = WIDTH if not total and phase.state == "passed" else round(WIDTH * over / total) if total else 0
    bar = f"[green]{'█' * filled}[/][dim]{'░' * (WIDTH - filled)}[/]"
    lines = [f"  {escape(phase.name.ljust(width))}  {bar}  {numbers}{escape(_gate(phase))}"]
    lines += [f"  {' ' * width}  all of its output: {escape(phase.log)}"] if phase.log else []
    return lines


def _others(counts: CountsPart) -> str:
    said = {
        "in progress": counts.in_progress,
        "not merged": counts.away,
        "in review": counts.review,
        "blocked": counts.blocked,
        "failed": counts.failures,
    }
    return "".join(f", {number} {what}" for what, number in said.items() if number)


def _gate(phase: PhasePart) -> str:
    if phase.state == "review" and phase.gate_task:
        return f" · waits for you: interlock approve {phase.gate_task}"
    if phase.gate is None:
        return ""
    how = {"passed": "passed", "gate": "is being run", "failed": "failed"}.get(phase.state, "is ahead")
    return f" · its gate {how}: {phase.gate.words}"
