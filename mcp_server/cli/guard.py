"""The commands about Bash commands: `writes`, what one would write, and the decision of `check --command` on it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Annotated, Any, NoReturn, cast

import typer
from rich.markup import escape

from mcp_server.answers.answer import Answer
from mcp_server.answers.messages import CommandAnswer
from mcp_server.bash.reading import Reading, Write
from mcp_server.cli.runner import JSON, CommandRequest, person, serve, services_of
from mcp_server.core.guard.check import command_check

Ignored = Callable[[str, list[str]], set[str]]
"""Which of some paths, relative to a worktree's root, git ignores."""


def register(app: typer.Typer) -> None:
    """Register this command."""
    app.command(rich_help_panel="Look")(writes)


def writes(
    context: typer.Context,
    command: Annotated[str, typer.Argument(help="A Bash command, as one argument.")],
    cwd: Annotated[str, typer.Option("--cwd", help="Where it would run.")] = ".",
    as_json: Annotated[bool, JSON] = True,  # noqa: ARG001  there is no other form
) -> None:
    """Show what a Bash command would write. It is read, not run; paths are relative to the repository's root."""
    services = services_of(context)
    place = str(Path(cwd).resolve())
    reading = services.read_command(command, place)
    typer.echo(json.dumps(answer(reading, services.root_of(place), services.ignored), ensure_ascii=False))


def check_command(context: typer.Context, command: str, cwd: str, *, as_json: bool, name: str | None) -> NoReturn:
    """Decide on a command as the hook before Bash does, and exit: 0 it would run, 1 it is refused."""
    services = services_of(context)
    place = str(Path(cwd).resolve())

    def act(request: CommandRequest) -> CommandAnswer:
        reading = services.read_command(command, place)
        decision = command_check(
            request.place,
            request.agent_id,
            command,
            reading=reading,
            survey=services.survey(place, person(name)),
            disk=services.disk,
        )
        return CommandAnswer(
            allowed=decision.allowed,
            reason=decision.reason,
            holder=decision.holder,
            task=decision.task,
            **answer(reading, services.root_of(place), services.ignored),
        )

    serve(context, act, as_json=as_json, name=name, not_in_use=None, refused=_is_refused, show=_shown)


def answer(reading: Reading, root: str, ignored: Ignored) -> dict[str, Any]:
    """The reading as JSON: paths in the repository at `root` that git neither ignores nor keeps for itself."""
    return {
        "writes": _listed(reading.writes, root, ignored),
        "possible": _listed(reading.possible, root, ignored),
        "unknown": reading.unknown,
        "why": reading.why,
    }


def _listed(found: Iterable[Write], root: str, ignored: Ignored) -> list[str]:
    prefix = root.rstrip("/") + "/"
    inside = [write for write in found if write.path.startswith(prefix) or _covers_root(write, root)]
    names = {write: write.path.removeprefix(prefix) if write.path != root else "" for write in inside}
    shown = [write for write in inside if ".git" not in names[write].split("/")]
    asked = [names[write] for write in shown if names[write]]
    left_out = ignored(root, asked) if asked else set()
    return sorted({_spelled(names[write], write.how) for write in shown if names[write] not in left_out})


def _is_refused(found: Answer) -> bool:
    return not cast(CommandAnswer, found).allowed


def _shown(found: Answer) -> str:
    checked = cast(CommandAnswer, found)
    mark = "[green]yes[/]" if checked.allowed else "[red]no[/] "
    lines = [f"{mark} {escape(checked.reason)}"]
    for what, paths in (("writes", checked.writes), ("may write", checked.possible)):
        lines += [f"    {what} {escape(path)}" for path in paths]
    lines += [f"    unknown: {escape(why)}" for why in checked.why]
    return "\n".join(lines)


def _covers_root(write: Write, root: str) -> bool:
    return write.path == root if write.how == "file" else write.how == "tree" and root.startswith(write.path)


def _spelled(name: str, how: str) -> str:
    if how == "tree":
        return f"{name}/**" if name and not name.startswith("/") else "**"
    return name + "*" if how == "prefix" else name or "."
