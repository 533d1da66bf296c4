"""The commands for branches: `conflicts`, `merge`."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import Annotated, cast

import typer

from mcp_server.answers.merge import ConflictsAnswer, MergeAnswer
from mcp_server.cli.runner import AS, JSON, Seat, look, serve, surroundings
from mcp_server.core.merge import conflicts as foreseeing
from mcp_server.core.merge import merge as landing
from mcp_server.core.merge.finish import finish_begun
from mcp_server.core.merge.request import Options
from mcp_server.core.workplace import Workplace
from mcp_server.domain.errors import Misuse

Json = Annotated[bool, JSON]
As = Annotated[str | None, AS]


def register(app: typer.Typer) -> None:
    """Put these commands under the roof."""
    for command in (conflicts, merge):
        app.command(rich_help_panel="Work")(command)


def conflicts(context: typer.Context, as_json: Json = False) -> None:
    """Which work that goes on can't be merged with which, what is not committed included; its agents are told."""
    around = surroundings(context)

    def at(place: Workplace) -> ConflictsAnswer:
        if not around.in_use():
            return ConflictsAnswer(conflicts=[], branches=0, landed=[], not_looked_at=[])
        git = around.landing()
        with git.locked():
            finish_begun(place, git)
        return ConflictsAnswer.of(foreseeing.find_conflicts(place, around.conflict_search()))

    look(context, at, as_json=as_json)


def merge(  # noqa: PLR0913, PLR0917  one argument per option
    context: typer.Context,
    wanted: Annotated[str, typer.Argument(metavar="TASK|NAME", help="A task, a worktree, or a branch.")],
    onto: Annotated[str | None, typer.Option(help="The branch to bring it to; by default where it began.")] = None,
    rebase: Annotated[bool, typer.Option("--rebase", help="Put its commits on top instead of merging.")] = False,
    check: Annotated[
        str | None, typer.Option(help="Run before on what comes of it; by default what the task or the settings say.")
    ] = None,
    no_check: Annotated[bool, typer.Option("--no-check", help="Run nothing.")] = False,
    committed_only: Annotated[
        bool, typer.Option("--committed-only", help="Leave behind what is not committed in its worktree.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Even while somebody else works on it.")] = False,
    as_json: Json = False,
    name: As = None,
) -> None:
    """Bring a branch home: merge it beside every checkout, run its check, and only then move the base."""
    around = surroundings(context)
    options = Options(
        onto, rebase, check, no_check, committed_only, force, os.environ.get("CLAUDE_CODE_SESSION_ID") or None
    )

    def act(seat: Seat) -> MergeAnswer:
        if not around.in_use():
            raise Misuse("Interlock is not in use here; `interlock init` puts it into use")
        outcome = landing.merge(seat.place, around.landing(), seat.agent_id, wanted, options)
        if isinstance(outcome, landing.Landed) and not outcome.already:
            with suppress(OSError):  # it has landed; who can't follow now is seen with the next commit as well
                foreseeing.find_conflicts(seat.place, around.conflict_search())
        return MergeAnswer.of(outcome)

    serve(context, act, as_json=as_json, name=name, refused=lambda answer: not cast(MergeAnswer, answer).landed)
