"""What git says of the work on each task: its commits and uncommitted files. Asked seldom, since git takes its time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from time import monotonic
from typing import NamedTuple

from mcp_server.core.board.snapshot import Snapshot, TaskCard
from mcp_server.domain.scopes.scope import parse
from mcp_server.domain.worktree import Trouble
from mcp_server.ports import Checkout, Trees

AT_LEAST_APART = 5.0
"""Seconds between two looks at the same work."""
KEPT = 60.0
"""Seconds for which a look counts where nothing in the state has changed."""


class Look(NamedTuple):
    """How many commits of the work its base lacks, and how many files are not committed; None: unknown."""

    commits: int | None
    uncommitted: int | None


class Looks:
    """The looks at the work of one repository; `trees` is None outside git."""

    def __init__(self, trees: Trees | None, checkout: Checkout, clock: Callable[[], float] = monotonic) -> None:
        self._trees = trees
        self._checkout = checkout
        self._clock = clock
        self._known: dict[str, tuple[float, object, Look]] = {}

    def of(self, snapshot: Snapshot) -> Mapping[str, Look]:
        """By task: those that somebody works on, and those that have a worktree with unmerged work."""
        places = {agent.agent.name: agent.agent.worktree for agent in snapshot.agents}
        found = {}
        for card in snapshot.tasks:
            root = card.worktree.path if card.worktree is not None else places.get(card.holder or "")
            if root and card.column != "done":
                found[card.task.id] = self._look(card, root)
        self._known = {task: known for task, known in self._known.items() if task in found}
        return found

    def _look(self, card: TaskCard, root: str) -> Look:
        at, sign, known = self._known.get(card.task.id, (float("-inf"), None, Look(None, None)))
        now, current = self._clock(), (root, card.active_at, card.task.token)
        if now < at + AT_LEAST_APART or (sign == current and now < at + KEPT):
            return known
        look = self._at_worktree(card) if card.worktree is not None else self._in_checkout(card, root)
        self._known[card.task.id] = now, current, look
        return look

    def _at_worktree(self, card: TaskCard) -> Look:
        worktree = card.worktree
        if self._trees is None or worktree is None or not self._trees.is_there(worktree.path):
            return Look(None, None)
        try:
            commit = self._trees.commit(worktree.branch)
            commits = self._trees.missing_from(worktree.base, commit, thorough=False) if commit else None
            return Look(commits, len(self._trees.changes(worktree.path)))
        except Trouble:
            return Look(None, None)

    def _in_checkout(self, card: TaskCard, root: str) -> Look:
        """In a checkout that several share: what lies in the task's scope, since it was claimed."""
        scope = card.task.scope
        if not scope:
            return Look(None, None)
        commits = len(self._checkout.commits(root, card.since, scope))
        return Look(commits, self._checkout.uncommitted(root, parse(scope).covers))
