"""The answers to importing, exporting and synchronising the task list."""

from __future__ import annotations

from mcp_server.answers.answer import Answer
from mcp_server.core.task_list.sync import Synced
from mcp_server.domain.text import count


class ListAnswer(Answer):
    """Answer of `tasks import` and `tasks sync`: the tasks that it added and those that it changed."""

    created: list[str]
    changed: list[str]
    written: bool

    @classmethod
    def of(cls, synced: Synced) -> ListAnswer:
        changed = [task for task in synced.changed if task not in synced.created]
        return cls(created=list(synced.created), changed=changed, written=synced.written)

    def line(self) -> str:
        parts = [f"{count(len(self.created), 'task')} added" if self.created else "", _named("changed", self.changed)]
        parts.append("the list was written" if self.written else "")
        nothing = "nothing was changed" if self.notice else "nothing to change: the list and the tasks agree"
        return "; ".join(part for part in parts if part) or nothing


class ExportAnswer(Answer):
    """Answer of `tasks export`: the list, or the file that it was written to."""

    text: str | None = None
    file: str | None = None

    def line(self) -> str:
        return f"written to {self.file}" if self.file else self.text or ""


def _named(what: str, tasks: list[str]) -> str:
    return f"{', '.join(tasks[:10])}{' …' if len(tasks) > 10 else ''} {what}" if tasks else ""
