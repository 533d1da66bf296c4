"""The command `store setup`: who may do what in the database."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from mcp_server.answers.installation.store import SetupAnswer
from mcp_server.cli.runner import JSON, MISUSE, REFUSED, fail, failing_in_words, print_answer, services_of
from mcp_server.core.agents.command_line import typed

May = Literal["agent", "reader", "owner", "nothing"]


def setup(
    context: typer.Context,
    person: Annotated[str | None, typer.Option("--person", help="A person, by the name of their login.")] = None,
    may: Annotated[
        May, typer.Option("--may", help="Work in the repository, look at it, own all of them, or nothing any more.")
    ] = "agent",
    repository: Annotated[
        str | None, typer.Option("--repository", metavar="SCHEMA", help="Another repository of the database.")
    ] = None,
    runs: Annotated[bool, typer.Option("--run", help="Do it, as the user that the database knows you by.")] = False,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Print the SQL that prepares the database for a team and lets a person in, or --run it. It sets no password."""
    services = services_of(context)
    if runs and services.shell.session is not None:  # it concerns who may come in
        words = ["--person", person, "--may", may] if person is not None else []
        more = ["--repository", repository] if repository is not None else []
        line = typed("store", "setup", *words, *more, "--run")
        fail(f"only a person may do this; ask the user to type it in a terminal of their own: `{line}`", REFUSED)
    with failing_in_words(as_json=as_json):
        database = services.database()
        if database is None:
            needed = "the settings name no database: write `[store] url` into .claude/interlock.toml first"
            fail(f"{needed}; nothing was changed", MISUSE, as_json=as_json)
        script = database.setup(person, may, repository)
        if runs:
            database.run(script)
    answer = SetupAnswer(sql=script, ran=runs, person=person, may=may if person is not None else None)
    if runs and not as_json:
        print_answer(answer, as_json=False)
    else:  # uncut, since it may go to psql
        typer.echo(answer.model_dump_json(exclude_none=True) if as_json else script.rstrip())
