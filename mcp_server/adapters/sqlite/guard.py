"""The guard's book on SQLite: what a hook reads before an edit, and the renewal that it writes.

On the hot path of a hook: takes an open connection and imports nothing that is not needed for one decision.
"""

from __future__ import annotations

from mcp_server.adapters.sqlite.ids import fresh
from mcp_server.domain.decision import PRESENT_SECONDS, REVIEW, AgentRights, LiveLease, Loss, Overspent, Policy
from mcp_server.domain.scopes.scope import ancestors

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from sqlite3 import Connection
    from typing import Any, Protocol

    from mcp_server.domain.assignment.limits import Limit
    from mcp_server.domain.machines.mirror import Mirror
    from mcp_server.domain.other_worktree import MadeFor, Occupant
    from mcp_server.domain.presence import Moment

    class Holders(Protocol):
        """What holders do: see `presence.book`."""

        moment: Moment

        def keeps_by(self, row: Sequence[Any], seconds: float) -> bool:
            """Whether the agent with these `SIGNS` keeps a lease of this length."""

        def is_gone_by(self, row: Sequence[Any]) -> bool:
            """Whether the agent with these `SIGNS` has ended."""


RENEW_AFTER = 15.0
"""Seconds for which an agent counts as just seen: renewing at every step would only make writers wait."""

SIGNS = (
    "a.id, a.kind, a.host, a.pid, a.started, a.seen_at, a.tick_of, a.tick, "
    "a.ended_at, a.idle_at, a.prompt_at, a.prompt_tick"
)
"""The columns of an agent `a` that tell what it does."""
_OWN = """
    SELECT l.holder, a.name, t.id, t.title, l.resource, l.granted_at, l.scope, l.taken_by, l.taken_at, t.role
    FROM lease l JOIN agent a ON a.id = l.holder LEFT JOIN task t ON t.seq = l.task
    WHERE l.holder IN (?, ?)"""
_NEAR = f"""
    SELECT DISTINCT l.holder, a.name, t.id, t.title, l.resource, l.granted_at, l.scope, l.seconds, {SIGNS}
    FROM ground g JOIN lease l ON l.token = g.token JOIN agent a ON a.id = l.holder LEFT JOIN task t ON t.seq = l.task
    WHERE g.anchor IN ({{marks}}) AND l.taken_by IS NULL AND a.ended_at IS NULL"""  # noqa: S608  names of ours
_WITHIN = _NEAR.replace("g.anchor IN ({marks})", "g.anchor >= ? AND g.anchor < ?")
_BESIDE = f"""
    SELECT l.holder, a.name, t.id, t.title, l.resource, l.granted_at, l.scope, l.seconds, {SIGNS}
    FROM (SELECT min(l.token) AS token FROM lease l JOIN agent a ON a.id = l.holder
          WHERE l.resource IS NULL AND l.taken_by IS NULL AND a.ended_at IS NULL
              AND (a.worktree = ?1 OR (a.kind = 'review' AND (SELECT worktree FROM review WHERE task = l.task) = ?1))
          GROUP BY l.holder, l.seconds) first
    JOIN lease l ON l.token = first.token JOIN agent a ON a.id = l.holder JOIN task t ON t.seq = l.task
    ORDER BY l.token"""  # noqa: S608  names of ours
_EDITING = f"""
    SELECT a.id, a.name, NULL, '', NULL, a.seen_at, '', {PRESENT_SECONDS}, {SIGNS}, a.parent
    FROM agent a
    WHERE a.worktree = ? AND a.ended_at IS NULL AND a.seen_at > ?
        AND EXISTS (SELECT 1 FROM edit e WHERE e.agent = a.id AND e.last_at > ?)
    ORDER BY a.name"""  # noqa: S608  names of ours
_PLACE = """
    SELECT a.worktree, EXISTS (SELECT 1 FROM budget WHERE level = 2),
        EXISTS (SELECT 1 FROM teammate WHERE agent IN (?1, ?2) AND waits = 1), a.type, p.type, p.parent
    FROM agent a LEFT JOIN agent p ON p.id = a.parent WHERE a.id = ?1"""
_HOMES = """
    SELECT path FROM worktree WHERE task IN ({marks}) AND landed IS NULL AND state != 'removing'
    ORDER BY made_at DESC, name"""
_TASK_OF = """
    SELECT w.task, (SELECT l.scope FROM lease l JOIN task t ON t.seq = l.task
                    WHERE t.id = w.task AND l.taken_by IS NULL AND l.resource IS NULL AND l.holder IN ({marks}))
    FROM worktree w WHERE w.path = ? AND w.task IS NOT NULL AND w.landed IS NULL AND w.state != 'removing'"""
