"""A workspace with a task list, whose file a test edits as a person would."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from mcp_server.core.task_list.sync import Synced, sync_task_list
from mcp_server.core.tasks.update import Move, update_task
from mcp_server.core.workplace import Workplace
from mcp_server.domain.task_list import Found, Placed, Unusable
from tests.workspace import Workspace

LISTS = sorted((Path(__file__).parents[2] / "data/task_lists").glob("*.txt"))
LIST = """# Work

- [ ] Auth (scope: src/auth/**)
- [ ] Docs (scope: docs; after: T1)
- [ ] Think
- [x] Begun

Words.
"""


class PaperFile:
    """A file on paper: a person writes on it, Interlock replaces it."""

    name = "TASKS.md"

    def __init__(self) -> None:
        self.content: bytes | None = None
        self.unusable: str | None = None
        self.read_only = False
        self.saved_meanwhile: list[bytes | Callable[[bytes], bytes]] = []
        self.writes = 0
        self._changes = 0

    @property
    def text(self) -> str:
        """The contents of the file."""
        assert self.content is not None
        return self.content.decode()

    def save(self, text: str | None) -> None:
        """A person saves it, or deletes it."""
        self.content = None if text is None else text.encode()
        self._changes += 1

    def signature(self) -> str | None:
        """Another whenever it was changed."""
        return None if self.content is None else str(self._changes)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Nobody else is here."""
        yield

    def read(self) -> Found | None:
        """The contents of the file; fails when a test wants that."""
        if self.unusable:
            raise Unusable(self.unusable)
        return None if self.content is None else Found(self.content, str(self._changes))

    def late(self, seen: str | None) -> bytes | None:  # noqa: ARG002  the port's form
        """Nobody writes late on paper."""

    def place(self, text: bytes, over: bytes) -> Placed:
        """Replace it; a person may save in that very moment."""
        if self.read_only:
            raise Unusable("TASKS.md can't be written")
        saved = self.saved_meanwhile.pop(0) if self.saved_meanwhile else over
        displaced = saved(over) if callable(saved) else saved
        self.content = text
        self._changes += 1
        self.writes += 1
        return Placed(str(self._changes), None if displaced == over else displaced)


class TaskListWorkspace(Workspace):
    """A workspace with a list."""

    def __init__(self, kind: str, folder: Path) -> None:
        super().__init__(kind, folder)
        self.paper = PaperFile()
        self.me = self.agent("pat")

    @property
    def place(self) -> Workplace:
        """What the operations of the core need."""
        return super().place._replace(task_file=self.paper)

    def sync(self, by: int | None = None) -> Synced:
        """Bring list and tasks together."""
        return sync_task_list(self.place, by or self.me)

    def edit(self, old: str, new: str) -> Synced:
        """A person replaces words in the list, and somebody calls."""
        assert old in self.paper.text, self.paper.text
        self.paper.save(self.paper.text.replace(old, new, 1))
        return self.sync()

    def listed(self, text: str) -> Synced:
        """A person writes the whole list, and somebody calls."""
        self.paper.save(text)
        return self.sync()


def update(workspace: TaskListWorkspace, agent: int, task_id: str, status: Move, note: str | None = None) -> None:
    """An agent updates a task."""
    update_task(workspace.place, agent, task_id, status=status, note=note)


def statuses(workspace: TaskListWorkspace) -> dict[str, str]:
    """The status of every task."""
    with workspace.store.reading() as books:
        return {task.id: task.status for task in books.tasks.among(f"T{number}" for number in range(1, 20))}
