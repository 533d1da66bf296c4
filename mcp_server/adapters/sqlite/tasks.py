"""The work, on SQLite."""

from __future__ import annotations

from mcp_server.adapters.sqlite.ids import fresh
from mcp_server.adapters.sqlite.scope_rows import anchors_from, anchors_text, dumps, loads, patterns_from, rows_around
from mcp_server.domain.task import Draft, Needed, Status, Task, Wanted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from sqlite3 import Connection
    from typing import Any

    from mcp_server.domain.messages import Checkpoint

    Free = Callable[[Wanted], bool]
    Suits = Callable[[Needed], bool]

_COLUMNS = """seq, id, title, scope, anchors, resources, priority, tier, done_when, status, waiting,
    ready AND NOT withheld, token, failures, needs, kept, unscoped, role, capabilities"""
_TASK = f"SELECT {_COLUMNS} FROM task "  # noqa: S608  only column names
# What keeps others waiting: it is not done, or it was done in a worktree of its own and is not merged yet, or it is
# where not every machine can have it.
_KEEPS_WAITING = """(n.status NOT IN ('done', 'dropped') OR (n.status = 'done' AND (
    EXISTS (SELECT 1 FROM worktree w WHERE w.task = n.id AND w.landed IS NULL AND w.state <> 'removing')
    OR EXISTS (SELECT 1 FROM unmerged u WHERE u.task = n.id))))"""
_TOKEN, _NOTE = fresh("event"), fresh("checkpoint")
# Selection and claim are one statement. `ready` in the outer WHERE is what makes a claim exclusive, whatever the
# selection found. The token is the number that the event of this claim is going to have.
_TAKE = f"""
    UPDATE task SET status = 'in_progress', ready = 0, needs = NULL, changed_at = ?,
        token = ifnull({_TOKEN}, (SELECT ifnull(max(id), 0) + 1 FROM event))
    WHERE ready = 1 AND withheld = 0 AND seq = (SELECT seq FROM task WHERE ready = 1 AND withheld = 0 {{only}}
                               AND ((NOT ? AND capabilities = '[]') OR suits(id, role, capabilities, scope))
                               AND free(id, scope, anchors, resources, token) ORDER BY priority DESC, seq LIMIT 1)
    RETURNING {_COLUMNS}"""  # noqa: S608  only column names
_TAKE_BEST = _TAKE.format(only="")
_TAKE_THIS = _TAKE.format(only="AND id = ?")


