"""The command `remove`: takes Interlock out of this repository."""

from __future__ import annotations

import sys
from typing import Annotated, cast

import typer
from rich.console import Console

from mcp_server.answers.installation.admin import RemovalAnswer
from mcp_server.cli.runner import JSON, REFUSED, serve, services_of
from mcp_server.cli.services import Services
from mcp_server.core import removal
from mcp_server.core.agents.command_line import typed
from mcp_server.core.workplace import Workplace
from mcp_server.domain.worktree import Trouble
from mcp_server.ports import Trees


def register(app: typer.Typer) -> None:
    """Register this command."""
    app.command(rich_help_panel="Interlock")(remove)


def remove(
    context: typer.Context,
    settings: Annotated[
        bool, typer.Option("--settings", help="Also .claude/interlock.toml and the rules in CLAUDE.md.")
    ] = False,
    worktrees: Annotated[
        bool, typer.Option("--worktrees", help="Also the worktrees that Interlock made, if all of it is merged.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Even while agents hold tasks; they are notified.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Take Interlock out of this repository: its state, git's hook, what makes git ignore its worktrees. Asks first."""
    services = services_of(context)
    wish = removal.Wish(settings=settings, worktrees=worktrees)
    remover = _Remover(services, wish, force=force, yes=yes, asks=not as_json)
    serve(
        context,
        lambda request: remover.remove(request.place, request.agent_id),
        as_json=as_json,
        persons=typed("remove"),
        syncs=True,
        without_state=lambda: remover.remove(None, None),
        refused=lambda answer: not cast(RemovalAnswer, answer).removed,
        not_in_use=None if services.traces().removable(settings=settings) else REFUSED,
    )


class _Remover:
    """Removes it, as one person wished."""

    def __init__(self, services: Services, wish: removal.Wish, *, force: bool, yes: bool, asks: bool) -> None:
        self._services = services
        self._wish = wish
        self._force = force
        self._yes = yes
        self._asks = asks

    def remove(self, place: Workplace | None, person: int | None) -> RemovalAnswer:
        """Remove it, unless somebody holds a task or the person does not agree. A broken state has no place."""
        traces, trees = self._services.traces(), self._trees()
        found = removal.inventory(place, traces, trees, self._wish)
        answer = RemovalAnswer.model_validate({"removed": False, "goes": found.goes, "stays": found.stays})
        if found.working and not self._force:
            who = " and ".join(found.working)
            answer.reason = f"Nothing was removed: {who} still holds a task here. End that session, or use --force."
        elif not self._yes and not self._agreed(answer):
            answer.reason = "Nothing was removed. With --yes it is removed without a question."
        else:
            gone = removal.remove_interlock(place, traces, trees, self._wish, person)
            answer = RemovalAnswer.model_validate({"removed": True, "goes": gone.went, "stays": gone.stays})
        return answer

    def _agreed(self, answer: RemovalAnswer) -> bool:
        if not self._asks or not sys.stdin.isatty():
            return False
        Console(soft_wrap=True).print(answer.line(), markup=False, highlight=False)
        return typer.confirm("Remove it?")

    def _trees(self) -> Trees | None:
        try:
            return self._services.trees()
        except Trouble:  # outside git there are no worktrees
            return None
