"""Notifies a person of what needs one: each cause once, in every way that the settings name."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from mcp_server.core.board.needs import needs
from mcp_server.domain.errors import in_words
from mcp_server.domain.oversight.need import Need
from mcp_server.domain.settings import Settings
from mcp_server.ports import Notifier, Store


def notify(store: Store, settings: Settings, ways: Sequence[Notifier], complain: Callable[[str], object]) -> list[Need]:
    """Notify of what is new and wanted, and return it. `complain` hears of a way that fails, which stops no other.

    A cause is recorded before it is sent, so that only one of several processes sends it. One that is killed in between
    has sent nothing: the board still shows it.
    """
    return send(store, settings, ways, complain, _needed(store, settings))


def send(
    store: Store,
    settings: Settings,
    ways: Sequence[Notifier],
    complain: Callable[[str], object],
    needs_now: Sequence[Need],
) -> list[Need]:
    """Notify of those of these that are new and wanted, as `notify` does."""
    found = [need for need in needs_now if need.kind in settings.notify.only]
    if not found:
        return []
    with store.writing() as books:
        fresh = [need for need in found if books.attention.notify_once(need.cause)]
    for need in fresh:
        for way in ways:
            try:
                way.notify(need)
            except (OSError, ValueError) as error:
                complain(f"nobody was notified that {need.words}: {in_words(error)}")
    return fresh


def _needed(store: Store, settings: Settings) -> list[Need]:
    with store.reading() as books:
        return needs(books, settings)
