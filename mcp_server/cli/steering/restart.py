"""The command that begins a task afresh: `restart`."""

from __future__ import annotations

from typing import Annotated, cast
from uuid import uuid4

import typer
from rich.console import Console
from rich.markup import escape

from mcp_server.answers.answer import Answer
from mcp_server.answers.launch import LaunchAnswer
from mcp_server.answers.restart import RestartAnswer
from mcp_server.cli.launch import PASSED_ON, WithArgumentsForClaude, chosen_way, exit_code, questions
from mcp_server.cli.runner import DONE, FAILURE, JSON, MISUSE, CommandRequest, fail, serve, services_of
from mcp_server.core.launch.launch import launch_sessions
from mcp_server.core.launch.sessions import Order
from mcp_server.core.off_track.brief import brief_of
from mcp_server.domain.launch import NotStarted
from mcp_server.showing.progress import ConsoleProgress


def register(app: typer.Typer) -> None:
    """Register this command."""
    app.command(cls=WithArgumentsForClaude, rich_help_panel="Sessions")(restart)


def restart(  # noqa: PLR0913, PLR0917  each is an option
    context: typer.Context,
    task_id: Annotated[str, typer.Argument(help="The task.")],
    launch: Annotated[bool, typer.Option("--launch", help="Start a session with it.")] = False,
    tmux: Annotated[bool, typer.Option("--tmux", help="In a pane of tmux.")] = False,
    background: Annotated[bool, typer.Option("--background", help="As a background session of the client.")] = False,
    printed: Annotated[bool, typer.Option("--print", help="Only print the command.")] = False,
    model: Annotated[str | None, typer.Option(help="Default: by the task's tier.")] = None,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Print a brief for a fresh start on a task: what failed, what not to try. Arguments after -- go to claude."""
    services = services_of(context)
    if not launch and (tmux or background or printed or model):
        fail("these options go with --launch", MISUSE, as_json=as_json)
    way = (
        chosen_way(services, tmux=tmux, background=background, printed=printed, as_json=as_json) if launch else "print"
    )

    def act(request: CommandRequest) -> RestartAnswer:
        brief = brief_of(request.place, task_id)
        if not launch:
            return RestartAnswer.of(brief)
        order = Order(way, model, context.meta.get(PASSED_ON, []), lambda: str(uuid4()), brief.text)
        if not as_json:
            Console(stderr=True, soft_wrap=True).print(questions(order.arguments), markup=False, highlight=False)
        report = launch_sessions(
            request.place, services, order, [task_id], 1, lambda: ConsoleProgress(Console(stderr=True))
        )
        return RestartAnswer.of(brief, LaunchAnswer.of(report))

    try:
        serve(context, act, as_json=as_json, refused=_exit_code, show=lambda answer: escape(answer.line()))
    except NotStarted as error:
        fail(str(error), FAILURE, as_json=as_json)


def _exit_code(answer: Answer) -> int:
    launched = cast(RestartAnswer, answer).launched
    return DONE if launched is None else exit_code(launched)
