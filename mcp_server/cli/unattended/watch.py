"""The heartbeat as a command, and the timers that start it: `watch`."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.markup import escape

from mcp_server.answers.unattended import BeatAnswer, LinePart, TimerAnswer
from mcp_server.cli.runner import JSON, MISUSE, CommandRequest, fail, serve, services_of
from mcp_server.cli.services import Services, Unattended
from mcp_server.core.agents.command_line import typed
from mcp_server.core.unattended.heartbeat import beat
from mcp_server.core.workflows.carry_on import carry_on_for
from mcp_server.domain.errors import Misuse
from mcp_server.domain.unattended.schedule import Every, every

Kind = Literal["cron", "systemd"]


def register(app: typer.Typer) -> None:
    """Register this command."""
    app.command(rich_help_panel="Unattended")(watch)


def watch(  # noqa: PLR0913, PLR0917  each is an option
    context: typer.Context,
    once: Annotated[bool, typer.Option("--once", help="Look once. Default: until Ctrl-C.")] = False,
    interval: Annotated[str, typer.Option("--every", help="How often: 1m, 5m, 1h.")] = "5m",
    works: Annotated[bool, typer.Option("--work", help="Start workers, at most max_agents.")] = False,
    install: Annotated[Kind | None, typer.Option("--install", help="Show what would start it regularly.")] = None,
    write: Annotated[bool, typer.Option("--write", help="With --install: write that, and start it.")] = False,
    uninstall: Annotated[Kind | None, typer.Option("--uninstall", help="Take that away again.")] = None,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Look who is stuck, silent, over budget or waiting, and notify. It costs no tokens; --work starts workers."""
    services = services_of(context)
    if (install is not None) + (uninstall is not None) + once > 1 or (write and install is None):
        fail("give one of --once, --install and --uninstall; --write goes with --install", MISUSE, as_json=as_json)
    try:
        often = every(interval)
    except Misuse as error:
        fail(str(error), MISUSE, as_json=as_json)

    def act(request: CommandRequest) -> BeatAnswer | TimerAnswer:
        tools = services.unattended()
        if install is not None:
            words = ["watch", "--install", install, "--write"]
            request.refuse_agent_if(write, typed(*words))
            return _installed(services, tools, install, often, works=works, write=write)
        if uninstall is not None:
            request.refuse_agent_if(True, typed("watch", "--uninstall", uninstall))
            done = tools.timer(uninstall).remove()
            return TimerAnswer(lines=[], done=done or f"Nothing was installed with {uninstall} for this repository.")
        tools.shorten_logs()
        return _looks(request, services, tools, often, works=works, once=once, as_json=as_json)

    serve(context, act, as_json=as_json, show=lambda given: escape(given.line()))


def _looks(  # noqa: PLR0913  what was typed
    request: CommandRequest,
    services: Services,
    tools: Unattended,
    often: Every,
    *,
    works: bool,
    once: bool,
    as_json: bool,
) -> BeatAnswer:
    console = Console(stderr=True, soft_wrap=True)
    said = ""
    while True:
        carry_on_for(request.place, request.agent_id)
        answer = BeatAnswer.of(beat(request.place, tools, works=works, complain=console.print))
        if once:
            return answer
        if as_json:
            typer.echo(answer.model_dump_json(exclude_none=True))
        elif answer.line() != said:
            said = answer.line()
            Console(soft_wrap=True).print(f"[dim]{datetime.now():%H:%M}[/] {escape(said)}", highlight=False)
        services.pause(often.minutes * 60)


def _installed(
    services: Services, tools: Unattended, kind: Kind, often: Every, *, works: bool, write: bool
) -> TimerAnswer:
    timer = tools.timer(kind)
    command = [str(services.program), "watch", "--once", *(["--work"] if works else [])]
    lines = [LinePart(place=line.place, text=line.text) for line in timer.lines(often, command)]
    remark = _remark(tools, kind)
    if write:
        return TimerAnswer(lines=lines, done=timer.write(often, command), remark=remark)
    again = typed("watch", "--install", kind, *(["--work"] if works else []), "--every", f"{often.minutes}m", "--write")
    return TimerAnswer(lines=lines, done=f"Nothing was written. `{again}` writes it.", remark=remark)


def _remark(tools: Unattended, kind: Kind) -> str | None:
    """What a person should know of it, if anything."""
    missing = tools.missing_secrets()
    words = []
    if missing:
        words.append(
            f"{', '.join(missing)} is set in this shell alone: what {kind} starts does not have it. Sign in with "
            "`claude auth login`, or name an apiKeyHelper in Claude Code's settings."
        )
    if tools.is_of_one_version():
        words.append("It names the plugin's folder of this version: after an update of the plugin, write it again.")
    return "\n".join(words) or None
