"""The task that an agent is started for, and the model that it is started with."""

from __future__ import annotations

from mcp_server.domain.assignment.mentions import mentions
from mcp_server.domain.assignment.routing import route_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.domain.assignment.routing import Route, RoutingSettings
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


def routes(books: Books, routing: RoutingSettings) -> list[Route]:
    """The routes of all open tasks that have one, at most MOST_ROUTES."""
    found = (route_of(task, routing) for task in books.tasks.open(MOST_ROUTES))
    return [route for route in found if route is not None]
