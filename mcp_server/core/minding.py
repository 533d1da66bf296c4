"""Keeping the shared state and its page the same: what a person wrote there is taken in, what agents wrote is shown."""

from __future__ import annotations

from typing import NamedTuple

from mcp_server.core import sharing
from mcp_server.core.workplace import Workplace
from mcp_server.domain.shared import Entry, EntryKind
from mcp_server.shared_mind.trouble import PageTrouble


class Minded(NamedTuple):
    """Entries, and what is to be said about the page; None when all is well."""

    entries: tuple[Entry, ...]
    trouble: str | None


def write_state(place: Workplace, agent_id: int, kind: EntryKind, said: str) -> Minded:
    """As `sharing.write_state`, and shown on the page."""
    entry = sharing.write_state(place, agent_id, kind, said)
    return Minded((entry,), sync(place))


def read_state(place: Workplace, since: float | None = None) -> Minded:
    """As `sharing.read_state`, with what people have written on the page until now."""
    trouble = sync(place)
    return Minded(tuple(sharing.read_state(place, since)), trouble)


def sync(place: Workplace) -> str | None:
    """Bring the page and the state together; why the page was left alone, if it was. Makes no page unasked."""
    if place.page is None:
        return None
    from mcp_server.core import reconciling  # most servers never come to it

    try:
        with place.page.alone():
            return reconciling.reconcile(place, place.page)
    except PageTrouble as trouble:
        return f"{trouble}."
