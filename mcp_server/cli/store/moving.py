"""The commands `store status` and `store move`."""

from __future__ import annotations

from typing import Annotated

import typer

from mcp_server.answers.installation.store import MovedAnswer, StoreAnswer
from mcp_server.cli.runner import (
    JSON,
    MISUSE,
    REFUSED,
    CommandRequest,
    fail,
    failing_in_words,
    print_answer,
    serve,
    services_of,
)
from mcp_server.cli.store.setup import setup
from mcp_server.core.agents.command_line import announce, typed

store = typer.Typer(no_args_is_help=True, help="Where the state is: on this machine, or shared with others.")


def register(app: typer.Typer) -> None:
    """Register these commands."""
    store.command()(status)
    store.command()(move)
    store.command()(setup)
    store.command()(demo)
    app.add_typer(store, name="store", rich_help_panel="Interlock")


def demo(context: typer.Context) -> None:
    """Watch two machines share a PostgreSQL that is made for it: two checkouts, two agents, in half a minute."""
    raise typer.Exit(services_of(context).store_demo())


def status(context: typer.Context, as_json: Annotated[bool, JSON] = False) -> None:
    """Show where this repository's state is: on this machine, or in a database that several machines share."""
    services = services_of(context)
    with failing_in_words(as_json=as_json):
        database, file = services.database(), str(services.state / "state.db")
        answer = StoreAnswer(file=file)
        if database is not None:
            answer = StoreAnswer.model_validate({"file": file, **database.status()._asdict()})
    print_answer(answer, as_json=as_json)


def move(
    context: typer.Context,
    to_file: Annotated[
        bool, typer.Option("--to-file", help="Out of the database, into a file of this machine.")
    ] = False,
    leave_tasks: Annotated[
        bool, typer.Option("--leave-tasks", help="Keep what is here in a backup, and join what the database has.")
    ] = False,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Move this repository's state into the database that the settings name, or with --to-file back out of it."""
    services = services_of(context)
    if services.shell.session is not None:  # it concerns everybody
        line = typed("store", "move", *(["--to-file"] if to_file else []), *(["--leave-tasks"] if leave_tasks else []))
        fail(f"only a person may do this; ask the user to type it in a terminal of their own: `{line}`", REFUSED)
    if to_file and leave_tasks:
        fail("--leave-tasks goes with a move into the database alone; nothing was changed", MISUSE, as_json=as_json)
    with failing_in_words(as_json=as_json):
        database = services.database(begins=not to_file)
        if database is None:
            words = "the settings name no database: write `[store] url` into .claude/interlock.toml first"
            fail(f"{words}; nothing was changed", MISUSE, as_json=as_json)
        moved = database.move_to_file() if to_file else database.move(leaves_tasks=leave_tasks)
    into = "file" if to_file else "database"
    answer = MovedAnswer(into=into, rows=moved.rows, kept=moved.kept)
    if to_file:  # the settings still name the database, so nothing can be opened
        print_answer(answer, as_json=as_json)
        return
    serve(context, lambda request: _announced(request, answer), as_json=as_json)


def _announced(request: CommandRequest, answer: MovedAnswer) -> MovedAnswer:
    """Log that a person moved the state, and notify the agents."""
    with request.place.store.writing() as books:
        person = books.agents.get(request.agent_id)
        books.events.add("moved", "state", agent=person.id, detail="into the database")
        body = "Tasks, locks and messages are shared with other machines. Work on: nothing of yours has changed."
        announce(books, person, f"{person.name} moved Interlock's state into a database", body)
    return answer
