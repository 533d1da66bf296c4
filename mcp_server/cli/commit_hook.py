"""The commands `git-hook …`: git's own hook, which refuses a commit of files that another agent holds."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from mcp_server.answers.installation.admin import HookRemovedAnswer
from mcp_server.cli.runner import FAILURE, JSON, REFUSED, CommandRequest, fail, serve, services_of
from mcp_server.core.agents.command_line import announce, typed
from mcp_server.core.guard.commits import held_by_others
from mcp_server.domain.decision import Decision
from mcp_server.domain.errors import InterlockError, StateUnavailable
from mcp_server.ports import CommitHook

SHOWN = 5
MERGE = "merge"

hook = typer.Typer(help="A git hook that refuses commits of files that another agent holds.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Register these commands."""
    app.add_typer(hook, name="git-hook", rich_help_panel="Interlock")


@hook.command()
def install(context: typer.Context) -> None:
    """Install the hook in this repository. An existing hook is left as it is."""
    found = _hook(context)
    refusal = found.install()
    if refusal:
        fail(refusal, REFUSED)
    typer.echo(f"{found.file} asks Interlock before every commit, even with --no-verify.")


@hook.command()
def uninstall(context: typer.Context, as_json: Annotated[bool, JSON] = False) -> None:
    """Remove Interlock's hook. Any other hook is left alone."""
    found = _hook(context)

    def act(request: CommandRequest) -> HookRemovedAnswer:
        removed = found.uninstall()
        with request.place.store.writing() as books:
            person = books.agents.get(request.agent_id)
            books.events.add("git_hook", "uninstalled", agent=person.id)
            subject = f"{person.name} removed the git hook that refuses commits of other agents' files"
            announce(books, person, subject, "Commit your own paths alone all the same.")
        return HookRemovedAnswer(removed=removed)

    serve(context, act, as_json=as_json, persons=typed("git-hook", "uninstall"), not_in_use=None)


@hook.command(hidden=True)
def check(
    context: typer.Context,
    message_file: Annotated[str, typer.Argument(help="As git gives it.")] = "",  # noqa: ARG001  git's first argument
    source: Annotated[str, typer.Argument(help="What the message comes from, as git gives it.")] = "",
    commit: Annotated[str, typer.Argument(help="As git gives it.")] = "",  # noqa: ARG001  git's third argument
) -> None:
    """What git's hook runs: may this commit be made? An agent is refused, a person is warned."""
    if source == MERGE:  # it brings what others have committed
        return
    session = services_of(context).shell.session
    try:
        # Git starts its hooks in the worktree, which need not be the one that the session was started in.
        place = services_of(context).place_of(str(Path.cwd()))
        refused = held_by_others(place, session, _hook(context).staged())
        mode = place.settings().mode
    except (StateUnavailable, OSError, ValueError) as error:
        fail(f"the commit could not be checked: {error}", FAILURE)
    if refused and mode != "off":
        _tell(refused)
        if session is not None and mode == "enforce":
            fail("the commit was not made. Commit your own paths: git commit -- PATHS", REFUSED)


def _hook(context: typer.Context) -> CommitHook:
    try:
        found = services_of(context).commit_hook(str(Path.cwd()))
    except InterlockError as error:
        fail(str(error), error.exit_code)
    if found is None:
        fail("this is not a git repository", FAILURE)
    return found


def _tell(refused: list[Decision]) -> None:
    console = Console(stderr=True, soft_wrap=True)
    for decision in refused[:SHOWN]:
        console.print(f"interlock: {decision.reason}", style="yellow", markup=False, highlight=False)
    if len(refused) > SHOWN:
        console.print(f"interlock: and {len(refused) - SHOWN} more", style="yellow", markup=False, highlight=False)
