"""The commands for the task list as text: `tasks import`, `tasks export`, `tasks sync`."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from mcp_server.answers.listing import ExportAnswer, ListAnswer
from mcp_server.cli.desk import AS, FAILURE, JSON, Seat, look, serve, stop, surroundings
from mcp_server.core import listing
from mcp_server.core.workplace import Workplace
from mcp_server.domain.listed import Unusable
from mcp_server.domain.refusal import Misuse

MOST_BYTES = 10_000_000

Json = Annotated[bool, JSON]
As = Annotated[str | None, AS]


def register(app: typer.Typer) -> None:
    """Put these commands under the roof."""
    tasks = typer.Typer(help="The tasks as text: a list that people edit.", no_args_is_help=True)
    tasks.command("import")(import_)
    tasks.command("export")(export)
    tasks.command("sync")(sync)
    app.add_typer(tasks, name="tasks", rich_help_panel="Work")


def import_(
    context: typer.Context,
    file: Annotated[str, typer.Argument(help="A list in Markdown; - for stdin.")] = "TASKS.md",
    as_json: Json = False,
    name: As = None,
) -> None:
    """Take in the tasks of any list with boxes, `- [ ]`. The file is not changed, unless it is the list kept here."""

    def act(seat: Seat) -> ListAnswer:
        kept = seat.place.task_file
        if kept is not None and file != "-" and _same(Path(surroundings(context).root, kept.name), Path(file)):
            return _looked(listing.sync(seat.place, seat.agent_id))
        synced = listing.import_list(seat.place, seat.agent_id, file, _content(file))
        return _looked(synced.followed_by(listing.sync(seat.place, seat.agent_id)))

    serve(context, act, as_json=as_json, name=name, begins=True, syncs=True)


def export(
    context: typer.Context,
    file: Annotated[str, typer.Argument(help="Where to write it; - for stdout.")] = "-",
    as_json: Json = False,
) -> None:
    """Print or write the list as the tasks stand."""
    if file == "-" and not as_json:
        sys.stdout.buffer.write(_exported(surroundings(context).open_place(False)))
        return

    def at(place: Workplace) -> ExportAnswer:
        content = _exported(place)
        if file == "-":
            return ExportAnswer(text=content.decode("utf-8", "replace"))
        _write(Path(file), content)
        return ExportAnswer(file=file)

    look(context, at, as_json=as_json)


def sync(context: typer.Context, as_json: Json = False, name: As = None) -> None:
    """Bring the list and the tasks together now. (Every command and every tool call does so by itself.)"""

    def act(seat: Seat) -> ListAnswer:
        return _looked(listing.sync(seat.place, seat.agent_id))

    serve(context, act, as_json=as_json, name=name, syncs=True)


def _looked(synced: listing.Synced) -> ListAnswer:
    answer = ListAnswer.of(synced)
    answer.notice = synced.notice
    return answer


def _exported(place: Workplace) -> bytes:
    try:
        listing.sync(place)
        return listing.export_list(place)
    except Unusable as error:
        stop(str(error), FAILURE)


def _content(file: str) -> bytes:
    try:
        content = sys.stdin.buffer.read(MOST_BYTES + 1) if file == "-" else _read(Path(file))
    except OSError as error:
        raise Misuse(f"{file} cannot be read: {error.strerror}") from None
    if len(content) > MOST_BYTES:
        raise Misuse(f"{file} is longer than {MOST_BYTES:,} bytes")
    return content


def _read(file: Path) -> bytes:
    with file.open("rb") as opened:
        return opened.read(MOST_BYTES + 1)


def _write(file: Path, content: bytes) -> None:
    draft = file.with_name(f".{file.name}.{os.getpid()}.new")
    try:
        draft.write_bytes(content)
        if file.exists():
            draft.chmod(file.stat().st_mode)
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)


def _same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False
