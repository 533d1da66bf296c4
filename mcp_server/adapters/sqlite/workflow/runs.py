"""The runs of workflows, on SQLite: what is in which state, and which tasks are theirs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mcp_server.adapters.sqlite.scope_rows import dumps, loads
from mcp_server.domain.agent import Process
from mcp_server.domain.workflow.run import Counts, PhaseState, Run, RunPhase, State

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sqlite3 import Connection

_RUN = """
    SELECT seq, id, workflow, text, given, state, starter, begun_at, since, changed_by, why, tokens, failures
    FROM run """
_PHASES = """
    SELECT number, name, state, since, attempt, host, pid, started, gate, words, log
    FROM run_phase WHERE run = ? ORDER BY number"""
_AWAY = """t.status = 'done' AND EXISTS (
    SELECT 1 FROM worktree w WHERE w.task = t.id AND w.landed IS NULL AND w.state <> 'removing')"""
# What is open is found among the newest tasks at once, so that all are looked at only when a phase is nearly over.
_OPEN = """
    SELECT 1 FROM run_task r JOIN task t ON t.seq = r.task
    WHERE r.run = ? AND r.phase = ? AND t.status NOT IN ('done', 'dropped') ORDER BY r.task DESC LIMIT 1"""
_LEFT = f"""
    SELECT 1 FROM run_task r JOIN task t ON t.seq = r.task
    WHERE r.run = ? AND r.phase = ? AND {_AWAY} LIMIT 1"""  # noqa: S608  a constant of this module
_FAILED = """
    SELECT ifnull(sum(t.failures), 0) FROM run_task r JOIN task t ON t.seq = r.task WHERE r.run = ?"""
_COUNTS = f"""
    SELECT r.phase, count(*), sum(t.status = 'done' AND NOT ({_AWAY})), sum({_AWAY}), sum(t.status = 'in_progress'),
        sum(t.status = 'review'), sum(t.status = 'blocked'), sum(t.status = 'todo'), sum(t.status = 'dropped'),
        sum(t.failures)
    FROM run_task r JOIN task t ON t.seq = r.task WHERE r.run = ? GROUP BY r.phase"""  # noqa: S608  as above
_SPENT = """
    SELECT ifnull(sum(u.input + u.output + u.cache_written), 0)
    FROM run_task r JOIN task t ON t.seq = r.task JOIN usage u ON u.task = t.id WHERE r.run = ? AND u.task <> ''"""
_OF = """
    SELECT run FROM run_task WHERE task = (SELECT seq FROM task WHERE id = ?1)
    UNION SELECT run FROM run_phase WHERE gate = ?1 LIMIT 1"""


class SqliteRuns:
    """The runs' book."""

    now: float

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def next_id(self, workflow: str) -> str:
        [number] = self._connection.execute("SELECT count(*) FROM run WHERE workflow = ?", (workflow,)).fetchone()
        taken = "SELECT 1 FROM run WHERE id = ?1 UNION ALL SELECT 1 FROM task WHERE id = ?1 LIMIT 1"
        while True:
            number += 1
            candidate = f"{workflow}-{number}"
            if not self._connection.execute(taken, (candidate,)).fetchall():
                return candidate

    def begin(self, run: Run, phases: Sequence[str]) -> Run:
        said = (
            run.id,
            run.workflow,
            run.text,
            dumps(part for pair in run.given for part in pair),
            run.state,
            run.starter,
        )
        cursor = self._connection.execute(
            "INSERT INTO run (id, workflow, text, given, state, starter, begun_at, since, tokens, failures) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*said, self.now, self.now, run.tokens, run.failures),
        )
        seq = cursor.lastrowid or 0
        self._connection.executemany(
            "INSERT INTO run_phase (run, number, name, state, since) VALUES (?, ?, ?, 'waiting', ?)",
            [(seq, number, name, self.now) for number, name in enumerate(phases, 1)],
        )
        return run._replace(seq=seq, begun_at=self.now, since=self.now)

    def get(self, run_id: str) -> Run | None:
        return next(iter(self._many("WHERE id = ?", run_id)), None)

    def of(self, task_id: str) -> Run | None:
        return next(iter(self._many(f"WHERE seq IN ({_OF.replace('?1', '?')})", task_id, task_id)), None)

    def open(self) -> list[Run]:
        return self._many("WHERE state NOT IN ('stopped', 'done') ORDER BY seq")

    def latest(self, limit: int) -> list[Run]:
        return self._many("ORDER BY seq DESC LIMIT ?", limit)

    def move(self, seq: int, state: State, *, by: str | None = None, why: str | None = None) -> None:
        self._connection.execute(
            "UPDATE run SET state = ?, since = ?, changed_by = ?, why = ? WHERE seq = ?",
            (state, self.now, by, why, seq),
        )
        self._connection.execute(
            "UPDATE task SET withheld = ? WHERE seq IN (SELECT task FROM run_task WHERE run = ?)",
            (state not in ("running", "done"), seq),
        )

    def allow(self, seq: int, *, tokens: int | None, failures: int | None) -> None:
        self._connection.execute("UPDATE run SET tokens = ?, failures = ? WHERE seq = ?", (tokens, failures, seq))

    def phases(self, seq: int) -> list[RunPhase]:
        return [_phase(row) for row in self._connection.execute(_PHASES, (seq,))]

    def move_phase(  # noqa: PLR0913  what there is to know of a phase
        self,
        seq: int,
        number: int,
        state: PhaseState,
        *,
        words: str | None = None,
        log: str | None = None,
        gate: str | None = None,
    ) -> None:
        self._connection.execute(
            "UPDATE run_phase SET state = ?, since = ?, words = ?, log = ?, gate = ?, "
            "attempt = attempt + 1, host = NULL, pid = NULL, started = NULL "
            "WHERE run = ? AND number = ?",
            (state, self.now, words, log, gate, seq, number),
        )
        if gate is not None:
            self._connection.execute("UPDATE task SET withheld = 1 WHERE id = ?", (gate,))

    def take(self, seq: int, number: int, runner: Process | None, attempt: int, *, anew: bool = True) -> bool:
        taken = self._connection.execute(
            "UPDATE run_phase SET attempt = ?1, host = ?2, pid = ?3, started = ?4, "
            "since = iif(attempt = ?1, since, ?5) WHERE run = ?6 AND number = ?7 AND attempt = ?1 - ?8",
            (attempt, *(runner or (None, None, None)), self.now, seq, number, anew),
        )
        return taken.rowcount == 1

    def attach(self, seq: int, number: int, tasks: Sequence[tuple[str, str]]) -> None:
        self._connection.executemany(
            "INSERT INTO run_task (task, run, phase, item) SELECT seq, ?, ?, ? FROM task WHERE id = ?",
            [(seq, number, item, task_id) for task_id, item in tasks],
        )
        self._connection.execute(
            "UPDATE task SET withheld = (SELECT state NOT IN ('running', 'done') FROM run WHERE seq = ?1) "
            "WHERE seq IN (SELECT task FROM run_task WHERE run = ?1 AND phase = ?2)",
            (seq, number),
        )

    def detach(self, seq: int, number: int) -> None:
        self._connection.execute("DELETE FROM run_task WHERE run = ? AND phase = ?", (seq, number))

    def tasks(self, seq: int, number: int) -> list[tuple[str, str]]:
        query = "SELECT t.id, r.item FROM run_task r JOIN task t ON t.seq = r.task WHERE r.run = ? AND r.phase = ? "
        return self._connection.execute(query + "ORDER BY r.task", (seq, number)).fetchall()

    def is_over(self, seq: int, number: int) -> bool:
        return not any(self._connection.execute(query, (seq, number)).fetchall() for query in (_OPEN, _LEFT))

    def counts(self, seq: int) -> dict[int, Counts]:
        return {row[0]: Counts(*row[1:]) for row in self._connection.execute(_COUNTS, (seq,))}

    def failed(self, seq: int) -> int:
        return int(self._connection.execute(_FAILED, (seq,)).fetchone()[0])

    def spent(self, seq: int) -> int:
        return int(self._connection.execute(_SPENT, (seq,)).fetchone()[0])

    def is_gate(self, task_id: str) -> bool:
        return bool(self._connection.execute("SELECT 1 FROM run_phase WHERE gate = ?", (task_id,)).fetchall())

    def _many(self, where: str, *values: Any) -> list[Run]:
        return [_run(row) for row in self._connection.execute(_RUN + where, values)]


def _run(row: tuple[Any, ...]) -> Run:
    seq, run_id, workflow, text, given, *rest = row
    parts = loads(given)
    return Run(seq, run_id, workflow, text, tuple(zip(parts[::2], parts[1::2], strict=True)), *rest)


def _phase(row: tuple[Any, ...]) -> RunPhase:
    number, name, state, since, attempt, host, pid, started, *rest = row
    runner = None if host is None else Process(host, pid, started)
    return RunPhase(number, name, state, since, attempt, runner, *rest)
