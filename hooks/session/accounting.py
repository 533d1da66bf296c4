"""Counts what an agent has spent, from the transcript that its client writes. A failure disturbs no hook."""

from __future__ import annotations

import sys

from mcp_server.adapters.transcripts import reader
from mcp_server.core.usage.account import account

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hooks.event.event import Event
    from mcp_server.adapters.sqlite.store import SqliteStore
    from mcp_server.hook_app import HookStore


def count_step(event: Event, store: HookStore, agent: int, parent: int | None = None, *, ends: bool = False) -> None:
    """After a step, or where a turn `ends`: read on in the agent's own transcript."""
    try:
        _step(event, store, agent, parent, ends=ends)
    except Exception as error:  # noqa: BLE001  the next step reads what this one missed
        print(f"interlock: what was spent was not counted: {error}", file=sys.stderr)


def count_session(event: Event, store: SqliteStore) -> None:
    """At a session's end: read all that is left in its transcripts, those of its subagents first."""
    try:
        _session(event, store)
    except Exception as error:  # noqa: BLE001  nobody waits for it
        print(f"interlock: what was spent was not counted: {error}", file=sys.stderr)


def _step(event: Event, store: HookStore, agent: int, parent: int | None, *, ends: bool) -> None:
    session = event.transcript
    if session is None:
        return
    path = session
    if event.subagent is not None:
        from mcp_server.adapters.transcripts import files

        path = event.own_transcript or files.of_subagent(session, event.subagent)
    known = store.usage.place(path)
    if not reader.has_grown(path, known):
        return
    passage = reader.read(path, known)
    if passage is not None or ends:
        with store.writing():
            account(store, path, session, agent=agent, parent=parent, passage=passage)


def _session(event: Event, store: SqliteStore) -> None:
    from mcp_server.adapters.transcripts import files
    from mcp_server.core.usage.account import settle
    from mcp_server.core.usage.catch_up import count_rest

    session = event.transcript
    with store.reading() as books:
        owner = books.agents.find(event.session)
    if session is None or owner is None:
        return
    for subagent, path in files.of_subagents(session):
        with store.reading() as books:
            agent = books.agents.find(f"{event.session}/{subagent}") or owner
        count_rest(store, reader.AT_ONCE, path, session, agent=agent.id, parent=agent.parent)
    last = count_rest(store, reader.AT_ONCE, session, session, agent=owner.id, parent=owner.parent)
    if last is not None and last.totals:
        with store.writing() as books:
            settle(books, session, owner.id, last)
