"""The commands for the task list as a file: `tasks import`, `tasks export`, `tasks sync`."""

from __future__ import annotations

import os
import sys
from functools import cache
from pathlib import Path
from typing import Annotated

import typer

from mcp_server.answers.task_list import ExportAnswer, ListAnswer
from mcp_server.cli.runner import AS, JSON, REFUSED, CommandRequest, fail, look, serve, services_of
from mcp_server.core.task_list.sync import Synced, export_list, import_list, sync_task_list
from mcp_server.core.workplace import Workplace
from mcp_server.domain.errors import Misuse
from mcp_server.domain.task_list import Unusable

MOST_BYTES = 10_000_000

Json = Annotated[bool, JSON]
As = Annotated[str | None, AS]


def register(app: typer.Typer) -> None:
    """Register these commands."""
    tasks = typer.Typer(help="The tasks as a list in Markdown that people edit.", no_args_is_help=True)
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
    """Import the tasks of any list with boxes, `- [ ]`. Only this repository's own list is changed by it."""
    content = cache(lambda: _content(file))

    def act(request: CommandRequest) -> ListAnswer:
        if _is_kept(context, request.place, file):
            return _looked(sync_task_list(request.place, request.agent_id))
        synced = import_list(request.place, request.agent_id, file, content())
        return _looked(synced.followed_by(sync_task_list(request.place, request.agent_id)))

    serve(context, act, as_json=as_json, name=name, begins=True, unless=content, syncs=True)


def export(
    context: typer.Context,
    file: Annotated[str, typer.Argument(help="Where to write it; - for stdout.")] = "-",
    as_json: Json = False,
) -> None:
    """Print or write the tasks as a list, even if the list's own file can't be read."""

    def at(place: Workplace) -> ExportAnswer:
        if file == "-":
            return ExportAnswer(text=export_list(place).decode("utf-8", "replace"))
        is_kept = _is_kept(context, place, file)
        _write(Path(file), export_list(place, to_keep=is_kept))
        return ExportAnswer(file=file)

    if file == "-" and not as_json:
        _print(services_of(context).open_place(False))
        return
    look(context, at, as_json=as_json)


def _print(place: Workplace) -> None:
    """The list, byte for byte."""
    notice = sync_task_list(place).notice
    if notice:
        typer.echo(notice, err=True)
    sys.stdout.buffer.write(export_list(place))


def sync(context: typer.Context, as_json: Json = False, name: As = None) -> None:
    """Synchronise the list with the tasks now. (Every command and tool call does so by itself.)"""

    def act(request: CommandRequest) -> ListAnswer:
        answer = _looked(sync_task_list(request.place, request.agent_id))
        answer.notice = answer.notice or _lacking(request.place)
        return answer

    services = services_of(context)
    if not services.in_use() and Path(services.root, services.settings().texts[0]).exists():
        fail(
            "Interlock is not in use in this repository. There is a task list here: `interlock init --tasks` begins "
            "with it",
            REFUSED,
            as_json=as_json,
        )
    serve(context, act, as_json=as_json, name=name, syncs=True)


def _looked(synced: Synced) -> ListAnswer:
    answer = ListAnswer.of(synced)
    answer.notice = synced.notice
    return answer


def _lacking(place: Workplace) -> str | None:
    if place.task_file is not None and place.task_file.signature() is not None:
        return None
    return "There is no task list here; `interlock init --tasks` creates TASKS.md."


def _is_kept(context: typer.Context, place: Workplace, file: str) -> bool:
    if place.task_file is None or file == "-":
        return False
    try:
        return Path(services_of(context).root, place.task_file.name).resolve() == Path(file).resolve()
    except Unusable:
        return False


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
    """Write the file all at once, where a link leads to it; refuses (Misuse) one that may not be written."""
    target = file.resolve()
    draft = target.with_name(f".{target.name}.{os.getpid()}.new")
    try:
        mode = target.stat().st_mode if target.exists() else None
        if mode is not None and not mode & 0o222:
            raise Misuse(f"{file} is read-only; nothing was written")
        draft.write_bytes(content)
        if mode is not None:
            draft.chmod(mode)
        draft.replace(target)
    except OSError as error:
        raise Misuse(f"{file} cannot be written: {error.strerror}") from None
    finally:
        draft.unlink(missing_ok=True)
