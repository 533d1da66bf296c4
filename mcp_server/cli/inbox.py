"""The commands for hand-overs as files: `inbox import`, `inbox export`."""

from __future__ import annotations

from typing import Annotated, cast

import typer

from mcp_server.answers.answer import Answer
from mcp_server.answers.handovers import ExportedAnswer, ImportedAnswer
from mcp_server.cli.runner import AS, JSON, CommandRequest, serve, services_of
from mcp_server.core.shared_state import handovers

Json = Annotated[bool, JSON]
As = Annotated[str | None, AS]
Dir = Annotated[str, typer.Option("--dir", help="The folder that holds for_NAME/, in_progress/ and completed/.")]

inbox = typer.Typer(no_args_is_help=True, help="Hand-overs as files, for agents that are not Claude Code.")


def register(app: typer.Typer) -> None:
    """Register these commands."""
    inbox.command("import")(import_)
    inbox.command("export")(export)
    app.add_typer(inbox, name="inbox", rich_help_panel="Share")


def import_(context: typer.Context, folder: Dir = "coordination", as_json: Json = False, name: As = None) -> None:
    """Import the files in for_NAME/ as messages and move them on. Safe to run from cron at any time."""
    files = services_of(context).handover_folder(folder)
    serve(
        context,
        lambda request: ImportedAnswer.of(handovers.import_files(request.place, request.agent_id, files)),
        as_json=as_json,
        name=name,
        begins=bool(files.arrivals()),
        refused=lambda answer: bool(cast(ImportedAnswer, answer).left),
    )


def export(
    context: typer.Context,
    reader: Annotated[str | None, typer.Argument(help="Whose messages. Default: all that have a folder.")] = None,
    folder: Dir = "coordination",
    as_json: Json = False,
    name: As = None,
) -> None:
    """Export the unread messages of agents that are not Claude Code into for_NAME/."""
    files = services_of(context).handover_folder(folder)

    def act(request: CommandRequest) -> Answer:
        return ExportedAnswer.of(handovers.export_messages(request.place, files, reader))

    serve(context, act, as_json=as_json, name=name, begins=reader is not None)
