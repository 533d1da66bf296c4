"""The work, in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from mcp_server.adapters.memory.tables import MemoryState
from mcp_server.domain.messages import Checkpoint
from mcp_server.domain.task import Draft, Status, Task, Wanted

_CLOSED = ("done", "dropped")


class MemoryTasks:
    """The tasks' book."""

    def __init__(self, state: MemoryState) -> None:
        self._state = state

    def add(self, drafts: Sequence[Draft]) -> None:
        """Put them in, in this order; their dependencies are among them or known."""
        added = [self._insert(draft) for draft in drafts]
        for seq, draft in zip(added, drafts, strict=True):
            needed = (self.get(task_id) for task_id in draft.depends_on)
            self._state.needs[seq] = frozenset(task.seq for task in needed if task is not None)
            self._recount(seq)

    def get(self, task_id: str) -> Task | None:
        """The task with this id, or None."""
        return next((task for task in self._state.tasks.values() if task.id == task_id), None)

    def known(self, task_ids: Iterable[str]) -> set[str]:
        """Those of the ids that a task has."""
        return {task.id for task in self._state.tasks.values()} & set(task_ids)

    def next_id(self) -> str:
        """An id that no task has: T1, T2 …"""
        while self.get(candidate := f"T{self._state.count('task')}") is not None:
            pass
        return candidate

    def take(self, free: Callable[[Wanted], bool], task_id: str | None) -> Task | None:
        """Choose and take in one step: the ready task that is highest in priority, then oldest, and `free`."""
        for task in self.ready(len(self._state.tasks)):
            if task_id in (None, task.id) and free(_wanted(task)):
                token = max(self._state.events, default=0) + 1
                taken = task._replace(status="in_progress", ready=False, needs=None, token=token)
                self._state.tasks[task.seq] = taken
                return taken
        return None

    def put(
        self, seq: int, *, status: Status, token: int | None, needs: str | None = None, failures: int | None = None
    ) -> list[str]:
        """Move a task to another state, and what depends on it along; the tasks that this made ready."""
        task = self._state.tasks[seq]
        self._state.tasks[seq] = task._replace(
            status=status,
            token=token,
            needs=needs,
            failures=task.failures if failures is None else failures,
            ready=status == "todo" and not task.waiting and not task.unscoped,
        )
        return self._settle(seq)

    def rescope(self, seq: int, scope: tuple[str, ...], anchors: tuple[tuple[str, str], ...]) -> None:
        """Give a task another scope, or its first."""
        self._state.tasks[seq] = self._state.tasks[seq]._replace(scope=scope, anchors=anchors, unscoped=False)
        self._recount(seq)

    def reword(self, seq: int, *, title: str, priority: int) -> None:
        """Give a task another title and priority."""
        self._state.tasks[seq] = self._state.tasks[seq]._replace(title=title, priority=priority)

    def reorder(self, seq: int, depends_on: Sequence[str]) -> None:
        """Let a task depend on these tasks and on no others."""
        needed = (self.get(task_id) for task_id in depends_on)
        self._state.needs[seq] = frozenset(task.seq for task in needed if task is not None)
        self._recount(seq)

    def among(self, task_ids: Iterable[str]) -> list[Task]:
        """The tasks with these ids, whatever their status, oldest first."""
        wanted = set(task_ids)
        return [task for task in self._sorted() if task.id in wanted]

    def titled(self, titles: Iterable[str]) -> list[Task]:
        """The tasks with one of these titles, whatever their status, oldest first."""
        wanted = set(titles)
        return [task for task in self._sorted() if task.title in wanted]

    def offer(self, seq: int, *, ready: bool) -> None:
        """Hand a task out again that is in progress under a lapsed lease (`ready`), or take the offer back."""
        self._state.tasks[seq] = self._state.tasks[seq]._replace(ready=ready)

    def needs(self, seq: int) -> list[str]:
        """The tasks it waits for: they are not done, or have not come home."""
        needed = (self._state.tasks[other] for other in sorted(self._state.needs[seq]))
        return [task.id for task in needed if self._keeps_waiting(task)]

    def depends_on(self, task_id: str) -> list[str]:
        """The tasks it depends on, done or not."""
        task = self.get(task_id)
        return [] if task is None else [self._state.tasks[other].id for other in sorted(self._state.needs[task.seq])]

    def settle(self, task_id: str) -> list[str]:
        """Work out anew what waits for this task: it has landed, say. The tasks that this made ready."""
        task = self.get(task_id)
        return [] if task is None else self._settle(task.seq)

    def waiting_for(self, task_id: str) -> list[Task]:
        """The tasks that depend on it and are neither done nor dropped, oldest first."""
        task = self.get(task_id)
        return [
            other for other in self.open(len(self._state.tasks)) if task and task.seq in self._state.needs[other.seq]
        ]

    def ready(self, limit: int) -> list[Task]:
        """What may be claimed, in the order in which it is handed out."""
        found = [task for task in self._sorted() if task.ready]
        return sorted(found, key=lambda task: -task.priority)[:limit]

    def open(self, limit: int) -> list[Task]:
        """Those that are neither done nor dropped, oldest first."""
        return [task for task in self._sorted() if task.status not in _CLOSED][:limit]

    def anchors(self) -> list[Wanted]:
        """What each open task would take, oldest first."""
        return [_wanted(task) for task in self.open(len(self._state.tasks))]

    def done(self) -> int:
        """How many are done."""
        return sum(task.status == "done" for task in self._state.tasks.values())

    def note(self, seq: int, agent_id: int, text: str) -> None:
        """Keep a checkpoint with the task."""
        checkpoint = Checkpoint(self._state.now, self._state.name(agent_id), text)
        self._state.checkpoints[seq] = (*self._state.checkpoints.get(seq, ()), checkpoint)
        self._state.tasks[seq] = self._state.tasks[seq]._replace(kept=True)

    def notes(self, seq: int, limit: int) -> list[Checkpoint]:
        """The newest checkpoints, oldest of them first."""
        return list(self._state.checkpoints.get(seq, ())[-limit:])

    def _insert(self, draft: Draft) -> int:
        if self.get(draft.id) is not None:
            raise ValueError(f"two tasks with the id {draft.id}")
        seq = self._state.count("task row")
        self._state.needs[seq] = frozenset()
        self._state.tasks[seq] = Task(
            seq,
            draft.id,
            draft.title,
            draft.scope,
            draft.anchors,
            draft.resources,
            draft.priority,
            draft.tier,
            draft.done_when,
            "todo",
            0,
            not draft.unscoped,
            None,
            0,
            None,
            False,
            draft.unscoped,
        )
        return seq

    def _settle(self, seq: int) -> list[str]:
        dependents = [other for other in self._sorted() if seq in self._state.needs[other.seq]]
        return [other.id for other in dependents if self._recount(other.seq) and not other.ready]

    def _keeps_waiting(self, task: Task) -> bool:
        """It is not done, or it was done in a worktree of its own and has not come home from there."""
        away = any(
            found.task == task.id and found.merged is None and found.state != "removing"
            for found in self._state.worktrees.values()
        )
        return task.status not in _CLOSED or (task.status == "done" and away)

    def _recount(self, seq: int) -> bool:
        task = self._state.tasks[seq]
        waiting = len(self.needs(seq))
        ready = waiting == 0 and not task.unscoped if task.status == "todo" else task.ready
        self._state.tasks[seq] = task._replace(waiting=waiting, ready=ready)
        return ready and task.status == "todo"

    def _sorted(self) -> list[Task]:
        return [self._state.tasks[seq] for seq in sorted(self._state.tasks)]


def _wanted(task: Task) -> Wanted:
    return Wanted(task.id, task.scope, task.anchors, task.resources, task.token)
