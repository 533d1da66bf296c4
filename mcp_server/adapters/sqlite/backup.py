"""The backup of a state: the last good one, from which a state that is lost or damaged is restored."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from time import time
from typing import NamedTuple

from mcp_server.domain.errors import StateUnavailable
from mcp_server.domain.text import stamp

NAME = "backup.db"
LOG_FILES = ("", "-wal", "-shm")
STEP = 2_000
"""Pages that are copied between two looks at whether somebody is writing."""


class Restored(NamedTuple):
    """The state as it was `at` this time; the broken one, if there was any, is kept in `kept`."""

    at: float
    kept: Path | None


def gone(file: Path) -> StateUnavailable:
    """The error of a state that was there and is gone or empty, with what to do."""
    at = kept_at(file)
    way = (
        f"a person brings back the backup of {stamp(at)} with: interlock doctor --repair"
        if at is not None
        else f"there is no backup; a person starts anew with: rm -r {file.parent} && interlock init"
    )
    return StateUnavailable(f"the state in {file} is gone or empty, although Interlock is in use here; {way}")


def kept_at(file: Path) -> float | None:
    """When the backup of a state was made; None when there is none."""
    try:
        return (file.parent / NAME).stat().st_mtime
    except OSError:
        return None


def keep(file: Path, name: str = NAME) -> bool:
    """Make the state's backup, in place of the earlier one; False, and nothing is changed, if the state is damaged."""
    draft = file.parent / f"{name}.{os.getpid()}"
    try:
        with closing(_open_whole(file)) as state:
            draft.unlink(missing_ok=True)
            draft.touch(mode=0o600)
            with closing(sqlite3.connect(draft)) as copy:
                state.backup(copy, pages=STEP)
                copy.execute("PRAGMA journal_mode = DELETE")
        draft.replace(file.parent / name)
    except (OSError, sqlite3.Error):
        return False
    finally:
        for ending in LOG_FILES:
            Path(f"{draft}{ending}").unlink(missing_ok=True)
    return True


def restore(file: Path) -> Restored:
    """Put the backup in the state's place and keep what was there; refuses (StateUnavailable) without a good one."""
    backup = file.parent / NAME
    draft = file.parent / f"restored.{os.getpid()}"
    try:
        with closing(_open_whole(backup)) as state:
            draft.touch(mode=0o600)
            with closing(sqlite3.connect(draft)) as copy:
                state.backup(copy)
                # What this checkout has numbered since then must not be numbered again: it gets another number.
                if copy.execute("SELECT 1 FROM sqlite_master WHERE name = 'mirror'").fetchone():
                    copy.execute("UPDATE mirror SET sign = ''")
                    copy.commit()
        kept = _set_aside(file)
        draft.replace(file)
        return Restored(backup.stat().st_mtime, kept)
    except (OSError, sqlite3.Error) as error:
        raise StateUnavailable(
            f"{backup} cannot be restored: {error}. A person starts anew with: rm -r {file.parent} && interlock init"
        ) from error
    finally:
        draft.unlink(missing_ok=True)


def is_whole(file: Path) -> bool:
    """Whether this is a state with nothing wrong in it."""
    try:
        _open_whole(file).close()
    except (OSError, sqlite3.Error):
        return False
    return True


def _open_whole(file: Path) -> sqlite3.Connection:
    """The state in `file`, which is not created; refuses (sqlite3.Error) one that is damaged or has no schema."""
    connection = sqlite3.connect(f"{file.as_uri()}?mode=rw", uri=True, isolation_level=None)
    try:
        damage = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        if damage != "ok" or not connection.execute("PRAGMA user_version").fetchone()[0]:
            raise sqlite3.DatabaseError(damage if damage != "ok" else "it has no schema")
    except BaseException:
        connection.close()
        raise
    return connection


def _set_aside(file: Path) -> Path | None:
    """Rename a broken state, log and all, so that nothing of it gets into the restored one."""
    kept = file.with_name(f"broken-{int(time())}.db")
    found = False
    for ending in reversed(LOG_FILES):
        part = Path(f"{file}{ending}")
        if part.exists():
            part.rename(f"{kept}{ending}")
            found = found or not ending
    return kept if found else None
