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

inbox = typer.Typer(no_args_is_help=True, help="Hand-overs as files, for those who are not Claude Code.")


def register(app: typer.Typer) -> None:
    """Register these commands."""
    inbox.command("import")(take_in)
    inbox.command("export")(give_out)
    app.add_typer(inbox, name="inbox", rich_help_panel="Share")


def take_in(context: typer.Context, folder: Dir = "coordination", as_json: Json = False, name: As = None) -> None:
    """Make messages of the files in for_NAME/ and move them on; safe for a cron job to do at any time."""
    files = services_of(context).handover_folder(folder)
    serve(
        context,
        lambda request: ImportedAnswer.of(handovers.take_in(request.place, request.agent_id, files)),
        as_json=as_json,
        name=name,
        begins=bool(files.arrivals()),
        refused=lambda answer: bool(cast(ImportedAnswer, answer).left),
    )


def give_out(
    context: typer.Context,
    reader: Annotated[str | None, typer.Argument(help="Whose; by default of all who have a folder.")] = None,
    folder: Dir = "coordination",
    as_json: Json = False,
    name: As = None,
) -> None:
    """Write the unread messages of those who are not Claude Code into for_NAME/."""
    files = services_of(context).handover_folder(folder)

    def act(request: CommandRequest) -> Answer:
        return ExportedAnswer.of(handovers.give_out(request.place, files, reader))

    serve(context, act, as_json=as_json, name=name, begins=reader is not None)