class SqliteTasks:
    """The tasks' book."""

    now: float

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._free: Free = lambda _wanted: False
        self._suits: Suits | None = None
        self._failure: Exception | None = None
        self._offered: Wanted | None = None
        connection.create_function("free", 5, self._is_free)
        connection.create_function("suits", 4, self._does_suit)

    def add(self, drafts: Sequence[Draft]) -> None:
        numbers = {draft.id: self._insert(draft) for draft in drafts}
        for draft in drafts:
            self._depend(numbers[draft.id], draft.depends_on)
            if draft.depends_on:
                self._recount(numbers[draft.id])

    def get(self, task_id: str) -> Task | None:
        """The task with this id, or None."""
        row = self._connection.execute(_TASK + "WHERE id = ?", (task_id,)).fetchone()
        return None if row is None else _task(row)

    def known(self, task_ids: Iterable[str]) -> set[str]:
        """Those of the ids that a task has."""
        query = "SELECT id FROM task WHERE id IN (SELECT value FROM json_each(?))"
        return {row[0] for row in self._connection.execute(query, (dumps(list(task_ids)),))}

    def next_id(self) -> str:
        while True:
            row = self._connection.execute(
                "INSERT INTO note (key, value) VALUES ('tasks', 1) "
                "ON CONFLICT (key) DO UPDATE SET value = value + 1 RETURNING value"
            ).fetchone()
            candidate = f"T{row[0]}"
            if self.get(candidate) is None:
                return candidate

    def take(
        self, free: Free, task_id: str | None, suits: Suits | None = None, *, limited: bool = False
    ) -> Task | None:
        """Choose and take, in one step: the ready task that is highest in priority, then oldest, and `free`."""
        self._free, self._suits, self._failure, self._offered = free, suits, None, None
        statement = _TAKE_BEST if task_id is None else _TAKE_THIS
        values = (self.now, limited) if task_id is None else (self.now, task_id, limited)
        try:
            rows = self._connection.execute(statement, values).fetchall()
        except self._connection.OperationalError:
            if self._failure is not None:
                raise self._failure from None
            raise
        return _task(rows[0], self._offered) if rows else None

    def put(
        self, seq: int, *, status: Status, token: int | None, needs: str | None = None, failures: int | None = None
    ) -> list[str]:
        self._connection.execute(
            "UPDATE task SET status = ?, token = ?, needs = ?, failures = ifnull(?, failures), changed_at = ?, "
            "ready = (? = 'todo' AND waiting = 0 AND NOT unscoped) WHERE seq = ?",
            (status, token, needs, failures, self.now, status, seq),
        )
        if status not in ("done", "dropped"):
            self._lay_again(seq)
        return self._settle(seq)

    def rescope(self, seq: int, scope: tuple[str, ...], anchors: tuple[tuple[str, str], ...]) -> None:
        """Give a task another scope, or its first."""
        self._connection.execute(
            "UPDATE task SET scope = ?, anchors = ?, unscoped = 0 WHERE seq = ?",
            ("\n".join(scope), anchors_text(anchors), seq),
        )
        self._connection.execute("DELETE FROM task_ground WHERE task = ?", (seq,))
        self._lay(seq, anchors)
        self._recount(seq)

    def reword(self, seq: int, *, title: str, priority: int) -> None:
        """Give a task another title and priority."""
        self._connection.execute("UPDATE task SET title = ?, priority = ? WHERE seq = ?", (title, priority, seq))

    def reorder(self, seq: int, depends_on: Sequence[str]) -> None:
        self._connection.execute("DELETE FROM dependency WHERE task = ?", (seq,))
        self._depend(seq, depends_on)
        self._recount(seq)

    def among(self, task_ids: Iterable[str]) -> list[Task]:
        return self._many("WHERE id IN (SELECT value FROM json_each(?)) ORDER BY seq", dumps(list(task_ids)))

    def titled(self, titles: Iterable[str]) -> list[Task]:
        return self._many("WHERE title IN (SELECT value FROM json_each(?)) ORDER BY seq", dumps(list(titles)))

    def offer(self, seq: int, *, ready: bool) -> None:
        self._connection.execute("UPDATE task SET ready = ? WHERE seq = ?", (ready, seq))

    def needs(self, seq: int) -> list[str]:
        """The tasks it waits for: they are not done, or not merged."""
        return self._ids(f"d.task = ? AND {_KEEPS_WAITING}", seq)

    def depends_on(self, task_id: str) -> list[str]:
        """The tasks it depends on, done or not."""
        return self._ids("d.task = (SELECT seq FROM task WHERE id = ?)", task_id)

    def settle(self, task_id: str) -> list[str]:
        task = self.get(task_id)
        return [] if task is None else self._settle(task.seq)

    def waiting_for(self, task_id: str) -> list[Task]:
        where = (
            "WHERE status NOT IN ('done', 'dropped') AND seq IN (SELECT d.task FROM dependency d JOIN task n "
            "ON n.seq = d.needs WHERE n.id = ?) ORDER BY seq"
        )
        return self._many(where, task_id)

    def ready(self, limit: int) -> list[Task]:
        """What may be claimed, in the order in which it is handed out."""
        return self._many("WHERE ready = 1 AND withheld = 0 ORDER BY priority DESC, seq LIMIT ?", limit)

    def open(self, limit: int) -> list[Task]:
        return self._many("WHERE status NOT IN ('done', 'dropped') ORDER BY seq LIMIT ?", limit)

    def stopped(self, limit: int) -> list[Task]:
        return self._many("WHERE status IN ('blocked', 'review') ORDER BY status DESC, seq LIMIT ?", limit)

    def finished(self, since: float, limit: int) -> list[Task]:
        return self._many("WHERE status = 'done' AND changed_at >= ? ORDER BY changed_at DESC LIMIT ?", since, limit)

    def changed_at(self, seq: int) -> float:
        [at] = self._connection.execute("SELECT changed_at FROM task WHERE seq = ?", (seq,)).fetchone()
        return float(at)

    def around(self, anchors: Iterable[str]) -> list[Wanted]:
        found: set[int] = set()
        for anchor in dict.fromkeys(anchors):
            query, values = rows_around("task", "task_ground", anchor)
            found.update(row[0] for row in self._connection.execute(query, values))
        query = (
            "SELECT id, scope, anchors, resources, token FROM task WHERE seq IN (SELECT value FROM json_each(?)) "
            "AND status NOT IN ('done', 'dropped') ORDER BY seq"
        )
        return [_wanted(*row) for row in self._connection.execute(query, (dumps(sorted(found)),))]

    def counts(self) -> tuple[int, int]:
        query = "SELECT ifnull(sum(value), 0) FROM note WHERE key = ?"
        is_open, done = (self._connection.execute(query, (key,)).fetchone()[0] for key in ("tasks_open", "tasks_done"))
        return int(is_open), int(done)

    def note(self, seq: int, agent_id: int, text: str) -> None:
        """Keep a checkpoint with the task."""
        self._connection.execute(
            f"INSERT INTO checkpoint (id, task, agent, at, text) VALUES ({_NOTE}, ?, ?, ?, ?)",  # noqa: S608  as above
            (seq, agent_id, self.now, text),
        )
        self._connection.execute("UPDATE task SET kept = 1 WHERE seq = ?", (seq,))

    def notes(self, seq: int, limit: int) -> list[Checkpoint]:
        """The newest checkpoints, oldest of them first."""
        rows = self._connection.execute(
            "SELECT c.at, a.name, c.text FROM checkpoint c JOIN agent a ON a.id = c.agent WHERE c.task = ? "
            "ORDER BY c.id DESC LIMIT ?",
            (seq, limit),
        )
        from mcp_server.domain.messages import Checkpoint

        return [Checkpoint(*row) for row in rows][::-1]

    def _insert(self, draft: Draft) -> int:
        lists = "\n".join(draft.scope), anchors_text(draft.anchors), dumps(draft.resources)
        rest = draft.priority, draft.tier, draft.done_when, not draft.unscoped, self.now, draft.unscoped
        needed = draft.role, dumps(draft.capabilities)
        cursor = self._connection.execute(
            "INSERT INTO task (id, title, scope, anchors, resources, priority, tier, done_when, status, waiting, "
            "ready, changed_at, unscoped, role, capabilities) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'todo', 0, ?, ?, ?, ?, ?)",
            (draft.id, draft.title, *lists, *rest, *needed),
        )
        seq = cursor.lastrowid or 0
        self._lay(seq, draft.anchors)
        return seq

    def _lay_again(self, seq: int) -> None:
        """A task that was done and is open again lies where it did."""
        query = "SELECT anchors FROM task WHERE seq = ?1 AND NOT EXISTS (SELECT 1 FROM task_ground WHERE task = ?1)"
        row = self._connection.execute(query, (seq,)).fetchone()
        if row is not None:
            self._lay(seq, anchors_from(row[0]))

    def _lay(self, seq: int, anchors: Iterable[tuple[str, str]]) -> None:
        for anchor, _ in anchors:
            self._connection.execute("INSERT OR IGNORE INTO task_ground VALUES (?, ?)", (anchor, seq))

    def _depend(self, seq: int, depends_on: Iterable[str]) -> None:
        for needed in depends_on:
            self._connection.execute(
                "INSERT OR IGNORE INTO dependency (task, needs) SELECT ?, seq FROM task WHERE id = ?", (seq, needed)
            )

    def _settle(self, seq: int) -> list[str]:
        query = "SELECT t.seq, t.id, t.ready FROM dependency d JOIN task t ON t.seq = d.task WHERE d.needs = ?"
        dependents = self._connection.execute(query, (seq,)).fetchall()
        return [task_id for other, task_id, was_ready in dependents if self._recount(other) and not was_ready]

    def _recount(self, seq: int) -> bool:
        """Recompute what a task waits for and whether it is ready; one in progress is never offered by this."""
        self._connection.execute(
            "UPDATE task SET waiting = (SELECT count(*) FROM dependency d JOIN task n ON n.seq = d.needs "  # noqa: S608  constants
            f"WHERE d.task = task.seq AND {_KEEPS_WAITING}) WHERE seq = ?",
            (seq,),
        )
        statement = (
            "UPDATE task SET ready = (waiting = 0 AND NOT unscoped) WHERE seq = ? AND status = 'todo' RETURNING ready"
        )
        return self._connection.execute(statement, (seq,)).fetchall() == [(1,)]

    def _does_suit(self, task_id: str, role: str | None, capabilities: str, scope: str) -> bool:
        try:
            return self._suits is None or self._suits(Needed(task_id, role, _listed(capabilities), bool(scope)))
        except Exception as error:
            self._failure = error
            raise

    def _is_free(self, task_id: str, scope: str, anchors: str, resources: str, token: int | None) -> bool:
        try:
            self._offered = _wanted(task_id, scope, anchors, resources, token)
            return self._free(self._offered)
        except Exception as error:
            self._failure = error  # SQLite would replace it by words that say nothing
            raise

    def _ids(self, where: str, value: int | str) -> list[str]:
        query = f"SELECT n.id FROM dependency d JOIN task n ON n.seq = d.needs WHERE {where} ORDER BY n.seq"  # noqa: S608  constants of this module
        return [row[0] for row in self._connection.execute(query, (value,))]

    def _many(self, where: str, *values: Any) -> list[Task]:
        return [_task(row) for row in self._connection.execute(_TASK + where, values)]


def _wanted(task_id: str, scope: str, anchors: str, resources: str, token: int | None) -> Wanted:
    return Wanted(task_id, patterns_from(scope), anchors_from(anchors), _listed(resources), token)


def _listed(text: str) -> tuple[str, ...]:
    return () if text == "[]" else tuple(loads(text))


def _task(row: tuple[Any, ...], wanted: Wanted | None = None) -> Task:
    """The task in a row; `wanted` is what has been read of it already."""
    if wanted is None:
        wanted = _wanted(row[1], row[3], row[4], row[5], None)
    seq, task_id, title, _, _, _, priority, tier, done_when, status, waiting, ready, token, *last = row
    failures, needs, kept, unscoped, role, capabilities = last
    lists = wanted.scope, wanted.anchors, wanted.resources
    said = priority, tier, done_when, status, waiting, bool(ready), token, failures, needs, bool(kept), bool(unscoped)
    return Task._make((seq, task_id, title, *lists, *said, role, _listed(capabilities)))
