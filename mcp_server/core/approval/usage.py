"""What a task has cost so far, for whoever reviews it."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.domain.task import Task
    from mcp_server.ports import Books


def tokens_of(books: Books, task: Task) -> int | None:
    """The tokens that were spent on a task; None where none were counted."""
    return books.budgets.of("task", task.id).spent or None
