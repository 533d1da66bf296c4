"""Registers the commands for workflows."""

from __future__ import annotations

import typer

from mcp_server.cli.workflows import keep, show, start, steer


def register(app: typer.Typer) -> None:
    """Register these commands."""
    workflow = typer.Typer(
        help="Workflows: phases of tasks over a list, with gates between them, that any session goes on with.",
        no_args_is_help=True,
    )
    for module in (start, show, steer, keep):
        module.register(workflow)
    app.add_typer(workflow, name="workflow", rich_help_panel="Work")
