"""A connection to the database that gives up soon: whoever waits for it has an agent waiting behind them."""

from __future__ import annotations

import socket
from time import monotonic
from typing import TYPE_CHECKING, Any

import psycopg

from mcp_server.adapters.postgres.address import Address
from mcp_server.adapters.postgres.words import OLDEST, explained, too_old, wrong_encoding

if TYPE_CHECKING:
    from psycopg.abc import RV, PQGen

Connection = psycopg.Connection[tuple[Any, ...]]
LIMITS = {"lock_timeout": "20s", "statement_timeout": "30s", "idle_in_transaction_session_timeout": "10s"}
"""What the server ends by itself, so that a machine that vanishes keeps nothing locked for the others."""
PATIENCE = {
    "connect_timeout": 3,
    "tcp_user_timeout": 2_000,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 2,
}
"""How long a network that says nothing is waited for: seconds, the second one milliseconds."""
ANSWER_SECONDS = 35.0
"""How long an answer is waited for where nothing more is said: longer than the server lets anything take."""


class _Patient(psycopg.Connection[tuple[Any, ...]]):
    """A connection on which no answer is waited for for ever: a server that stands still takes what is sent to it."""

    def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = None) -> RV:
        last = monotonic() + ANSWER_SECONDS
        try:
            return super().wait(gen, interval, ANSWER_SECONDS if timeout is None else timeout)
        except psycopg.OperationalError as error:
            if timeout is None and error.sqlstate is None and monotonic() >= last:
                raise psycopg.OperationalError(f"no answer within {ANSWER_SECONDS:g} s: timeout expired") from None
            raise


def connect(address: Address, host: str | None = None) -> Connection:
    """A connection in which each statement is committed by itself; refuses (DatabaseUnavailable) in plain words.

    `host` is what people call this machine: who looks at the server's connections finds it there.
    """
    said = dict(address.parameters)
    several = "," in str(said.get("host") or "")
    said = {"target_session_attrs": "read-write"} | said if several else said
    limits = " ".join(f"-c {name}={value}" for name, value in LIMITS.items())
    said |= {
        **PATIENCE,
        "application_name": f"interlock {host or socket.gethostname()}",
        "client_encoding": "UTF8",
        "options": f"{said.get('options') or ''} {limits}".strip(),
    }
    with explained(address):
        connection = _Patient.connect(autocommit=True, **said)
    try:
        _check(connection, address)
    except BaseException:
        connection.close()
        raise
    return connection


def _check(connection: Connection, address: Address) -> None:
    """The server has told all of this while connecting, so it costs nothing."""
    version = connection.info.server_version // 10_000
    if version < OLDEST:
        raise too_old(version, address)
    encoding = connection.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        raise wrong_encoding(str(encoding), address)
