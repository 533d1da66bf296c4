"""Moves a repository from a file to the database and back: nothing is lost, whatever is killed in between."""

from __future__ import annotations

from mcp_server.adapters.postgres.remote import Moved, Remote
from mcp_server.adapters.postgres.store import SharedStore
from mcp_server.adapters.sqlite.mirror import joining
from mcp_server.adapters.sqlite.mirror.exchange import Exchange
from mcp_server.adapters.sqlite.store import SqliteStore


def to_file(store: SharedStore, local: SqliteStore, remote: Remote) -> int:
    """Take the repository out of the database into this state; how many rows it has.

    All others are told at their next step that it is here. Begun again after it was killed it goes on.
    """
    with local.reading():
        member = joining.member_of(local.connection)
    if member is None:
        return 0
    try:
        store.refresh()
        seen = remote.begin(store.since)
    except Moved as moved:
        if moved.to != member.host:
            raise
        # Killed when the database had said so, before this state had all that others wrote until then.
        with local.writing():
            [since] = local.connection.execute("SELECT seq FROM mirror").fetchone()
            seen = remote.look(since, although_moved=True)
            Exchange(local.connection).apply(seen.changes, anew=seen.anew)
            local.connection.execute("UPDATE mirror SET seq = ?", (seen.seq,))
    else:
        try:
            remote.take_time()
            with local.writing():
                exchange = Exchange(local.connection)
                exchange.apply(seen.changes, anew=seen.anew)
                remote.move_away(exchange.outgoing(), member.host)
                exchange.forget_outgoing()
        except BaseException:
            remote.roll_back()
            raise
    with local.writing():
        rows = len(Exchange(local.connection).everything())
        joining.leave(local.connection)
    return rows
