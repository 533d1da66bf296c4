"""The commands for branches: `conflicts`, `merge`."""

from __future__ import annotations

from contextlib import suppress
from typing import Annotated, cast

import typer

from mcp_server.answers.answer import Answer
from mcp_server.answers.merge import ConflictsAnswer, MergeAnswer
from mcp_server.cli.runner import AS, JSON, CommandRequest, look, serve, services_of
from mcp_server.core.agents.command_line import typed
from mcp_server.core.merge.conflicts import find_conflicts
from mcp_server.core.merge.finish import finish_pending
from mcp_server.core.merge.merge import Merged, merge_branch
from mcp_server.core.merge.request import Options
from mcp_server.core.workplace import Workplace

Json = Annotated[bool, JSON]
As = Annotated[str | None, AS]


def register(app: typer.Typer) -> None:
    """Register these commands."""
    for command in (conflicts, merge):
        app.command(rich_help_panel="Work")(command)


def conflicts(context: typer.Context, as_json: Json = False) -> None:
    """List branches in progress that conflict, including uncommitted changes, and notify their agents."""
    services = services_of(context)

    def at(place: Workplace) -> ConflictsAnswer:
        git = services.merge_tool()
        with git.locked():
            finish_pending(place, git)
        return ConflictsAnswer.of(find_conflicts(place, services.conflict_search()))

    look(context, at, as_json=as_json)


def merge(  # noqa: PLR0913, PLR0917  one argument per option
    context: typer.Context,
    wanted: Annotated[str, typer.Argument(metavar="TASK|NAME", help="A task, a worktree, or a branch.")],
    onto: Annotated[str | None, typer.Option(help="The base branch. Default: the one it began from.")] = None,
    rebase: Annotated[
        bool, typer.Option("--rebase", help="Rebase its commits onto the base instead of merging.")
    ] = False,
    check: Annotated[
        str | None,
        typer.Option(
            help="Command to run on the merge result before updating the base. Default: from the task or settings."
        ),
    ] = None,
    no_check: Annotated[bool, typer.Option("--no-check", help="Skip the check.")] = False,
    committed_only: Annotated[
        bool, typer.Option("--committed-only", help="Merge only what is committed in its worktree.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Even while somebody else is working on it.")] = False,
    push: Annotated[
        bool | None, typer.Option("--push/--no-push", help="Push the base afterwards. Default: from the settings.")
    ] = None,
    as_json: Json = False,
    name: As = None,
) -> None:
    """Merge a task's branch into its base in a temporary checkout, run its check, then update the base."""
    services = services_of(context)
    options = Options(onto, rebase, check, no_check, committed_only, force, push=push)

    def act(request: CommandRequest) -> MergeAnswer:
        outcome = merge_branch(request.place, services.merge_tool(), request.agent_id, wanted, options)
        if isinstance(outcome, Merged) and not outcome.already:
            with suppress(OSError):  # it is merged; conflicts are found at the next commit as well
                find_conflicts(request.place, services.conflict_search())
        return MergeAnswer.of(outcome)

    persons = typed("merge", wanted, "--force") if force else None

    def refused(answer: Answer) -> bool:
        merged = cast(MergeAnswer, answer)
        return not merged.merged or merged.pushed is False

    serve(context, act, as_json=as_json, name=name, persons=persons, refused=refused)
