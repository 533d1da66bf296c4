"""The commands for branches: `conflicts`, `merge`."""

from __future__ import annotations

from typing import Annotated

import typer

from mcp_server.answers.merging import ConflictsAnswer
from mcp_server.cli.desk import JSON, look, surroundings
from mcp_server.core import foreseeing

Json = Annotated[bool, JSON]


def register(app: typer.Typer) -> None:
    """Put these commands under the roof."""
    for command in (conflicts,):
        app.command(rich_help_panel="Worktrees")(command)


def conflicts(context: typer.Context, as_json: Json = False) -> None:
    """Which work that goes on can't be merged with which, what is not committed included; its agents are told."""
    git = surroundings(context).foresight
    look(context, lambda place: ConflictsAnswer.of(foreseeing.foresee(place, git())), as_json=as_json)
