"""The commands that steer a run: `workflow pause`, `resume`, `restart`, `stop`."""

from __future__ import annotations

from typing import Annotated

import typer

from mcp_server.answers.workflows import SteeredAnswer
from mcp_server.cli.runner import AS, JSON, CommandRequest, serve
from mcp_server.core.agents.command_line import typed
from mcp_server.core.workflows import steer
from mcp_server.core.workflows.steer import Steered
from mcp_server.domain.text import count

Json = Annotated[bool, JSON]
As = Annotated[str | None, AS]
Run = Annotated[str | None, typer.Argument(metavar="RUN", help="Default: the one that is not over.")]


def register(workflow: typer.Typer) -> None:
    """Register these commands."""
    for command in (pause, resume, restart, stop):
        workflow.command()(command)


def pause(context: typer.Context, run: Run = None, as_json: Json = False, name: As = None) -> None:
    """Offer no task of a run until it is resumed; what is being worked on goes on."""

    def act(request: CommandRequest) -> SteeredAnswer:
        steered = steer.pause(request.place, request.agent_id, run)
        words = f"{steered.run.id} is paused: none of its tasks is handed out.{_held(steered, 'goes on')}"
        return SteeredAnswer.of(steered, f"{words} `interlock workflow resume {steered.run.id}` goes on.")

    serve(context, act, as_json=as_json, name=name)


def resume(context: typer.Context, run: Run = None, as_json: Json = False, name: As = None) -> None:
    """Go on with a run that is paused or blocked: what failed is tried again, a limit is allowed once more."""

    def act(request: CommandRequest) -> SteeredAnswer:
        steered = steer.resume(request.place, request.agent_id, run)
        return SteeredAnswer.of(steered, f"{steered.run.id} goes on.")

    serve(context, act, as_json=as_json, name=name, persons=_typed("resume", run))


def restart(
    context: typer.Context,
    phase: Annotated[str, typer.Argument(metavar="PHASE", help="The phase to do again, and all after it.")],
    run: Annotated[str | None, typer.Option("--run", metavar="RUN", help="Default: the one that is not over.")] = None,
    as_json: Json = False,
    name: As = None,
) -> None:
    """Do a phase again, and all after it; what was done in earlier phases stays done."""

    def act(request: CommandRequest) -> SteeredAnswer:
        steered = steer.restart(request.place, request.agent_id, phase, run)
        put_back = count(len(steered.changed), "task")
        return SteeredAnswer.of(steered, f"Phase {phase} of {steered.run.id} is done again: {put_back} put back.")

    options = ("--run", run) if run is not None else ()
    serve(context, act, as_json=as_json, name=name, persons=typed("workflow", "restart", phase, *options))


def stop(context: typer.Context, run: Run = None, as_json: Json = False, name: As = None) -> None:
    """Take the open tasks of a run out; what is done stays, and whoever holds a task is told."""

    def act(request: CommandRequest) -> SteeredAnswer:
        steered = steer.stop(request.place, request.agent_id, run)
        words = f"{steered.run.id} is stopped: {count(len(steered.changed), 'open task')} taken out."
        return SteeredAnswer.of(steered, words + _held(steered, "was told, and goes on until it is released"))

    serve(context, act, as_json=as_json, name=name, persons=_typed("stop", run))


def _held(steered: Steered, what: str) -> str:
    named = ", ".join(f"{task} ({holder})" for task, holder in steered.held)
    return f" In progress: {named}; that {what}." if named else ""


def _typed(command: str, run: str | None) -> str:
    return typed("workflow", command, *((run,) if run is not None else ()))
