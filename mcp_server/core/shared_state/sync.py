"""Keeps the shared state and its page the same: what people wrote there is imported, what agents wrote is shown."""

from __future__ import annotations

from typing import NamedTuple

from mcp_server.core.shared_state import write
from mcp_server.core.workplace import Workplace
from mcp_server.domain.messages import Entry, EntryKind
from mcp_server.state_page.errors import PageTrouble

MOST_OF_A_KIND = 100
"""Entries of each kind in an answer, unless all since some time are asked for: the reader is a model."""


class SharedState(NamedTuple):
    """Entries, a problem with the page (None without one), and how many older entries were left out."""

    entries: tuple[Entry, ...]
    trouble: str | None
    older: int = 0


def write_state(place: Workplace, agent_id: int, kind: EntryKind, said: str) -> SharedState:
    """Write an entry, and show it on the page."""
    entry = write.write_state(place, agent_id, kind, said)
    return SharedState((entry,), sync_page(place))


def read_state(place: Workplace, since: float | None = None) -> SharedState:
    """Read the entries, also those that people wrote on the page; without `since` the newest of each kind."""
    trouble = sync_page(place)
    if since is not None:
        return SharedState(tuple(write.read_state(place, since)), trouble)
    with place.store.reading() as books:
        entries, older = books.shared.newest(MOST_OF_A_KIND)
    return SharedState(tuple(entries), trouble, older)


def sync_page(place: Workplace) -> str | None:
    """Reconcile the page with the state; returns why the page was left alone, if it was. Creates no page unasked."""
    if place.page is None:
        return None
    from mcp_server.core.shared_state import reconcile  # most servers never need it

    try:
        with place.page.locked():
            return reconcile.reconcile(place, place.page)
    except PageTrouble as trouble:
        return f"{trouble}."
