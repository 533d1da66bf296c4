"""The commands that keep workflows: `workflow save` makes one of what went well, `export` writes the client's form."""

from __future__ import annotations

from typing import Annotated

import typer

from mcp_server.answers.workflows import SavedAnswer
from mcp_server.cli.runner import AS, JSON, CommandRequest, serve, services_of
from mcp_server.cli.workflows.start import previewed
from mcp_server.core.guard.check import scope_check
from mcp_server.core.workflows import save as saving
from mcp_server.core.workflows.start import Preview
from mcp_server.domain.agent import PERSON
from mcp_server.domain.errors import Misuse
from mcp_server.workflow_file.client_form import ExportedPhase, ExportedTask, exported
from mcp_server.workflow_file.writer import written

Json = Annotated[bool, JSON]
As = Annotated[str | None, AS]


def register(workflow: typer.Typer) -> None:
    """Register these commands."""
    workflow.command()(save)
    workflow.command()(export)


def save(  # noqa: PLR0913, PLR0917  each is an option
    context: typer.Context,
    workflow: Annotated[str, typer.Argument(metavar="NAME", help="What the workflow is to be called.")],
    tasks: Annotated[list[str] | None, typer.Argument(metavar="TASK…", help="Tasks that are done.")] = None,
    run: Annotated[str | None, typer.Option("--run", metavar="RUN", help="A run, with its parameters.")] = None,
    printed: Annotated[bool, typer.Option("--print", help="Print it instead of writing the file.")] = False,
    replace: Annotated[bool, typer.Option("--replace", help="Even if there is one of this name.")] = False,
    as_json: Json = False,
    name: As = None,
) -> None:
    """Make a workflow of a run, or of tasks that were done, in the phases that their dependencies make."""
    services = services_of(context)

    def act(request: CommandRequest) -> SavedAnswer:
        if run is not None and tasks:
            raise Misuse("name tasks, or a run with --run, not both")
        made = (
            saving.of_run(request.place, workflow, run)
            if run is not None
            else saving.of_tasks(request.place, workflow, tasks or ())
        )
        text = written(made)
        if printed:
            return SavedAnswer(text=text)
        workshop = services.workshop()
        _refuse_closed(request, workshop.file(workflow), services.root)
        file = workshop.write(workflow, text, replace=replace)
        if file is None:
            raise Misuse(f"there is a workflow {workflow} already: choose another name, or add --replace")
        return SavedAnswer(text=text, file=file)

    def _refuse_closed(request: CommandRequest, file: str, directory: str) -> None:
        """An agent writes here what it might write with any tool, and nothing else."""
        with request.place.store.reading() as books:
            is_persons = books.agents.get(request.agent_id).kind == PERSON
        if is_persons:
            return
        [decision] = scope_check(request.place, request.agent_id, [file], directory=directory, locate=services.locate)
        if not decision.allowed:
            raise Misuse(f"{decision.reason} Nothing was written; --print shows the text")

    serve(context, act, as_json=as_json, name=name)


def export(
    context: typer.Context,
    workflow: Annotated[str, typer.Argument(metavar="NAME", help="The workflow.")],
    given: Annotated[list[str] | None, typer.Argument(metavar="KEY=VALUE…", help="Its parameters.")] = None,
    as_json: Json = False,
    name: As = None,
) -> None:
    """Print a workflow in the client's own form, for a file .claude/workflows/NAME.js, with the tasks of now."""
    services = services_of(context)

    def act(request: CommandRequest) -> SavedAnswer:
        return SavedAnswer(text=_script(previewed(services, request, workflow, given or ())))

    serve(context, act, as_json=as_json, name=name, not_in_use=None)


def _script(seen: Preview) -> str:
    phases = [
        ExportedPhase(
            ahead.phase.name,
            [
                ExportedTask(one.title, tuple(one.scope), one.done_when, one.tier, one.role)
                for one in (task.proposal for task in ahead.tasks)
            ],
            ahead.gate,
        )
        for ahead in seen.phases
    ]
    return exported(seen.workflow.name, seen.workflow.description, phases)
