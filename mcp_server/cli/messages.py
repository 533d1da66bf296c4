"""The commands for what agents tell each other: `state`, `message`."""

from __future__ import annotations

from typing import Annotated, Literal, cast

import typer
from rich.markup import escape

from mcp_server.answers.answer import Answer
from mcp_server.answers.messages import EntryAnswer, MessagesAnswer, SentAnswer, StateAnswer
from mcp_server.cli.runner import AS, DONE, JSON, MISUSE, CommandRequest, fail, look, serve
from mcp_server.core.shared_state import sync, write
from mcp_server.showing import times

Json = Annotated[bool, JSON]
As = Annotated[str | None, AS]
Kind = Literal["status", "next", "learning"]


def register(app: typer.Typer) -> None:
    """Register these commands."""
    for command in (state, message):
        app.command(rich_help_panel="Share")(command)


def state(
    context: typer.Context,
    text: Annotated[str | None, typer.Argument(help="What to write. Default: show the shared state.")] = None,
    kind: Annotated[
        Kind, typer.Option(help="status replaces your own; next says what is needed; learning is kept for good.")
    ] = "status",
    as_json: Json = False,
    name: As = None,
) -> None:
    """Show the shared state, or write to it."""
    if text is None:
        look(context, lambda place: StateAnswer.of(sync.read_state(place)), as_json=as_json, show=_show_state)

    def act(request: CommandRequest) -> EntryAnswer:
        return EntryAnswer.of(sync.write_state(request.place, request.agent_id, kind, text))

    serve(context, act, as_json=as_json, name=name)


def message(
    context: typer.Context,
    to: Annotated[str | None, typer.Argument(help="An agent, a task, or all. Default: show your messages.")] = None,
    subject: Annotated[str | None, typer.Argument(help="One line.")] = None,
    body: Annotated[str | None, typer.Argument(help="The rest.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Include those that you have read.")] = False,
    as_json: Json = False,
    name: As = None,
) -> None:
    """Read your messages, or send one."""
    if to is None:
        serve(
            context,
            lambda request: MessagesAnswer.of(
                write.read_messages(request.place, request.agent_id, unread_only=not every),
                write.still_unread(request.place, request.agent_id),
            ),
            as_json=as_json,
            name=name,
            not_in_use=DONE,
            show=_show_messages,
        )
    if subject is None:
        fail("a message needs a subject: interlock message TO SUBJECT [BODY]", MISUSE, as_json=as_json)

    def act(request: CommandRequest) -> SentAnswer:
        return SentAnswer.of(write.send_message(request.place, request.agent_id, to, subject, body))

    serve(context, act, as_json=as_json, name=name)


def _show_state(answer: Answer) -> str:
    entries, now = cast(StateAnswer, answer).entries, times.now()
    lines = [
        f"[dim]{times.ago(entry.at, now)}[/] [bold]{escape(entry.author)}[/] {entry.kind}: {escape(entry.text)} "
        f"[dim](commit {entry.revision}, {entry.uncommitted} uncommitted)[/]"
        + (f" [yellow]unconfirmed: {escape(entry.unconfirmed)}[/]" if entry.unconfirmed else "")
        for entry in entries
    ]
    return "\n".join(lines) or "Nothing has been written yet."


def _show_messages(answer: Answer) -> str:
    now = times.now()
    lines = [
        f"[dim]{times.ago(part.at, now)}[/] [bold]{escape(part.sender or 'Interlock')}[/] → {escape(part.recipient)}: "
        + escape(part.subject)
        + (f" [dim](sent {part.times} times)[/]" if part.times > 1 else "")
        + (f"\n    {escape(part.body)}" if part.body else "")
        for part in cast(MessagesAnswer, answer).messages
    ]
    return "\n".join(lines) or "No messages."
