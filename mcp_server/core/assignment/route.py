"""The task that an agent is started for, and the model that it is started with."""

from __future__ import annotations

from mcp_server.domain.assignment.mentions import mentions

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.domain.task import Task
    from mcp_server.ports import Books

OVER = ("done", "dropped")
MOST_ROUTES = 2_000
"""Tasks for which a workflow's agents are routed."""


def task_of(books: Books, *texts: str) -> Task | None:
    """The task that these words, the most telling first, name; None if they name none that is still open."""
    words = mentions(*texts)
    known = {task.id: task for task in books.tasks.among(words) if task.status not in OVER} if words else {}
    return next((known[word] for word in words if word in known), None)


def routed(books: Books) -> list[Task]:
    """The open tasks that say with which model or in which role they are worked on, at most MOST_ROUTES."""
    return [task for task in books.tasks.open(MOST_ROUTES) if task.tier is not None or task.role is not None]
