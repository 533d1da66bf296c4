"""Questions to the database that are answered in time, or not at all: whoever asks may keep others waiting."""

from __future__ import annotations

import select
from time import monotonic
from typing import Any

import psycopg
from psycopg import errors, pq

FAILED = (pq.ExecStatus.FATAL_ERROR, pq.ExecStatus.BAD_RESPONSE)


class NoAnswer(psycopg.OperationalError):
    """The database, or the network, said nothing for so long."""


def ask(connection: psycopg.Connection[Any], statements: str, seconds: float) -> str | None:
    """Run these statements in one round trip; the first value of the last row that they give.

    Refuses with psycopg's errors; after NoAnswer nothing is known of what became of the statements.
    """
    server = connection.pgconn
    last = monotonic() + seconds
    server.send_query(statements.encode())
    while server.flush():
        _wait(server, select.POLLIN | select.POLLOUT, last, seconds)
    found = failed = None
    while True:
        while server.is_busy():
            _wait(server, select.POLLIN, last, seconds)
        result = server.get_result()
        if result is None:
            break
        if result.status in FAILED:
            failed = result
        elif result.ntuples:
            found = result.get_value(0, 0)
    _keep_what_was_said(server)
    if failed is not None:
        raise errors.error_from_result(failed)
    return None if found is None else found.decode()


def quoted(connection: psycopg.Connection[Any], text: str) -> str:
    """The text as it stands in a statement."""
    return pq.Escaping(connection.pgconn).escape_literal(text.encode()).decode()


def _wait(server: pq.abc.PGconn, events: int, last: float, seconds: float) -> None:
    wire = select.poll()
    wire.register(server.socket, events)
    if not wire.poll(max(0.0, last - monotonic()) * 1_000):
        raise NoAnswer(f"no answer within {seconds:.1f} s: timeout expired")
    server.consume_input()


def _keep_what_was_said(server: pq.abc.PGconn) -> None:
    """Notifications that came with the answer are psycopg's to hand out."""
    while (said := server.notifies()) is not None:
        if server.notify_handler is not None:
            server.notify_handler(said)
