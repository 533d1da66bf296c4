"""What was spent, on SQLite. On the hot path of a hook: takes an open connection, imports next to nothing."""

from __future__ import annotations

from mcp_server.adapters.sqlite.ids import fresh
from mcp_server.domain.text import stamp
from mcp_server.domain.usage.response import NOTHING, Place

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from sqlite3 import Connection
    from typing import Any

    from mcp_server.domain.usage.response import Passage, Response, Tokens
    from mcp_server.domain.usage.sums import Doubt, Part

KEPT_SECONDS = 30 * 24 * 3600.0
"""For so long it is known which responses were counted; what is older when it is read is not counted any more. The
client itself keeps its transcripts no longer."""
_HELD = """
    SELECT t.id FROM lease l JOIN task t ON t.seq = l.task
    WHERE l.holder = ? AND l.resource IS NULL AND l.taken_by IS NULL ORDER BY l.token DESC LIMIT 1"""
_PARTS = """
    SELECT ifnull(a.name, '#' || u.agent), u.task, u.model, u.day,
        u.responses, u.input, u.output, u.cache_written, u.cache_read
    FROM usage u LEFT JOIN agent a ON a.id = u.agent
    WHERE u.input + u.output + u.cache_written + u.cache_read > 0 AND (?1 IS NULL OR u.day >= ?1) {only}
    ORDER BY u.day, u.id"""
_DOUBTS = """
    SELECT ifnull(a.name, '#' || t.agent), sum(t.size - t.place), sum(t.rewritten), sum(t.unreadable), sum(t.compacted),
        max(t.gone)
    FROM transcript t LEFT JOIN agent a ON a.id = t.agent
    WHERE t.read_at >= ? AND (t.size > t.place OR t.rewritten OR t.unreadable OR t.compacted OR t.gone)
    GROUP BY t.agent ORDER BY 1"""
_ID = fresh("usage")

LATEST_DONE = 200
_DONE_LIKE = """
    SELECT sum(u.input + u.output + u.cache_written) AS tokens FROM (
        SELECT id, tier FROM task WHERE status = 'done' ORDER BY changed_at DESC LIMIT ?2
    ) t JOIN usage u ON u.task = t.id AND u.task <> ''
    WHERE t.tier IS (SELECT tier FROM task WHERE id = ?1)
    GROUP BY t.id HAVING tokens > 0 LIMIT ?3"""


