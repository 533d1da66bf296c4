"""Renews the leases of this machine's agents that work in silence: what they are at, other machines cannot see."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.core.workplace import Workplace
    from mcp_server.ports import Books

PART = 3
"""A lease is renewed when its holder was silent for one part in so many of it: seldom, and well before it expires."""


def beat(place: Workplace) -> list[str]:
    """Renew those that are due; returns the names of their holders. To be called about once a minute."""
    with place.store.reading() as books:
        if not _due(books):
            return []
    with place.store.noting() as books:
        renewed = _due(books)
        for holder, _ in renewed:
            books.agents.seen(holder, itself=False)
        return [name for _, name in renewed]


def _due(books: Books) -> list[tuple[int, str]]:
    """The holders of this machine that have been silent for long, and are working."""
    mirror = books.mirror
    if mirror is None:
        return []
    found = {
        lease.holder: lease.holder_name
        for lease in books.leases.all()
        if not mirror.is_elsewhere(lease.holder_name) and books.now - lease.seen_at >= lease.seconds / PART
    }
    return [(holder, name) for holder, name in sorted(found.items()) if books.presence.is_working(holder)]