_PRESENT = f"""
    SELECT a.name, {SIGNS} FROM agent a
    WHERE a.worktree = ? AND a.parent IS NULL AND a.kind = 'session' AND a.ended_at IS NULL AND a.seen_at > ?
        AND a.id NOT IN ({{marks}})
    ORDER BY a.seen_at DESC, a.name"""  # noqa: S608  names of ours
_MADE_FOR = """
    SELECT task FROM worktree
    WHERE path = ? AND task IS NOT NULL AND landed IS NULL AND task NOT IN (
        SELECT t.id FROM lease l JOIN task t ON t.seq = l.task WHERE l.taken_by IS NULL AND l.holder IN ({marks}))"""
_REFUSED = f"""
    INSERT INTO event (id, at, agent, kind, subject, detail)
    VALUES ({fresh("event")}, ?, ?, 'refused', ?, ?)"""  # noqa: S608  names of ours
_REFUSALS = """
    SELECT count(*), max(e.id) > ifnull(max(o.seen), 0) FROM event e LEFT JOIN off_track o ON o.agent = e.agent
    WHERE e.kind = 'refused' AND e.agent = ?1 AND e.detail = 'outside' AND e.at >= ?2
        AND e.id > ifnull(o.forgiven, 0)"""


class SqliteGuardBook:
    """The guard's book of one store."""

    def __init__(
        self,
        connection: Connection,
        now: float,
        policy: Callable[[], Policy],
        presence: Callable[[], Holders],
        mirror: Mirror | None = None,
    ) -> None:
        self._connection = connection
        self.now = now
        self._mirror = mirror
        self._policy = policy
        self._presence = presence
        self._known: Policy | None = None

    def policy(self) -> Policy:
        """The settings in force, looked up once for all that is asked of this book."""
        if self._known is None:
            self._known = self._policy()
        return self._known

    def rights(self, key: str, parent_key: str | None, kind: str | None = None) -> AgentRights:
        agent = self._agent(key)
        if agent is not None:
            return self.rights_of(*agent)
        parent = self._agent(parent_key) if parent_key else None
        rights = AgentRights((), (), None) if parent is None else self.rights_of(*parent)
        if kind is not None:
            from mcp_server.domain.assignment.limits import Member, limits_of

            rights.limits = (*limits_of([Member(kind, ())], self.policy().roles), *rights.limits)
        return rights

    def rights_of(self, own: int, parent: int | None) -> AgentRights:
        rows = self._connection.execute(_OWN, (own, parent)).fetchall()
        has_claim = any(row[0] == own and row[2] is not None and row[7] is None for row in rows)
        mine = [row for row in rows if row[0] == own or not has_claim]
        leases = [_lease(row) for row in mine if row[7] is None]
        lost = next((row for row in mine if row[7] is not None), None)
        family = (own,) if parent is None else (own, parent)
        worktree, some_reached, waits, *kinds, above = self._place(own, parent)
        rights = AgentRights(family, leases, Loss(lost[4] or lost[2], lost[7], lost[8]) if lost else None, worktree)
        if some_reached:
            rights.overspent = self._overspent(rights)
        if above is not None or any(kinds) or any(row[9] is not None for row in rows):
            self._limit(rights, rows, own)
        if waits:
            self._close(rights)
        return rights

    def limits_on_claims(self, agent_id: int) -> Sequence[Limit]:
        from mcp_server.adapters.sqlite.assignment.limits import limits_on_claims

        return limits_on_claims(self._connection, agent_id, self.policy().roles)

    def near(self, path: str) -> Sequence[LiveLease]:
        anchors = ancestors(path)
        query = _NEAR.format(marks=",".join("?" * len(anchors)))
        return self._marked([_lease(row, self._keeps(row)) for row in self._connection.execute(query, anchors)])

    def within(self, directory: str) -> Sequence[LiveLease]:
        # "0" is the letter after "/": between the two lies all that is below the directory.
        ends = (directory + "/", directory + "0") if directory else ("", "\U0010ffff")
        rows = [*self._connection.execute(_NEAR.format(marks="?"), (directory,))] if directory else []
        rows += self._connection.execute(_WITHIN, ends)
        return self._live(rows)

    def beside(self, root: str, family: Sequence[int]) -> Sequence[LiveLease]:
        rows = [row for row in self._connection.execute(_BESIDE, (root,)) if row[0] not in family]
        return self._live(rows if self._mirror is None else self._here(rows, self._mirror))

    def editing(self, root: str, family: Sequence[int]) -> Sequence[LiveLease]:
        since = self.now - PRESENT_SECONDS
        rows = self._connection.execute(_EDITING, (root, since, since))
        return self._live(row[:-1] for row in rows if row[0] not in family and row[-1] not in family)

    def unmerged_worktrees(self, tasks: Sequence[str]) -> Sequence[str]:
        query = _HOMES.format(marks=",".join("?" * len(tasks)))
        return [row[0] for row in self._connection.execute(query, (*tasks,))]

    def made_for(self, root: str, family: Sequence[int]) -> MadeFor | None:
        query = _TASK_OF.format(marks=",".join("?" * len(family)))
        row = self._connection.execute(query, (*family, root)).fetchone()
        if row is None:
            return None
        from mcp_server.domain.other_worktree import MadeFor

        return MadeFor(row[0], tuple(row[1].split("\n")) if row[1] else ())

    def occupant(self, root: str, family: Sequence[int]) -> Occupant | None:
        from mcp_server.domain.other_worktree import Occupant

        for lease in self.beside(root, family):
            return Occupant(None if lease.holder == REVIEW else lease.holder, lease.task)
        marks = ",".join("?" * len(family))
        since = self.now - PRESENT_SECONDS
        there = self._connection.execute(_PRESENT.format(marks=marks), (root, since, *family)).fetchall()
        if self._mirror is not None:
            there = [row for row in there if not self._mirror.is_elsewhere(row[0])]
        present = next((row for row in there if not self._presence().is_gone_by(row[1:])), None)
        made_for = self._connection.execute(_MADE_FOR.format(marks=marks), (root, *family)).fetchone()
        if present is None and made_for is None:
            return None
        return Occupant(present[0] if present else None, made_for[0] if made_for else None)

    def at_work(self, key: str, root: str) -> Sequence[int]:
        row = self._connection.execute(
            "SELECT a.id, a.parent FROM identity i JOIN agent a ON a.id = i.agent WHERE i.key = ? AND a.worktree = ? "
            "AND (a.pid IS NOT NULL OR a.kind <> 'session')",
            (key, root),
        ).fetchone()
        return () if row is None else (row[0],) if row[1] is None else (row[0], row[1])

    def is_due(self, family: Sequence[int]) -> bool:
        marks = ",".join("?" * len(family))
        query = (
            f"SELECT 1 FROM agent WHERE id IN ({marks}) AND (seen_at NOT BETWEEN ? AND ? OR ended_at IS NOT NULL "  # noqa: S608  only marks
            "OR (id = ? AND (idle_at IS NOT NULL OR prompt_at IS NOT NULL))) LIMIT 1"
        )
        values = (*family, self.now - RENEW_AFTER, self.now, family[0] if family else 0)
        return self._connection.execute(query, values).fetchone() is not None

    def touch(self, family: Sequence[int], *, prompt_is_over: bool = False) -> None:
        renew(self._connection, family, self._presence().moment, prompt_is_over=prompt_is_over)

    def asks(self, family: Sequence[int]) -> None:
        moment = self._presence().moment
        renew(self._connection, family, moment)
        self._connection.execute(
            "UPDATE agent SET prompt_at = ?, prompt_tick = ? WHERE id = ?", (self.now, moment.tick[1], *family[:1])
        )

    def stops(self, family: Sequence[int]) -> None:
        renew(self._connection, family, self._presence().moment, prompt_is_over=True)
        self._connection.execute("UPDATE agent SET idle_at = ? WHERE id = ?", (self.now, *family[:1]))

    def refused(self, agent: int | None, path: str, rule: str) -> None:
        self._connection.execute(_REFUSED, (self.now, agent, path, rule))

    def refusals(self, agent: int, since: float) -> int:
        count, unseen = self._connection.execute(_REFUSALS, (agent, since)).fetchone()
        return count if unseen else 0

    def _here(self, rows: Sequence[Sequence[Any]], mirror: Mirror) -> list[Sequence[Any]]:
        """The leases of those who work on this machine; a review is where its author worked."""
        author = (
            "SELECT a.name FROM review r JOIN task t ON t.seq = r.task JOIN agent a ON a.id = r.author WHERE t.id = ?"
        )
        names = [
            self._connection.execute(author, (row[2],)).fetchone()[0] if row[1] == REVIEW else row[1] for row in rows
        ]
        return [row for row, name in zip(rows, names, strict=True) if not mirror.is_elsewhere(name)]

    def _keeps(self, row: Sequence[Any]) -> Callable[[], bool]:
        return lambda: self._presence().keeps_by(row[8:], row[7])

    def _live(self, rows: Iterable[Sequence[Any]]) -> list[LiveLease]:
        return self._marked([_lease(row) for row in rows if self._keeps(row)()])

    def _marked(self, leases: list[LiveLease]) -> list[LiveLease]:
        """The same, and those on another machine say so."""
        if self._mirror is not None:
            for lease in leases:
                if self._mirror.is_elsewhere(lease.holder):
                    lease.elsewhere = self._mirror.known(self.now)
        return leases

    def _place(self, own: int, parent: int | None) -> Sequence[Any]:
        """The agent's own worktree, whether any budget is reached, be it its own or not, whether its plan waits, what
        it and its parent were started as, and the agent above that."""
        row = self._connection.execute(_PLACE, (own, parent)).fetchone()
        return row or ("", False, False, None, None, None)

    def _close(self, rights: AgentRights) -> None:
        """Take away all that may be written until the plan is approved, also from what confines commands."""
        from mcp_server.adapters.sqlite.teams.book import SqliteTeams
        from mcp_server.domain.assignment.teammate import Unapproved

        teams = SqliteTeams(self._connection)
        found = next(mate for agent in rights.family if (mate := teams.of(agent)) is not None and mate.waits)
        held = next((lease.task for lease in rights.leases if lease.task is not None), None)
        rights.unapproved = Unapproved(found.task or held, found.lead_name, found.asked_at)
        for lease in rights.leases:
            lease.patterns = ()

    def _limit(self, rights: AgentRights, rows: Sequence[Sequence[Any]], own: int) -> None:
        """Keep the agent to its roles; where they let it edit nothing, its scopes cover nothing."""
        from mcp_server.adapters.sqlite.assignment.limits import limits_upwards, without_scope

        roles = self.policy().roles
        rights.limits = limits_upwards(self._connection, own, roles)
        edits = rights.limit_on_edits() is None
        shut = without_scope(((row[2], row[9]) for row in rows), roles)
        for lease in rights.leases:
            if not edits or lease.task in shut:
                lease.patterns = ()

    def _overspent(self, rights: AgentRights) -> Overspent | None:
        from mcp_server.adapters.sqlite.usage.budgets import SqliteBudgets

        budgets, limits = SqliteBudgets(self._connection), self.policy().limits
        budgets.now = self.now
        reached = budgets.reached(rights.family[0], rights.claims())
        budget = next((budget for budget in reached if budget.is_reached(limits)), None)
        return None if budget is None else Overspent(budget.words(limits), budget.how_to_raise())

    def _agent(self, key: str) -> tuple[int, int | None] | None:
        key = key if self._mirror is None else self._mirror.key(key)
        row: tuple[int, int | None] | None = self._connection.execute(
            "SELECT a.id, a.parent FROM identity i JOIN agent a ON a.id = i.agent WHERE i.key = ?", (key,)
        ).fetchone()
        return row