class SqliteUsage:
    """What was spent, and how far the transcripts that say so were read."""

    now: float

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def place(self, path: str) -> Place | None:
        query = "SELECT inode, place, size, waits FROM transcript WHERE path = ?"
        row = self._connection.execute(query, (path,)).fetchone()
        return None if row is None else Place(*row[:3], waits=bool(row[3]))

    def is_limited(self) -> bool:
        return self._connection.execute("SELECT 1 FROM budget LIMIT 1").fetchone() is not None

    def task_of(self, agent: int, parent: int | None) -> str:
        for holder in (agent, parent):
            row = self._connection.execute(_HELD, (holder,)).fetchone() if holder is not None else None
            if row is not None:
                return str(row[0])
        return ""

    def record(self, path: str, session: str, agent: int, task: str, passage: Passage | None) -> None:
        known = self._transcript(path, session, agent)
        if passage is None:
            self._connection.execute("UPDATE transcript SET gone = 1, read_at = ? WHERE id = ?", (self.now, known[0]))
            return
        tally = _Tally(self._connection, self.now, known[0], session, agent)
        for response in passage.responses:
            tally.add(response, task or self._given_back(known[1], response.at))
        tally.write()
        place = passage.place
        self._connection.execute(
            "UPDATE transcript SET agent = ?, task = ?, inode = ?, place = ?, size = ?, waits = ?, read_at = ?, "
            "rewritten = rewritten + ?, unreadable = iif(?, 0, unreadable) + ?, compacted = iif(?, 0, compacted) + ?, "
            "copied = max(copied, ?), gone = 0 WHERE id = ?",
            (agent, task, place.inode, place.at, place.size, place.waits, self.now, passage.rewritten)
            + (passage.rewritten, passage.unreadable, passage.rewritten, passage.compacted)
            + (any(map(tally.is_foreign, passage.copies)) or tally.knew_some, known[0]),
        )

    def settle(self, session: str, agent: int, task: str, totals: dict[str, Tokens]) -> None:
        rows = self._connection.execute("SELECT id, copied, begun_at FROM transcript WHERE session = ?", (session,))
        files = rows.fetchall()
        if not files or any(copied or begun < self.now - KEPT_SECONDS for _, copied, begun in files):
            return
        counted = self._counted([row[0] for row in files], beside=session)
        tally = _Tally(self._connection, self.now, files[0][0], session, agent, is_response=False)
        for model, total in totals.items():
            beside = [max(0, one - other) for one, other in zip(total, counted.get(model, NOTHING), strict=True)]
            if any(beside):
                tally.put(_beside(session, model), model, "", (beside[0], beside[1], beside[2], beside[3]), task)
        tally.write()
        self._connection.execute("UPDATE transcript SET compacted = 0 WHERE session = ?", (session,))

    def parts(self, since: str | None = None, *, agent: int | None = None) -> list[Part]:
        from mcp_server.domain.usage.sums import Part, Usage

        query = _PARTS.format(only="" if agent is None else "AND u.agent = ?2")
        rows = self._connection.execute(query, (since,) if agent is None else (since, agent))
        return [Part(name, task, model, day, Usage(*sums)) for name, task, model, day, *sums in rows]

    def on_task(self, task: str) -> int:
        query = "SELECT ifnull(sum(input + output + cache_written), 0) FROM usage WHERE task = ? AND task <> ''"
        return int(self._connection.execute(query, (task,)).fetchone()[0])

    def on_done_like(self, task: str, limit: int) -> list[int]:
        return [row[0] for row in self._connection.execute(_DONE_LIKE, (task, LATEST_DONE, limit))]

    def doubts(self, since: float) -> list[Doubt]:
        from mcp_server.domain.usage.sums import Doubt

        rows = self._connection.execute(_DOUBTS, (since,))
        return [
            Doubt(name, *(left, again, lines, made), gone=bool(gone)) for name, left, again, lines, made, gone in rows
        ]

    def unfinished(self, since: float) -> list[tuple[str, str, int]]:
        query = "SELECT path, session, agent FROM transcript WHERE read_at >= ? ORDER BY session = path, id"
        return [(row[0], row[1], row[2]) for row in self._connection.execute(query, (since,))]

    def _transcript(self, path: str, session: str, agent: int) -> tuple[int, str]:
        query = "SELECT id, task FROM transcript WHERE path = ?"
        row = self._connection.execute(query, (path,)).fetchone()
        if row is None:
            self._connection.execute(
                "INSERT INTO transcript (path, session, agent, begun_at, read_at) VALUES (?, ?, ?, ?, ?)",
                (path, session, agent, self.now, self.now),
            )
            row = self._connection.execute(query, (path,)).fetchone()
        return row[0], row[1]

    def _given_back(self, task: str, at: str) -> str:
        """The task that the agent had until after this moment: the response with which it finished it counts for it."""
        if not task or not at:
            return ""
        row = self._connection.execute("SELECT changed_at FROM task WHERE id = ?", (task,)).fetchone()
        return task if row is not None and at[:19] <= stamp(row[0])[:19] else ""

    def _counted(self, files: list[int], beside: str) -> dict[str, Tokens]:
        """What the responses of these transcripts cost, by model, but for what was settled before."""
        marks = ",".join("?" * len(files))
        rows = self._connection.execute(
            "SELECT u.model, r.sign, r.input, r.output, r.cache_written, r.cache_read "  # noqa: S608  only marks
            f"FROM response r JOIN usage u ON u.id = r.part WHERE r.transcript IN ({marks})",
            files,
        )
        found: dict[str, Tokens] = {}
        signs: dict[str, int] = {}
        for model, sign, *tokens in rows:
            if sign != signs.setdefault(model, _sign(_beside(beside, model))):
                one, two, three, four = found.get(model, NOTHING)
                found[model] = one + tokens[0], two + tokens[1], three + tokens[2], four + tokens[3]
        return found


