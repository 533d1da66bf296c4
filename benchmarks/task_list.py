"""What syncing the task list costs: when nothing has changed, and as the list grows."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.measuring import Ratio, alternately, report
from benchmarks.workspaces import store, workplace
from mcp_server.adapters.sqlite.store import create
from mcp_server.adapters.text_files.task_list_file import TaskListFile
from mcp_server.core.task_list.sync import sync_task_list
from mcp_server.core.workplace import Workplace

SMALL, LARGE = 200, 2_000
TIMES = 200
BUDGET_MS = 3.0


def measure() -> list[Ratio]:
    """A sync with nothing to do, against its budget and on a longer list, and one that writes a line."""
    with tempfile.TemporaryDirectory() as folder:
        small, large = _listed(Path(folder) / "small", SMALL), _listed(Path(folder) / "large", LARGE)
        idle, idle_large = alternately(_idle(small), _idle(large), TIMES)
        busy, busy_large = alternately(_busy(small), _busy(large), TIMES // 10)
    return [
        Ratio(f"sync, {SMALL} tasks, nothing changed / {BUDGET_MS:g} ms", idle * 1e3, BUDGET_MS, "ms", 1.0),
        Ratio(f"sync, nothing changed, tasks {SMALL} → {LARGE:,}", idle_large * 1e6, idle * 1e6, "µs", 1.5),
        Ratio(f"sync that writes a line, tasks {SMALL} → {LARGE:,}", busy_large * 1e3, busy * 1e3, "ms", LARGE / SMALL),
    ]


def _listed(folder: Path, tasks: int) -> Workplace:
    """A repository with a list of this many tasks, imported."""
    file = folder / ".git" / "interlock" / "state.db"
    create(file)
    lines = [f"- [ ] Task {number} (scope: `src/part{number}/**`)" for number in range(tasks)]
    (folder / "TASKS.md").write_text("# Tasks\n\n" + "\n".join(lines) + "\n", encoding="utf-8")
    where = TaskListFile(lambda: "TASKS.md", str(folder), str(file.parent))
    place = workplace(store(file))._replace(task_file=where)
    assert len(sync_task_list(place).created) == tasks
    return place


def _idle(place: Workplace) -> Callable[[], object]:
    def sync() -> None:
        assert not sync_task_list(place).looked

    return sync


def _busy(place: Workplace) -> Callable[[], object]:
    """A task changes its owner between two syncs, as when an agent claims or finishes one."""
    count = 0

    def sync() -> None:
        nonlocal count
        count += 1
        with place.store.writing() as books:
            task = books.tasks.get("T1")
            assert task is not None
            books.tasks.put(task.seq, status="blocked" if count % 2 else "todo", token=None)
            books.events.add("blocked", "T1")
        assert sync_task_list(place).written

    return sync


if __name__ == "__main__":
    report(measure())
