"""The lock on the state page and on what lies beside it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from mcp_server.adapters.host.file_lock import LockBusy, file_lock
from mcp_server.domain.errors import StateUnavailable
from mcp_server.state_page.errors import PageTrouble

PATIENCE = 10.0
"""Seconds. Reading and writing the page takes milliseconds; only a stuck process keeps others waiting for so long."""


@contextmanager
def page_lock(file: str) -> Iterator[None]:
    """Hold the lock; refuses (PageTrouble) while another process holds it."""
    with ExitStack() as held:
        try:
            held.enter_context(file_lock(file, patience=PATIENCE))
        except LockBusy:
            raise PageTrouble("the page was not written: another process has held its lock for too long") from None
        except OSError as error:
            raise StateUnavailable(f"{file} cannot be locked: {error.strerror}") from error
        yield