def renew(
    connection: Connection, family: Sequence[int], moment: Moment, *, itself: bool = True, prompt_is_over: bool = False
) -> None:
    """These agents are active now: they have not ended, their leases start again, and tasks that had been offered
    to others because their lease had expired are no longer offered.

    The first of them is in a turn, if it is active `itself`; `prompt_is_over`: nor does it wait for its user.
    """
    now = moment.now
    for agent in family:
        first = agent == family[0]
        connection.execute(
            "UPDATE agent SET seen_at = ?, tick_of = ?, tick = ?, ended_at = NULL, ended_why = NULL, due_at = ? + "
            "(SELECT min(seconds) FROM lease WHERE holder = agent.id AND taken_by IS NULL), "
            "idle_at = iif(?, NULL, idle_at), prompt_at = iif(?, NULL, prompt_at) WHERE id = ?",
            (now, *moment.tick, now, first and itself, first and prompt_is_over, agent),
        )
        connection.execute(
            "UPDATE task SET ready = 0 WHERE ready = 1 AND seq IN "
            "(SELECT task FROM lease WHERE holder = ? AND taken_by IS NULL AND task IS NOT NULL)",
            (agent,),
        )


def _lease(row: Sequence[Any], is_kept: Callable[[], bool] | None = None) -> LiveLease:
    holder_id, holder, task, title, resource, since, patterns = row[:7]
    return LiveLease(
        holder_id, holder, task, title or "", resource, since, tuple(patterns.split("\n")) if patterns else (), is_kept
    )
