"""The commands about Interlock itself: `demo`, `init`, `mode`, `doctor`, `serve`."""

from __future__ import annotations

import json
from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.markup import escape

from mcp_server.answers.installation.admin import ModeAnswer, RepairedAnswer
from mcp_server.answers.not_in_use import NotInUseAnswer
from mcp_server.cli.runner import FAILURE, JSON, MISUSE, REFUSED, CommandRequest, fail, look, serve, services_of
from mcp_server.cli.services import Services
from mcp_server.core.agents.command_line import announce_repair, typed
from mcp_server.core.guard.mode import switch_mode
from mcp_server.core.shared_state.claude_md import with_rules
from mcp_server.core.shared_state.sync import sync_page
from mcp_server.core.task_list.sync import sync_task_list
from mcp_server.domain.errors import Misuse, StateUnavailable, in_words
from mcp_server.domain.task_list import Unusable
from mcp_server.state_page.errors import PageTrouble

Json = Annotated[bool, JSON]
Mode = Literal["enforce", "warn", "off", "settings"]
NOT_IN_USE = NotInUseAnswer.FOR_PEOPLE.removesuffix(".")
MARKS = {"ok": "[green]ok[/]     ", "warning": "[yellow]warning[/]", "broken": "[red]broken[/] "}


def register(app: typer.Typer) -> None:
    """Register these commands."""
    for command in (demo, init, mode, doctor):
        app.command(rich_help_panel="Interlock")(command)
    app.command("serve", hidden=True)(serve_server)


def demo(context: typer.Context) -> None:
    """Watch three agents work on a throw-away repository, in half a minute."""
    raise typer.Exit(services_of(context).demo())


def init(
    context: typer.Context,
    tasks: Annotated[bool, typer.Option("--tasks", help="Keep the tasks in TASKS.md, for people to edit.")] = False,
    mind: Annotated[bool, typer.Option("--mind", help="Keep the shared state in SHARED_MIND.md as well.")] = False,
    claude_md: Annotated[
        bool, typer.Option("--claude-md", help="Add the rules of parallel work to CLAUDE.md, or update them.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Start using Interlock in this repository. (An agent's first plan does the same.)"""
    services = services_of(context)
    was_in_use = services.in_use()
    done: list[str] = []
    try:
        if was_in_use:
            services.move_home()
        place = services.open_place(True)
        if tasks:
            done.append(f"The tasks are in {services.create_task_list()}.")
        done.append(sync_task_list(place).notice or "")
        if mind:
            services.create_state_page()
            done.append(sync_page(place) or f"The shared state is in {place.page.name if place.page else 'no file'}.")
        if claude_md:
            file, is_new = services.rewrite_claude_md(with_rules)
            done.append(f"The rules of parallel work {'are now' if is_new else 'were already'} in {file}.")
    except Misuse as error:
        fail(str(error), MISUSE, as_json=as_json)
    except (StateUnavailable, Unusable, PageTrouble, OSError, ValueError) as error:
        fail(in_words(error), FAILURE, as_json=as_json)
    if as_json:
        typer.echo(json.dumps({"state": str(services.state), "created": not was_in_use}))
        return
    words = "was in use already" if was_in_use else "is in use now"
    Console(soft_wrap=True).print(
        f"Interlock {words} in {services.root}; its state is in {services.state}, nothing is committed.",
        *filter(None, done),
        sep="\n",
        markup=False,
    )


def mode(
    context: typer.Context,
    to: Annotated[Mode | None, typer.Argument(help="`settings` returns to what the settings file says.")] = None,
    as_json: Json = False,
) -> None:
    """Show or switch the guard's mode for everybody in this repository: enforce, warn (say so and let pass), off."""
    services = services_of(context)
    if to is None:
        look(context, lambda _place: ModeAnswer(mode=services.settings().mode), as_json=as_json)
    if not services.in_use():
        fail(NOT_IN_USE, MISUSE, as_json=as_json)
    wanted = None if to == "settings" else to

    def act(request: CommandRequest) -> ModeAnswer:
        switch_mode(request.place, request.agent_id, wanted, services.switch_mode)
        return ModeAnswer(mode=services.settings().mode)

    persons = typed("mode", to)
    serve(context, act, as_json=as_json, persons=persons, without_state=lambda: _switch_unlogged(services, wanted))


def _switch_unlogged(services: Services, mode: str | None) -> ModeAnswer:
    """A guard whose state is broken can be switched off all the same, but nobody is notified."""
    services.switch_mode(mode)
    notice = "the state can't be used, so this is not in the log and no agent was notified"
    return ModeAnswer(mode=services.settings().mode, notice=notice)


def doctor(
    context: typer.Context,
    repair: Annotated[
        bool, typer.Option("--repair", help="Restore a state that is lost or damaged from its last backup.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Check that everything works, and say how to fix what does not."""
    if repair:
        _repair(context, as_json=as_json)
    findings = services_of(context).examine()
    if as_json:
        typer.echo(json.dumps({"findings": [finding._asdict() for finding in findings]}, ensure_ascii=False))
    else:
        for finding in findings:
            Console(soft_wrap=True).print(
                f"{MARKS[finding.state]} {escape(finding.what)}: {escape(finding.words)}", highlight=False
            )
            if finding.advice:
                Console(soft_wrap=True).print(f"        {escape(finding.advice)}", highlight=False)
    if any(finding.state == "broken" for finding in findings):
        raise typer.Exit(FAILURE)


def _repair(context: typer.Context, *, as_json: bool) -> None:
    services = services_of(context)
    if not services.in_use():
        fail(NOT_IN_USE, MISUSE, as_json=as_json)
    if services.shell.session is not None:  # who it is can't be looked up in a state that is broken
        line = typed("doctor", "--repair")
        fail(f"only a person may do this; ask the user to type it in a terminal of their own: `{line}`", REFUSED)

    def act(request: CommandRequest) -> RepairedAnswer:
        return RepairedAnswer(restored=None if at is None else announce_repair(request.place, request.agent_id, at))

    try:
        at = services.repair()
    except StateUnavailable as error:
        fail(in_words(error), FAILURE, as_json=as_json)
    serve(context, act, as_json=as_json)


def serve_server(context: typer.Context) -> None:
    """The MCP server on stdin and stdout, as Claude Code starts it."""
    services_of(context).serve()