class _Tally:
    """Adds responses of one transcript to the sums, each once; the last thing that is said of one counts."""

    def __init__(  # noqa: PLR0913  what all of its responses have in common
        self, connection: Connection, now: float, transcript: int, session: str, agent: int, *, is_response: bool = True
    ) -> None:
        self._session = session
        self._connection = connection
        self._transcript = transcript
        self._agent = agent
        self._today = stamp(now)[:10]
        self._oldest = stamp(now - KEPT_SECONDS)[:10]
        self._counts = int(is_response)
        self._parts: dict[tuple[str, str, str], int] = {}
        self._added: dict[int, list[int]] = {}
        self.knew_some = False

    def add(self, response: Response, task: str) -> None:
        """Count this response, unless it is so old that it may have been forgotten that it was counted."""
        if not response.at or response.at[:10] >= self._oldest:
            self.put(response.id, response.model, response.at, response.tokens, task)

    def put(self, name: str, model: str, at: str, tokens: Tokens, task: str) -> None:
        sign = _sign(name)
        row = self._connection.execute(
            "SELECT seq, part, transcript, input, output, cache_written, cache_read FROM response WHERE sign = ?",
            (sign,),
        ).fetchone()
        if row is None:
            part = self._part(task, model, min(at[:10] or self._today, self._today))
            self._connection.execute(
                "INSERT INTO response (sign, part, transcript, input, output, cache_written, cache_read) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                (sign, part, self._transcript, *tokens),
            )
            self._sum(part, self._counts, tokens)
            return
        self.knew_some = self.knew_some or not self._is_here(row[2])
        if row[3:] != tokens:
            self._connection.execute(
                "UPDATE response SET input = ?, output = ?, cache_written = ?, cache_read = ? WHERE seq = ?",
                (*tokens, row[0]),
            )
            self._sum(row[1], 0, [new - old for new, old in zip(tokens, row[3:], strict=True)])

    def is_foreign(self, name: str) -> bool:
        """Whether the response with this id was not counted in a transcript of this session."""
        row = self._connection.execute("SELECT transcript FROM response WHERE sign = ?", (_sign(name),)).fetchone()
        return row is None or not self._is_here(row[0])

    def _is_here(self, transcript: int) -> bool:
        if transcript == self._transcript:
            return True
        row = self._connection.execute("SELECT session FROM transcript WHERE id = ?", (transcript,)).fetchone()
        return row is not None and row[0] == self._session

    def write(self) -> None:
        """Add it all up."""
        for part, added in self._added.items():
            self._connection.execute(
                "UPDATE usage SET responses = responses + ?, input = input + ?, output = output + ?, "
                "cache_written = cache_written + ?, cache_read = cache_read + ? WHERE id = ?",
                (*added, part),
            )

    def _sum(self, part: int, responses: int, tokens: Iterable[int]) -> None:
        sums = self._added.setdefault(part, [0, 0, 0, 0, 0])
        for at, number in enumerate((responses, *tokens)):
            sums[at] += number

    def _part(self, task: str, model: str, day: str) -> int:
        key = (task, model, day)
        if key not in self._parts:
            values: Sequence[Any] = (self._agent, *key)
            self._connection.execute(
                f"INSERT OR IGNORE INTO usage (id, agent, task, model, day) VALUES ({_ID}, ?, ?, ?, ?)",  # noqa: S608  as above
                values,
            )
            [self._parts[key]] = self._connection.execute(
                "SELECT id FROM usage WHERE agent = ? AND task = ? AND model = ? AND day = ?", values
            ).fetchone()
        return self._parts[key]


def _beside(session: str, model: str) -> str:
    """What the client asked beside the session's transcripts, as if it were one response of this model."""
    return f"{session}\n{model}"


def _sign(name: str) -> int:
    """A number for an id: of a million responses two have the same one with a chance of one in thirty million."""
    from _blake2 import blake2b

    return int.from_bytes(blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big", signed=True)
