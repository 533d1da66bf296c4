"""The commands that show what is: `check`, `board`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, cast

import typer
from rich.console import Console, Group, RenderableType
from rich.markup import escape
from rich.table import Table

from mcp_server.answers.answer import Answer
from mcp_server.answers.board import AgentPart, BoardAnswer
from mcp_server.answers.messages import ScopeAnswer
from mcp_server.cli import watching
from mcp_server.cli.guard import check_command
from mcp_server.cli.runner import AS, DONE, JSON, MISUSE, CommandRequest, fail, look, serve, services_of
from mcp_server.core.board.board import read_board
from mcp_server.core.guard.check import scope_check
from mcp_server.core.workplace import Workplace
from mcp_server.domain.text import count
from mcp_server.showing import times
from mcp_server.showing.wording import scope_words

Json = Annotated[bool, JSON]
As = Annotated[str | None, AS]


def register(app: typer.Typer) -> None:
    """Register these commands."""
    for command in (check, board):
        app.command(rich_help_panel="Look")(command)


def check(
    context: typer.Context,
    paths: Annotated[list[str] | None, typer.Argument(help="Files or folders; they need not exist.")] = None,
    command: Annotated[str | None, typer.Option("--command", help="A Bash command, as one argument.")] = None,
    cwd: Annotated[str, typer.Option("--cwd", help="Where the command would run.")] = ".",
    as_json: Json = False,
    name: As = None,
) -> None:
    """Check whether you may write these paths now, or run a Bash command. Decides exactly as the guard does."""
    if command is not None:
        if paths:
            fail("give either paths or --command, not both", MISUSE, as_json=as_json)
        check_command(context, command, cwd, as_json=as_json, name=name)
    if not paths:
        fail("give the paths to check, or a Bash command with --command", MISUSE, as_json=as_json)
    locate = services_of(context).locate

    def act(request: CommandRequest) -> ScopeAnswer:
        return ScopeAnswer.of(
            scope_check(request.place, request.agent_id, paths, directory=str(Path.cwd()), locate=locate)
        )

    serve(context, act, as_json=as_json, name=name, not_in_use=DONE, refused=_some_refused, show=_show_paths)


def board(
    context: typer.Context,
    watch: Annotated[bool, typer.Option("--watch", help="Watch it, and act on it by keys, until you press q.")] = False,
    web: Annotated[bool, typer.Option("--web", help="Serve it as a page for your browser, until Ctrl-C.")] = False,
    port: Annotated[int, typer.Option("--port", help="With --web. Default: any that is free.", min=0, max=65535)] = 0,
    as_json: Json = False,
) -> None:
    """Show agents, tasks, claims, locks, and who waits for whom."""
    if watch and web:
        fail("give either --watch or --web, not both", MISUSE, as_json=as_json)
    if not watch and not web:
        look(context, _board, as_json=as_json, show=show_board)
    if not services_of(context).in_use():
        look(context, _board, as_json=as_json)
    if web:
        watching.serve_page(services_of(context), port, Console())
        return
    if not sys.stdout.isatty():
        fail("--watch needs a terminal; without it the board is printed once", MISUSE, as_json=as_json)
    watching.watch_in_terminal(services_of(context))


def show_board(answer: Answer) -> RenderableType:
    """The board as a person sees it."""
    shown = cast(BoardAnswer, answer)
    parts: list[RenderableType] = [_tasks(shown)]
    if shown.locks:
        parts.append(_locks(shown))
    if shown.agents:
        parts.append("[bold]Agents:[/] " + ", ".join(escape(_agent(agent)) for agent in shown.agents))
    parts += [
        f"[yellow]{escape(wait.who)}[/] waits for {escape(wait.waits_for)}"
        + (f" ({escape(wait.holder + (f': {wait.doing}' if wait.doing else ''))})" if wait.holder else "")
        for wait in shown.waiting
    ]
    parts += [
        f"[magenta]{escape(part.task)}[/] of {escape(part.author)} waits for review since "
        f"{times.local(part.since, times.now())}"
        for part in shown.reviews
    ]
    parts += [f"[red]Conflict:[/] {escape(conflict.line())}" for conflict in shown.conflicts]
    parts += [f"[yellow]In the task list:[/] {escape(words)}" for words in shown.troubles]
    return Group(*parts)


def _board(place: Workplace) -> BoardAnswer:
    return BoardAnswer.of(read_board(place))


def _agent(agent: AgentPart) -> str:
    about = [part for part in (agent.role, *(agent.can or ()), agent.doing) if part]
    return f"{agent.name} ({', '.join(about)})" if about else agent.name


def _tasks(shown: BoardAnswer) -> Table:
    more = f", {shown.more} more not shown" if shown.more else ""
    table = Table(
        title=f"{count(len(shown.tasks), 'open task')}, {shown.done} done{more}",
        title_justify="left",
        box=None,
        pad_edge=False,
    )
    for heading in ("task", "status", "holder", "title", "scope"):
        is_name = heading in ("task", "holder")
        table.add_column(heading, overflow="ellipsis" if is_name else "fold", no_wrap=is_name)
    styles = {"in_progress": "green", "review": "magenta", "blocked": "red"}
    for task in shown.tasks:
        status = "ready" if task.ready else "working" if task.status == "in_progress" else task.status
        style = styles.get(task.status, "cyan" if task.ready else "dim")
        cells = (
            task.id,
            f"[{style}]{status}[/]",
            task.holder or "",
            task.title,
            "needs a scope" if task.needs_scope else scope_words(task.scope) if task.scope else "read-only",
        )
        table.add_row(escape(cells[0]), cells[1], *(escape(cell) for cell in cells[2:]))
    return table


def _locks(shown: BoardAnswer) -> Table:
    table = Table(title="Locks", title_justify="left", box=None, pad_edge=False)
    for heading in ("resource", "holder", "purpose", "until"):
        table.add_column(heading, overflow="fold")
    now = times.now()
    for lease in shown.locks:
        until = times.local(lease.expires_at, now) if lease.live else "free"
        table.add_row(*(escape(cell) for cell in (lease.resource or "", lease.holder, lease.purpose or "", until)))
    return table


def _some_refused(answer: Answer) -> bool:
    return any(not part.allowed for part in cast(ScopeAnswer, answer).paths)


def _show_paths(answer: Answer) -> str:
    lines = []
    for part in cast(ScopeAnswer, answer).paths:
        mark = "[green]yes[/]" if part.allowed else "[red]no[/] "
        lines.append(f"{mark} {escape(part.path)}: {escape(part.reason)}")
    return "\n".join(lines)
