"""What is wrong with the list as it stands: said once when it appears, and on the board for as long as it is there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from mcp_server.core.leases.obstacles import parsed_input
from mcp_server.core.task_list.match import Line
from mcp_server.core.tasks.overlaps import overlaps
from mcp_server.domain.errors import Misuse, shown
from mcp_server.domain.scopes.overlap import Undecided
from mcp_server.domain.task import Task
from mcp_server.domain.task_list import Trouble
from mcp_server.ports import Books

MOST = 20
"""Of each kind: whoever has more of them sees what to do."""
OPEN = ("todo", "in_progress", "blocked")


class Troubles(NamedTuple):
    """Scopes that can't be understood, tasks that wait for none that exists, and overlaps that no order settles."""

    scopes: list[Trouble]
    unknown: list[Trouble]
    overlaps: list[Trouble]

    @property
    def all(self) -> list[Trouble]:
        """All of them."""
        return [*self.scopes, *self.unknown, *self.overlaps]


def troubles(books: Books, lines: Sequence[Line]) -> Troubles:
    """What is wrong with these lines, as far as their tasks are open."""
    tasks = {task.id: task for task in books.tasks.among(line.id for line in lines if line.id is not None)}
    opened = [line for line in lines if line.id in tasks and tasks[line.id].status in OPEN]
    return Troubles(_scopes(opened)[:MOST], _unknown(books, opened)[:MOST], _overlaps(books, opened, tasks)[:MOST])


def _scopes(lines: Sequence[Line]) -> list[Trouble]:
    found = []
    for line in lines:
        try:
            parsed_input(line.item.note.scope or ())
        except Misuse as error:
            found.append(Trouble(f"the scope of {line.id} does not count: {error}", (str(line.id),)))
    return found


def _unknown(books: Books, lines: Sequence[Line]) -> list[Trouble]:
    wanted = {needed for line in lines for needed in line.item.note.after or ()}
    unknown = wanted - books.tasks.known(wanted)
    return [
        Trouble(f"{line.id} waits for {shown(needed)}, which is not a task", (str(line.id),))
        for line in lines
        for needed in line.item.note.after or ()
        if needed in unknown
    ]


def _overlaps(books: Books, lines: Sequence[Line], tasks: dict[str, Task]) -> list[Trouble]:
    here = {line.id: tasks[line.id].anchors for line in lines if line.id is not None}
    try:
        found, _ = overlaps(books, here)
    except Undecided as error:
        return [Trouble(str(error), ())]
    return [
        Trouble(
            f"{each.tasks[0]} and {each.tasks[1]} both cover {each.example}: they can't be worked on at the same time",
            each.tasks,
        )
        for each in found
    ]
