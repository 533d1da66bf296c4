"""A checkout becomes a mirror of a database, or stops being one. Killed at any moment it can be begun again."""

from __future__ import annotations

from mcp_server.adapters.postgres.remote import Checkout, Remote
from mcp_server.adapters.sqlite.mirror import joining
from mcp_server.adapters.sqlite.mirror.exchange import Exchange
from mcp_server.adapters.sqlite.store import SqliteStore
from mcp_server.domain.errors import Misuse


def join(store: SqliteStore, remote: Remote, checkout: Checkout, *, brings: bool = False) -> None:
    """Make the state a mirror of the database, and write there what is in it; a mirror stays one.

    Refuses (Misuse) a state with tasks, unless it `brings` them to a database that has nothing of this repository yet:
    tasks of two states may have the same id. Nobody else writes meanwhile, so it is one step for all others.
    """
    number, host = _registered(store, remote, checkout, brings=brings)
    remote.begin(2**62, although_moved=brings)
    try:
        remote.take_time()
        with store.writing():
            copied_from = joining.member_of(store.connection)
            member = joining.Member(number, host, remote.schema, checkout.sign)
            if copied_from is None:
                joining.become(store.connection, member, joins_others=_checked(store, remote, brings=brings))
            elif copied_from.sign != checkout.sign:
                joining.number_anew(store.connection, member)
        # From here on it is a mirror with much that has yet to be sent: killed now, its next transaction does that.
        with store.writing():
            exchange = Exchange(store.connection)
            remote.write_portions(exchange.portions())
            exchange.forget_outgoing()
    except BaseException:
        remote.roll_back()
        raise


def _registered(store: SqliteStore, remote: Remote, checkout: Checkout, *, brings: bool) -> tuple[int, str]:
    """The number and the name of this checkout, which are its own before its state says so: ids are made of them."""
    seen = remote.begin(2**62, although_moved=brings)
    try:
        with store.reading():
            if joining.member_of(store.connection) is None:
                _checked(store, remote, brings=brings)
        found = remote.register(checkout, seen.now)
        remote.write(())
    except BaseException:
        remote.roll_back()
        raise
    return found


def _checked(store: SqliteStore, remote: Remote, *, brings: bool) -> bool:
    """Whether the database has rows of others; refuses (Misuse) tasks that might meet others of the same id."""
    joins_others = not remote.is_empty()
    if joining.has_tasks(store.connection) and (joins_others or not brings):
        raise Misuse(_WORDS_OTHERS if joins_others else _WORDS_ALONE)
    return joins_others


_WORDS_ALONE = (
    "this checkout has tasks, and the database that the settings name has none yet: `interlock store move` takes them "
    "there; nothing was changed"
)
_WORDS_OTHERS = (
    "this checkout has tasks of its own, and the database has others of this repository: two tasks might have the "
    "same id. `interlock store move --leave-tasks` keeps those of this checkout in a backup and joins the others; "
    "nothing was changed"
)
