"""The board as it is now: taken anew when the state has changed, and now and then, since time changes it too."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from threading import Lock
from time import monotonic
from typing import NamedTuple

from mcp_server.board.looks import Look, Looks
from mcp_server.core.board.snapshot import Snapshot, take_snapshot
from mcp_server.core.board.spending import Spending, take_spending
from mcp_server.core.workplace import Workplace

ANEW = 10.0
"""Seconds after which a board is taken anew although nothing was written: processes end, and leases expire."""

SPENT_ANEW = 5.0
"""Seconds between two looks at all that was spent, which takes longer than the rest."""


class View(NamedTuple):
    """What a board draws: the snapshot, what git says of the work on each task, and what was spent.

    `number` grows with each view.
    """

    number: int
    snapshot: Snapshot
    looks: Mapping[str, Look]
    spending: Spending = Spending()


class LiveBoard:
    """The latest view of one repository, for any number of readers in any thread.

    `stamp` is another value whenever the state may have changed. Where nothing has, a look costs what `stamp` costs.
    """

    def __init__(
        self,
        place: Callable[[], Workplace],
        looks: Looks,
        stamp: Callable[[], object],
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._place = place
        self._looks = looks
        self._stamp = stamp
        self._clock = clock
        self._lock = Lock()
        self._seen: object = None
        self._at = float("-inf")
        self._view: View | None = None
        self._spent, self._spent_at = Spending(), float("-inf")

    def view(self) -> View:
        """The board now; refuses (StateUnavailable) a state that can't be read."""
        with self._lock:
            now, stamp = self._clock(), self._stamp()
            if self._view is None or stamp != self._seen or now >= self._at + ANEW:
                snapshot = take_snapshot(self._place())
                number = self._view.number + 1 if self._view is not None else 1
                self._view = View(number, snapshot, self._looks.of(snapshot), self._spending(now))
                self._seen, self._at = stamp, now
            return self._view

    def _spending(self, now: float) -> Spending:
        if now >= self._spent_at + SPENT_ANEW:
            self._spent, self._spent_at = take_spending(self._place()), now
        return self._spent
