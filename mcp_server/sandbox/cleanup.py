"""Removes what Bash calls leave behind: their records, and the placeholders that stayed empty."""

from __future__ import annotations

import os
import time

from mcp_server.sandbox import record
from mcp_server.sandbox.placeholders import OWN_FILES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

KEPT_SECONDS = 24 * 3600.0
"""A record without an end, as of a session that was killed, is removed after this time."""


def forget(session_folder: str, call_id: str) -> None:
    """The call has ended: remove its record, and the unused placeholders of every call that has ended.

    The shell of a call in the background may still have to read the record, and removes it itself.
    """
    known = record.read(session_folder, call_id)
    if known is None or not known.background:
        record.remove(session_folder, call_id)
    _clear(session_folder)


def sweep(state: str, ended: Sequence[str] = (), now: float | None = None) -> None:
    """Remove the records of the sessions that `ended`, and those older than a day."""
    every = os.path.join(state, record.RECORDS)
    gone = {os.path.basename(record.folder(state, session)) for session in ended}
    before = (time.time() if now is None else now) - KEPT_SECONDS
    for session in record.names(every):
        session_folder = os.path.join(every, session)
        for call_id in record.calls(session_folder):
            known = record.read(session_folder, call_id)
            if session in gone or known is None or known.since < before:
                record.remove_files(session_folder, call_id)
        _clear(session_folder)


def remove_unused(every: str) -> list[str]:
    """Remove the placeholders that stayed empty, of all calls that have ended; returns the files that listed them."""
    ended, needed = _made_files(every)
    for file in ended:
        for place in _listed(file):
            if place not in needed:
                _remove_empty(place)
    return ended


def _clear(session_folder: str) -> None:
    for file in remove_unused(os.path.dirname(session_folder)):
        record.remove_file(file.removesuffix(record.MADE) + record.PLACES)
        record.remove_file(file)
    # The first thing a shell asks is whether this folder exists.
    try:  # noqa: SIM105  contextlib costs a hook a millisecond
        os.rmdir(session_folder)
    except OSError:
        pass


def _made_files(every: str) -> tuple[list[str], set[str]]:
    """The lists of the calls that have ended, and every place on the lists of those that have not."""
    ended, needed = [], set()
    for session in record.names(every):
        for name in record.names(os.path.join(every, session)):
            if name.endswith(record.MADE):
                file = os.path.join(every, session, name)
                if _has_ended(file):
                    ended.append(file)
                else:
                    needed.update(_listed(file))
    return ended, needed


def _has_ended(file: str) -> bool:
    import fcntl

    try:
        handle = os.open(file, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    finally:
        os.close(handle)
    return True


def _listed(file: str) -> list[str]:
    try:
        with open(file, "rb") as handle:
            return [os.fsdecode(line) for line in handle.read().split(b"\0") if line]
    except OSError:
        return []


def _remove_empty(place: str) -> None:
    try:
        if OWN_FILES.keys() >= set(os.listdir(place)):
            for name, text in OWN_FILES.items():
                _remove_own(os.path.join(place, name), text)
        os.rmdir(place)
    except OSError:
        pass


def _remove_own(file: str, text: str) -> None:
    try:
        with open(file, encoding="utf-8") as handle:
            if handle.read(len(text) + 1) != text:
                return
    except (OSError, ValueError):
        return
    os.unlink(file)
