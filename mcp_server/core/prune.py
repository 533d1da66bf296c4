"""Forgets what is older than the settings say, a little at a time: called by whoever is idle, never by a hook."""

from __future__ import annotations

from mcp_server.core.workplace import Workplace

STEP = 400
"""Rows of a kind at a time: other writers wait for a few milliseconds at most."""
DAY = 24 * 3600.0


def prune(place: Workplace) -> bool:
    """Forget a little of what is too old; whether there is more."""
    wanted = place.settings().retention
    with place.store.writing() as books:
        before = books.now - wanted.days * DAY
        return books.retention.forget(before, most_events=wanted.events, step=STEP) >= STEP
