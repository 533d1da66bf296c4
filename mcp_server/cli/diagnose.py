"""The command `diagnose`: whose files are the errors of a failed build in?"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from mcp_server.answers.diagnosis import DiagnosisAnswer, ForeignFile
from mcp_server.build_errors import reader
from mcp_server.cli.runner import AS, FAILURE, MISUSE, fail, person, services_of
from mcp_server.cli.services import Services
from mcp_server.core.builds.diagnose import Diagnosis, diagnose
from mcp_server.domain.errors import StateUnavailable


def register(app: typer.Typer) -> None:
    """Register this command."""
    app.command("diagnose", rich_help_panel="Look")(diagnose_output)


def diagnose_output(  # noqa: PLR0913  one argument per option
    context: typer.Context,
    root: Annotated[str | None, typer.Option(help="The repository. Default: the current one.")] = None,
    cwd: Annotated[str | None, typer.Option(help="Where the command ran, relative to the repository.")] = None,
    command: Annotated[str, typer.Option(help="The command, as it was typed.")] = "",
    exit_code: Annotated[int | None, typer.Option(help="Its exit code, if known.")] = None,
    name: Annotated[str | None, AS] = None,
) -> None:
    """Show whose files the errors of a failed build are in. Reads its output from stdin and prints JSON.

    `make 2>&1 | interlock diagnose --command make --exit-code 2`
    """
    services = services_of(context)
    where = Path(root or services.root).resolve()
    if not where.is_dir():
        fail(f"{where} is not a directory", MISUSE)
    output = sys.stdin.buffer.read().decode("utf-8", "replace")
    report = reader.read(
        output,
        command=command,
        exit_code=exit_code,
        cwd=str(where / (cwd or ".")),
        tree=services.source_tree(str(where)),
    )
    try:
        found = diagnose(services.place_of(str(where)), _key(services, name), report.files)
    except (StateUnavailable, OSError, ValueError) as error:
        fail(str(error), FAILURE)
    typer.echo(_answer(report.tool, list(report.files), found).model_dump_json())


def _key(services: Services, name: str | None) -> str:
    """Inside a session the session's agent asks, unless somebody is named; else the person who types."""
    session = services.shell.session
    return session if session and name is None else person(name)


def _answer(tool: str | None, files: list[str], found: Diagnosis) -> DiagnosisAnswer:
    foreign = [ForeignFile.model_validate(suspect) for suspect in found.judgement.foreign]
    return DiagnosisAnswer(
        tool=tool,
        error_files=sorted(files),
        foreign=foreign,
        own=found.judgement.own,
        verdict=found.judgement.verdict,
        advice=found.advice,
    )
