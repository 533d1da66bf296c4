"""A checkout becomes a mirror of a database, or stops being one. Killed at any moment it can be begun again."""

from __future__ import annotations

from mcp_server.adapters.postgres.remote import Checkout, Remote
from mcp_server.adapters.sqlite.mirror import joining
from mcp_server.adapters.sqlite.store import SqliteStore
from mcp_server.domain.errors import Misuse


def join(store: SqliteStore, remote: Remote, checkout: Checkout, *, brings: bool = False) -> int:
    """Make the state a mirror of the database; how many rows it brings there, which the next transaction sends.

    Refuses (Misuse) a state with tasks, unless it `brings` them to a database that has nothing of this repository yet:
    tasks of two states may have the same id.
    """
    seen = remote.begin(2**62)
    try:
        joins_others = not remote.is_empty()
        with store.writing():
            copied_from = joining.member_of(store.connection)
            if copied_from is not None and copied_from.sign == checkout.sign:
                remote.roll_back()
                return 0
            if copied_from is None and joining.has_tasks(store.connection) and (joins_others or not brings):
                raise Misuse(_WORDS_OTHERS if joins_others else _WORDS_ALONE)
            number, host = remote.register(checkout, seen.now)
            member = joining.Member(number, host, remote.schema, checkout.sign)
            if copied_from is not None:
                joining.number_anew(store.connection, member)
                rows = 0
            else:
                rows = joining.become(store.connection, member, joins_others=joins_others)
            # The number is this checkout's before the mirror says so: killed in between, it gets the same one again.
            remote.commit()
        return rows
    except BaseException:
        remote.roll_back()
        raise


_WORDS_ALONE = (
    "this checkout has tasks, and the database that the settings name has none yet: `interlock store move` takes them "
    "there; nothing was changed"
)
_WORDS_OTHERS = (
    "this checkout has tasks of its own, and the database has others of this repository: two tasks might have the "
    "same id. `interlock store move --leave-tasks` keeps those of this checkout in a backup and joins the others; "
    "nothing was changed"
)
