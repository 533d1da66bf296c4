"""Finds the items of a phase, and the workflow of a name. Git and commands take their time: never in a transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mcp_server.core.workflows.expand import filled_items
from mcp_server.domain.errors import Misuse, in_words, shown
from mcp_server.domain.workflow.workflow import MINUTES, Phase, Workflow
from mcp_server.ports import Source, Workshop
from mcp_server.workflow_file.reader import NAME, read_workflow

LAST_LINES = 5


def source_of(workshop: Workshop, name: str) -> Source:
    """The text of a workflow; refuses (Misuse) a name that none has."""
    found = workshop.read(name) if NAME.fullmatch(name) else None
    if found is None:
        names = ", ".join(workshop.names())
        raise Misuse(
            f"there is no workflow {shown(name)}: there are {names}. Its file would be {workshop.file('NAME')}"
        )
    return found


def workflow_of(workshop: Workshop, name: str) -> Workflow:
    """The workflow of this name; refuses (Misuse) one that there is not, and a file that is wrong."""
    source = source_of(workshop, name)
    return read_workflow(name, source.text, source.place)


def find_items(workshop: Workshop, phase: Phase, values: Mapping[str, str]) -> list[str]:
    """The items that a phase has now, each once; refuses (Misuse) a command that fails and a pattern that is wrong."""
    wanted = filled_items(phase.items, values)
    where = f"phase {phase.name!r}"
    try:
        if phase.items.kind == "command":
            return _printed(workshop, wanted[0], where)
        look = workshop.folders if phase.items.kind == "folders" else workshop.files
        return look(_split(wanted))
    except (OSError, ValueError) as error:
        if isinstance(error, Misuse):
            raise
        raise Misuse(f"{where}: its items can't be found: {in_words(error)}") from None


def nothing_found(phase: Phase, values: Mapping[str, str]) -> str:
    """Says that a phase has no item."""
    wanted = ", ".join(filled_items(phase.items, values))
    said = {
        "glob": "no file is covered by",
        "folders": "no folder with files is named by",
        "command": "nothing was printed by",
    }.get(phase.items.kind, "there is nothing in")
    return f"phase {phase.name!r} has no item: {said} {wanted}"


def _split(patterns: Sequence[str]) -> list[str]:
    """Patterns that a parameter gives several of are separated by spaces."""
    return [part for pattern in patterns for part in pattern.split()]


def _printed(workshop: Workshop, command: str, where: str) -> list[str]:
    printed = workshop.listed(command, MINUTES)
    if printed.code != 0:
        how = "took too long" if printed.code is None else f"failed with exit code {printed.code}"
        last = " / ".join(printed.lines[-LAST_LINES:])
        raise Misuse(f"{where}: the command `{command}` {how}{f': {last}' if last else ''}")
    return list(dict.fromkeys(line.strip() for line in printed.lines if line.strip()))
