"""The command `writes`: which paths of this repository a Bash command would write."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from mcp_server.bash.reading import Reading, Write
from mcp_server.cli.runner import services_of

Ignored = Callable[[str, list[str]], set[str]]
"""Which of some paths, relative to a worktree's root, git ignores."""


def register(app: typer.Typer) -> None:
    """Register this command."""
    app.command(rich_help_panel="Look")(writes)


def writes(
    context: typer.Context,
    command: Annotated[str, typer.Argument(help="A Bash command, as one argument.")],
    cwd: Annotated[str, typer.Option("--cwd", help="Where it would run.")] = ".",
) -> None:
    """Show what a Bash command would write. It is read, not run; paths are relative to the repository's root."""
    services = services_of(context)
    place = str(Path(cwd).resolve())
    reading = services.read_command(command, place)
    typer.echo(json.dumps(answer(reading, services.root_of(place), services.ignored), ensure_ascii=False))


def answer(reading: Reading, root: str, ignored: Ignored) -> dict[str, object]:
    """The reading as JSON: paths in the repository at `root` that git neither ignores nor keeps for itself."""
    prefix = root.rstrip("/") + "/"
    inside = [write for write in reading.writes if write.path.startswith(prefix) or _covers_root(write, root)]
    names = {write: write.path.removeprefix(prefix) if write.path != root else "" for write in inside}
    shown = [write for write in inside if ".git" not in names[write].split("/")]
    left_out = ignored(root, [names[write] for write in shown if names[write]])
    listed = {_spelled(names[write], write.how) for write in shown if names[write] not in left_out}
    return {"writes": sorted(listed), "unknown": reading.unknown, "why": reading.why}


def _covers_root(write: Write, root: str) -> bool:
    return write.path == root if write.how == "file" else write.how == "tree" and root.startswith(write.path)


def _spelled(name: str, how: str) -> str:
    if how == "tree":
        return f"{name}/**" if name and not name.startswith("/") else "**"
    return name + "*" if how == "prefix" else name or "."
