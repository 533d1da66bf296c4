"""What the session's server does about once a minute where several machines work: fetch, compare, and record."""

from __future__ import annotations

from typing import NamedTuple

from mcp_server.core.machines.arrivals import adopt, arrive
from mcp_server.core.machines.heartbeat import beat
from mcp_server.core.merge import elsewhere
from mcp_server.core.merge.conflicts import find_conflicts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.core.workplace import Workplace
    from mcp_server.ports import ConflictSearch, Remote


class Round(NamedTuple):
    """What came of it: the holders whose leases were renewed, why branches could not be fetched, the tasks now ready.

    `compared`: branches of other machines had moved, so conflicts were searched for.
    """

    renewed: tuple[str, ...] = ()
    trouble: str | None = None
    ready: tuple[str, ...] = ()
    compared: bool = False


def go_round(place: Workplace, search: ConflictSearch) -> Round:
    """Do it once; nothing where no database is shared. Refuses (StateUnavailable) while that can't be reached."""
    with place.store.reading() as books:
        if books.mirror is None:
            return Round()
    renewed = beat(place)
    adopt(place)
    remote, trouble, compared = place.remote, None, False
    if remote is not None:
        with place.store.reading() as books:
            now, host = books.now, books.agents.host
            works = [work for work in books.unmerged.all() if work.host != host]
            theirs = {work.branch for work in elsewhere.of_others(books)}
        branches = sorted(theirs | {work.base for work in works})
        before = _tips(remote, branches)
        trouble = remote.fetch_politely(branches, now)  # of none, nothing
        compared = bool(theirs) and _tips(remote, branches) != before
        if compared:
            find_conflicts(place, search)
    return Round(tuple(renewed), trouble, tuple(arrive(place)), compared)


def _tips(remote: Remote, branches: list[str]) -> dict[str, str | None]:
    return {branch: remote.tip(branch) for branch in branches}
