"""Reads what is left of transcripts: at a session's end, and after one that was killed when somebody asks."""

from __future__ import annotations

from mcp_server.core.usage.account import account

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.domain.usage.response import Passage
    from mcp_server.ports import Store, Transcripts

LATELY = 7 * 24 * 3600.0
"""Seconds for which a transcript that has not been read is looked at again."""


def count_rest(
    store: Store, transcripts: Transcripts, path: str, session: str, *, agent: int, parent: int | None = None
) -> Passage | None:
    """Read a transcript to its end, in steps between which others may write; returns what the last step read.

    None if there was nothing to read, or there is no such file; that a known one is gone is recorded.
    """
    passage, totals = None, None
    while True:
        with store.reading() as books:
            known = books.usage.place(path)
        if not transcripts.has_grown(path, known):
            return passage
        found = transcripts.read(path, known)
        if found is None and known is None:
            return None
        with store.writing() as books:
            account(books, path, session, agent=agent, parent=parent, passage=found)
        if found is None:
            return None
        totals = found.totals = found.totals or totals
        if known is not None and found.place.at == known.at:
            return found
        passage = found


def catch_up(store: Store, transcripts: Transcripts) -> None:
    """Read what was written lately after the last step that was counted, or by a session that was killed."""
    with store.reading() as books:
        since = books.now - LATELY
        found = [(path, session, books.agents.get(agent)) for path, session, agent in books.usage.unfinished(since)]
    for path, session, agent in found:
        count_rest(store, transcripts, path, session, agent=agent.id, parent=agent.parent)
