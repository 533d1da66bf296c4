"""The commands for worktrees: `worktree add`, `list`, `remove`, `repair`."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated, cast

import typer
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.markup import escape
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from mcp_server.answers.answer import Answer
from mcp_server.answers.worktrees import AddAnswer, RemoveAnswer, RepairAnswer, TreePart, TreesAnswer
from mcp_server.cli.runner import AS, DONE, FAILURE, JSON, REFUSED, CommandRequest, look, serve, services_of
from mcp_server.cli.services import Services
from mcp_server.core.agents.command_line import typed
from mcp_server.core.workplace import Workplace
from mcp_server.core.worktrees import create
from mcp_server.core.worktrees.list import list_worktrees
from mcp_server.core.worktrees.remove import remove_worktree
from mcp_server.core.worktrees.repair import adopt, repair_worktrees
from mcp_server.core.worktrees.set_up import SetUp, set_up, set_up_or_wait
from mcp_server.domain.worktree import Worktree, branch_called
from mcp_server.ports import Trees
from mcp_server.showing.progress import ConsoleProgress

Json = Annotated[bool, JSON]
As = Annotated[str | None, AS]
HEADINGS = ("worktree", "branch", "state", "working", "changes", "commits", "folder")
WIDEST = 10_000
COLOURS = {"ready": "green", "main": "dim"}


def register(app: typer.Typer) -> None:
    """Register these commands."""
    worktree = typer.Typer(help="Worktrees for tasks, set up and ready to work in.", no_args_is_help=True)
    worktree.command()(add)
    worktree.command("list")(list_)
    worktree.command()(remove)
    worktree.command()(repair)
    app.add_typer(worktree, name="worktree", rich_help_panel="Work")


def add(
    context: typer.Context,
    wanted: Annotated[str, typer.Argument(metavar="TASK|NAME", help="A task's id, or any name.")],
    base: Annotated[
        str | None, typer.Option(help="Where the branch begins. Default: the branch of the main worktree.")
    ] = None,
    branch: Annotated[
        str | None, typer.Option(help="The branch, new or existing. Default: named after the task.")
    ] = None,
    as_json: Json = False,
    name: As = None,
) -> None:
    """Create a worktree on a branch of its own and set it up: files, dependencies, ports, names."""
    services = services_of(context)

    def act(request: CommandRequest) -> AddAnswer:
        trees = services.trees()
        made = create.make(request.place, trees, wanted, base=base, branch=branch)
        if isinstance(made, create.NotMade) and made.ask and not as_json and _confirms(made.ask):
            made = create.make(request.place, trees, wanted, base=base, branch=branch_called(wanted))
        if isinstance(made, create.NotMade):
            return AddAnswer(made=False, reason=made.reason)
        with ConsoleProgress(Console(stderr=True)) as progress:
            return AddAnswer.of(
                made, set_up_or_wait(request.place, made.worktree, services.step_runner(trees, made.worktree), progress)
            )

    serve(
        context,
        act,
        as_json=as_json,
        name=name,
        begins=True,
        unless=lambda: services.in_use() or create.branch_start(services.trees(), base),
        refused=_added,
    )


def list_(context: typer.Context, as_json: Json = False) -> None:
    """List all worktrees: their branches, who is working there, what is not merged yet, what is wrong."""
    trees = services_of(context).trees

    def at(place: Workplace) -> TreesAnswer:
        return TreesAnswer.of(list_worktrees(place, trees()))

    look(context, at, as_json=as_json, show=_table)


def remove(
    context: typer.Context,
    wanted: Annotated[str, typer.Argument(metavar="NAME|PATH", help="Its name, task, branch, folder or path.")],
    force: Annotated[bool, typer.Option("--force", help="Even if work in it is lost.")] = False,
    keep_branch: Annotated[bool, typer.Option("--keep-branch", help="Keep the branch even if it is merged.")] = False,
    as_json: Json = False,
    name: As = None,
) -> None:
    """Remove a worktree. Refused while it has uncommitted or unmerged work, or somebody is working there."""
    trees = services_of(context).trees

    def act(request: CommandRequest) -> RemoveAnswer:
        by = request.agent_id if force else None
        return RemoveAnswer.of(remove_worktree(request.place, trees(), wanted, forced_by=by, keep_branch=keep_branch))

    persons = typed("worktree", "remove", "--force", wanted) if force else None
    refused = lambda answer: not cast(RemoveAnswer, answer).removed  # noqa: E731  one line, used once
    serve(context, act, as_json=as_json, name=name, persons=persons, refused=refused)


def repair(
    context: typer.Context,
    wanted: Annotated[str | None, typer.Argument(metavar="[NAME|PATH]", help="Default: all of them.")] = None,
    here: Annotated[
        bool, typer.Option("--here", help="The worktree of the working directory, whoever created it.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Finish what was interrupted, repeat the steps that failed, forget what is gone. Deletes no work."""
    services = services_of(context)

    def at(place: Workplace) -> RepairAnswer:
        trees = services.trees()
        if here:
            one = adopt(place, trees, services.root_of(str(Path.cwd())))
            tended = [] if one is None else [one]
        else:
            tended = repair_worktrees(place, trees, wanted)
        with ConsoleProgress(Console(stderr=True)) as progress:
            return RepairAnswer.of(
                [(one, one.lacking and _set_up(services, place, trees, one.lacking, progress)) for one in tended]
            )

    look(context, at, as_json=as_json, refused=_repaired)


