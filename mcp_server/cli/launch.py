"""The command that starts sessions for tasks: `launch`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from itertools import pairwise
from typing import Annotated, Any, cast
from uuid import uuid4

import typer
from rich.console import Console
from typer.core import TyperCommand

from mcp_server.answers.answer import Answer
from mcp_server.answers.launch import LaunchAnswer
from mcp_server.cli.runner import DONE, FAILURE, JSON, MISUSE, REFUSED, CommandRequest, fail, serve, services_of
from mcp_server.cli.services import Services
from mcp_server.core.launch.launch import TooMany, how_many, launch_sessions
from mcp_server.core.launch.sessions import Order
from mcp_server.domain import accepted_text
from mcp_server.domain.launch import NotStarted, Way
from mcp_server.showing.progress import ConsoleProgress

PASSED_ON = "passed_on"
ASK_NOTHING = ("bypassPermissions", "dontAsk")
"""The client's permission modes in which it asks nobody."""

Json = Annotated[bool, JSON]


class WithArgumentsForClaude(TyperCommand):
    """What follows `--` is not ours."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Keep what follows for claude."""
        ours, theirs = _split(args)
        ctx.meta[PASSED_ON] = theirs
        return super().parse_args(ctx, ours)


class _Declined(Exception):
    """More agents than the settings allow, and nobody said yes."""


def register(app: typer.Typer) -> None:
    """Register these commands."""
    app.command(cls=WithArgumentsForClaude, rich_help_panel="Sessions")(launch)


def launch(  # noqa: PLR0913, PLR0917  each is an option
    context: typer.Context,
    tasks: Annotated[list[str] | None, typer.Argument(help="Default: the best tasks that are ready.")] = None,
    agents: Annotated[int | None, typer.Option("--agents", min=1, help="How many, when no task is named.")] = None,
    tmux: Annotated[bool, typer.Option("--tmux", help="In panes of tmux. Default where tmux is installed.")] = False,
    background: Annotated[bool, typer.Option("--background", help="As background sessions of the client.")] = False,
    printed: Annotated[bool, typer.Option("--print", help="Only print the commands, for your own terminals.")] = False,
    model: Annotated[str | None, typer.Option(help="For all of them. Default: by the task's tier.")] = None,
    can: Annotated[list[str] | None, typer.Option(help="A capability that they have, such as gpu or fast.")] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Start them even if that exceeds max_agents.")] = False,
    as_json: Json = False,
) -> None:
    """Start Claude Code for tasks, each with its claim in a worktree of its own. Arguments after -- go to claude."""
    services = services_of(context)
    way = chosen_way(services, tmux=tmux, background=background, printed=printed, as_json=as_json)
    passed_on = context.meta.get(PASSED_ON, [])

    def act(request: CommandRequest) -> LaunchAnswer:
        able = tuple(dict.fromkeys(accepted_text.word("capability", name) for name in can or ()))
        order = Order(way, model, passed_on, lambda: str(uuid4()), can=able)
        wanted = list(dict.fromkeys(tasks or ()))
        count = _allowed(how_many(request.place, services, wanted, agents), asks=not as_json, yes=yes)
        if count and not as_json:
            Console(stderr=True, soft_wrap=True).print(questions(order.arguments), markup=False, highlight=False)
        return LaunchAnswer.of(
            launch_sessions(
                request.place, services, order, wanted, count, lambda: ConsoleProgress(Console(stderr=True))
            )
        )

    try:
        serve(context, act, as_json=as_json, refused=exit_code)
    except _Declined as error:
        fail(str(error), REFUSED, as_json=as_json)
    except NotStarted as error:
        fail(str(error), FAILURE, as_json=as_json)


def questions(arguments: Sequence[str]) -> str:
    """What the sessions will still ask a person, which is the client's to ask."""
    mode = next((value for name, value in pairwise(arguments) if name == "--permission-mode"), None)
    mode = mode or next((word.partition("=")[2] for word in arguments if word.startswith("--permission-mode=")), None)
    trust = "Each session asks whether it may trust its folder, if you have not said so for this repository"
    if mode in ASK_NOTHING:
        return f"{trust}."
    if mode in (None, "default", "manual"):
        return (
            f"{trust}, and before edits and commands. Another mode: interlock launch … -- --permission-mode acceptEdits"
        )
    return f"{trust}, and whatever its permission mode, {mode}, asks."


def chosen_way(services: Services, *, tmux: bool, background: bool, printed: bool, as_json: bool) -> Way:
    """How sessions are to be started; ends the command where that is impossible."""
    if tmux + background + printed > 1:
        fail("give one of --tmux, --background and --print", MISUSE, as_json=as_json)
    if background:
        return "background"
    if printed:
        return "print"
    if tmux and not services.has_tmux():
        fail("tmux is not installed; --background and --print work without it", FAILURE, as_json=as_json)
    return "tmux" if services.has_tmux() else "print"


def _allowed(count: int | TooMany, *, asks: bool, yes: bool) -> int:
    """The number of sessions to start; refuses (_Declined) more than the settings allow, unless somebody agrees."""
    if not isinstance(count, TooMany):
        return count
    words = count.words[:1].upper() + count.words[1:]
    if count.final:
        raise _Declined(count.words)
    if yes:
        return count.wanted
    if not asks or not sys.stdin.isatty():
        raise _Declined(f"{count.words}. Use --yes to start anyway")
    if not typer.confirm(f"{words}. Start anyway?"):
        raise _Declined(f"{count.words}; nothing was started")
    return count.wanted


def exit_code(answer: Answer) -> int:
    """The exit code of a launch."""
    found = cast(LaunchAnswer, answer)
    if any(part.failed for part in found.not_launched):
        return FAILURE
    return DONE if found.sessions and not found.not_launched else REFUSED


def _split(args: list[str]) -> tuple[list[str], list[str]]:
    at = args.index("--") if "--" in args else len(args)
    return args[:at], args[at + 1 :]
