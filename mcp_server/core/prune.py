"""Forgets what is older than the settings say, a little at a time: called by whoever is idle, never by a hook."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.domain.settings import RetentionSettings
    from mcp_server.ports import Store

STEP = 400
"""Rows of a kind at a time: other writers wait for a few milliseconds at most."""
DAY = 24 * 3600.0


def prune(store: Store, wanted: RetentionSettings) -> bool:
    """Forget a little of what is too old; whether there is more."""
    with store.writing() as books:
        before = books.now - wanted.days * DAY
        return books.retention.forget(before, most_events=wanted.events, step=STEP) >= STEP
