"""Which tasks wait for review, on SQLite. Its status says that a task waits; a row says what is known of its review."""

from __future__ import annotations

from typing import Any

from mcp_server.domain.task import Check, Review

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sqlite3 import Connection

    from mcp_server.domain.machines.mirror import Mirror

_REVIEW = """
    SELECT t.id, r.author, a.name, r.worktree, r.began_at, r.asked_at, r.rejected_at, r.reason,
        r.check_command, r.check_code, r.check_lines, r.check_log, r.check_commit, r.checked_at
    FROM review r JOIN task t ON t.seq = r.task JOIN agent a ON a.id = r.author """
_WAITING = "SELECT seq FROM task WHERE status = 'review'"
_IN_PROGRESS = """
    SELECT t.seq FROM lease l CROSS JOIN task t ON t.token = l.token AND t.seq = l.task
    WHERE t.status = 'in_progress'"""
_REJECTED = """
    SELECT r.task FROM review r CROSS JOIN task t ON t.seq = r.task
    WHERE r.rejected_at IS NOT NULL AND t.status = 'todo'"""
_TAKEN = f"SELECT count(*) FROM ({_WAITING} LIMIT ?)"  # noqa: S608  statements of ours
_TAKEN_BEGUN = "SELECT count(*) FROM ({})".format(  # noqa: S608
    " UNION ALL ".join(f"SELECT * FROM ({kind} LIMIT ?)" for kind in (_WAITING, _IN_PROGRESS, _REJECTED))  # noqa: S608
)
# What was begun has a lease or a review; of what is ready there may be a hundred thousand.
_BEGUN = """
    SELECT id FROM task WHERE +ready = 1 AND withheld = 0 AND seq IN (
        SELECT task FROM review WHERE rejected_at IS NOT NULL
        UNION SELECT l.task FROM lease l JOIN task t ON t.seq = l.task AND t.token = l.token)
    ORDER BY priority DESC, seq LIMIT ?"""


class SqliteReviews:
    """The reviews' book."""

    now: float
    mirror: Mirror | None = None

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def ask(self, seq: int, author: int, *, worktree: str, began_at: float) -> None:
        self._connection.execute(
            "INSERT INTO review (task, author, worktree, began_at, asked_at) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT (task) DO UPDATE SET author = excluded.author, worktree = excluded.worktree, "
            "began_at = min(began_at, excluded.began_at), asked_at = excluded.asked_at, rejected_at = NULL, "
            "reason = NULL, check_command = NULL, check_code = NULL, check_lines = NULL, check_log = NULL, "
            "check_commit = NULL, checked_at = NULL",
            (seq, author, worktree, began_at, self.now),
        )

    def of(self, seq: int) -> Review | None:

        row = self._connection.execute(_REVIEW + "WHERE r.task = ?", (seq,)).fetchone()
        return None if row is None else self._review(row)

    def waiting(self, limit: int) -> list[Review]:
        rows = self._connection.execute(
            _REVIEW + f"WHERE r.task IN ({_WAITING}) ORDER BY r.asked_at, r.task LIMIT ?", (limit,)
        )
        return [self._review(row) for row in rows]

    def taken(self, limit: int, *, begun: bool) -> int:
        statement, values = (_TAKEN_BEGUN, (limit,) * 3) if begun else (_TAKEN, (limit,))
        [count] = self._connection.execute(statement, values).fetchone()
        return min(int(count), limit)

    def begun(self, limit: int) -> list[str]:
        return [row[0] for row in self._connection.execute(_BEGUN, (limit,))]

    def reject(self, seq: int, reason: str) -> None:

        self._connection.execute(
            "UPDATE review SET rejected_at = ?, reason = ? WHERE task = ?", (self.now, reason, seq)
        )

    def checked(self, seq: int, check: Check) -> None:

        lines = "\n".join(check.lines)
        self._connection.execute(
            "UPDATE review SET check_command = ?, check_code = ?, check_lines = ?, check_log = ?, check_commit = ?, "
            "checked_at = ? WHERE task = ?",
            (check.command, check.code, lines, check.log, check.commit, self.now, seq),
        )

    def _review(self, row: tuple[Any, ...]) -> Review:
        review = _review(row)
        if self.mirror is None:
            return review
        return review._replace(worktree=self.mirror.place(review.author_name, review.worktree))


def _review(row: tuple[Any, ...]) -> Review:
    command, code, lines, log, commit, at = row[8:]
    check = (
        None if command is None else Check(command, code, tuple(lines.split("\n")) if lines else (), log, commit, at)
    )
    task, author, name, worktree, began_at, asked_at, rejected_at, reason = row[:8]
    return Review(task, author, name, worktree, began_at, asked_at, rejected_at, reason, check)
