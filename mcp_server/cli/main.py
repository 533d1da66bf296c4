"""The command line: registers all commands."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from mcp_server.cli import (
    admin,
    board,
    commit_hook,
    diagnose,
    guard,
    inbox,
    launch,
    log,
    merge,
    messages,
    removal,
    sessions,
    task_list,
    tasks,
    usage,
    worktrees,
)
from mcp_server.cli.runner import FAILURE, fail, services_of
from mcp_server.cli.services import Services
from mcp_server.cli.steering import restart, review
from mcp_server.cli.store import moving as store
from mcp_server.cli.unattended import watch, work
from mcp_server.cli.workflows import register as workflows

app = typer.Typer(
    name="interlock",
    help="Keeps several Claude Code agents on one repository out of each other's way: tasks are claimed, scopes are "
    "enforced, refusals explain themselves.",
    epilog="New here? Try `interlock demo`, then `interlock init` in your repository.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)
for module in (
    admin,
    tasks,
    task_list,
    worktrees,
    launch,
    restart,
    sessions,
    work,
    watch,
    workflows,
    merge,
    review,
    board,
    log,
    usage,
    store,
    guard,
    diagnose,
    messages,
    inbox,
    commit_hook,
    removal,
):
    module.register(app)


@app.callback(invoke_without_command=True)
def entry(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version and exit.")] = False,
) -> None:
    """Options before any command."""
    if version:
        typer.echo(f"interlock {services_of(context).version}")
        raise typer.Exit


def run(services: Services) -> None:
    """Run the command that was typed. Whatever happens ends in a message and an exit code, never in a traceback."""
    try:
        app(obj=services, prog_name="interlock")
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        sys.exit(FAILURE)
    except Exception as error:  # noqa: BLE001  the last line before a person sees a traceback
        try:
            fail(f"internal error: {type(error).__name__}: {error}", FAILURE)
        except typer.Exit as leave:
            sys.exit(leave.exit_code)
