"""The commands for sessions that were launched: `stop`, `attach`."""

from __future__ import annotations

import os
from typing import Annotated, cast

import typer

from mcp_server.answers.launch import StopAnswer
from mcp_server.cli.runner import FAILURE, JSON, MISUSE, REFUSED, CommandRequest, fail, serve, services_of
from mcp_server.core.agents.command_line import typed
from mcp_server.core.launch import sessions
from mcp_server.domain.errors import StateUnavailable
from mcp_server.domain.launch import NotStarted

Json = Annotated[bool, JSON]


def register(app: typer.Typer) -> None:
    """Register these commands."""
    for command in (stop, attach):
        app.command(rich_help_panel="Sessions")(command)


def stop(
    context: typer.Context,
    tasks: Annotated[list[str] | None, typer.Argument(help="The tasks whose sessions are to end.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="All launched sessions.")] = False,
    as_json: Json = False,
) -> None:
    """End launched sessions gently. Their worktrees stay as they are."""
    services = services_of(context)
    if bool(tasks) == everything:
        fail("name the tasks whose sessions are to end, or give --all", MISUSE, as_json=as_json)

    def act(request: CommandRequest) -> StopAnswer:
        known = {each.task: each for each in sessions.launches(request.place)}
        wanted = list(dict.fromkeys(tasks or known))
        named = [known[task] for task in wanted if task in known]
        request.refuse_agent_if(bool(sessions.at_work(request.place, named)), typed("stop", *(tasks or ["--all"])))
        stopped = [sessions.stop(request.place, services.ways(), each, request.agent_id) for each in named]
        return StopAnswer.of(stopped, [task for task in wanted if task not in known])

    try:
        serve(context, act, as_json=as_json, refused=lambda answer: bool(cast(StopAnswer, answer).not_running))
    except NotStarted as error:
        fail(str(error), FAILURE, as_json=as_json)


def attach(
    context: typer.Context, task: Annotated[str | None, typer.Argument(help="Default: the first that runs.")] = None
) -> None:
    """Attach to a launched session, in its tmux pane or as a background session."""
    services = services_of(context)
    try:
        place = services.open_place(False)
        known = [each for each in sessions.running(place, services.ways()) if task in (None, each.task)]
        doors = [door for each in known if (door := services.ways()[each.way].door(each))]
    except (NotStarted, StateUnavailable, OSError, ValueError) as error:
        fail(str(error), FAILURE)
    if not doors:
        what = f"for {task}" if task else "here"
        fail(f"no launched session {what} can be attached to", REFUSED)
    # tmux refuses to be started inside another one; from within the same one it only switches.
    environment = {name: value for name, value in os.environ.items() if name != "TMUX" or "switch-client" in doors[0]}
    os.execvpe(doors[0][0], list(doors[0]), environment)  # noqa: S606  no shell is wanted