def _confirms(words: str) -> bool:
    """Whether the person at the terminal wants it all the same; where nobody can be asked, nobody does."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    return typer.confirm(f"{words[:1].upper()}{words[1:]}. Create a worktree of this name without one?", err=True)


def _set_up(services: Services, place: Workplace, trees: Trees, worktree: Worktree, progress: ConsoleProgress) -> SetUp:
    return set_up(place, worktree, services.step_runner(trees, worktree), begins=progress.begins, ends=progress.ends)


def _added(answer: Answer) -> int:
    found = cast(AddAnswer, answer)
    return FAILURE if any(not step.done for step in found.steps) else DONE if found.made else REFUSED


def _repaired(answer: Answer) -> int:
    found = cast(RepairAnswer, answer)
    return FAILURE if found.failed else REFUSED if found.left else DONE


def _table(answer: Answer) -> RenderableType:
    trees = cast(TreesAnswer, answer).worktrees
    main = next((part.path for part in trees if part.is_main), "/")
    return _Listing([(part, os.path.relpath(part.path, main)) for part in trees])


class _Listing:
    """The list as a table, or where that is too wide, a few lines for each worktree, with no name broken in two."""

    def __init__(self, rows: list[tuple[TreePart, str]]) -> None:
        self._rows = [_cells(part, folder) for part, folder in rows]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        table = Table(box=None, pad_edge=False)
        for heading in HEADINGS:
            table.add_column(heading, no_wrap=True)
        for row in self._rows:
            table.add_row(*row)
        if Measurement.get(console, options.update(max_width=WIDEST), table).maximum <= options.max_width:
            yield table
            return
        for name, branch, state, working, changes, commits, folder in self._rows:
            said = [
                state,
                commits,
                changes not in ("", "0") and f"{changes} uncommitted",
                working and f"{working} working there",
            ]
            yield Text.from_markup(f"[bold]{name}[/]  " + ", ".join(part for part in said if part))
            yield Text.from_markup(f"    on {branch}")
            yield Text.from_markup(f"    in {folder}")


def _cells(part: TreePart, folder: str) -> list[str]:
    state = "main" if part.is_main and part.state == "ready" else part.state
    colour = COLOURS.get(state, "yellow")
    changes = "" if part.uncommitted is None else str(part.uncommitted)
    commits = "" if part.ahead is None else f"+{part.ahead} -{part.behind}"
    return [
        escape(part.name),
        escape(part.branch or "(no branch)"),
        f"[{colour}]{escape(state)}[/]",
        escape(", ".join(part.agents)),
        changes,
        commits,
        escape(folder),
    ]
