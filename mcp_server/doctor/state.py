"""Can this repository's state and settings be used?"""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

from mcp_server.adapters.host.repository import Repository
from mcp_server.adapters.settings.mode import mode_override
from mcp_server.adapters.settings.settings_file import SettingsError, read_settings, unknown_settings
from mcp_server.adapters.sqlite import backup
from mcp_server.adapters.sqlite.schema import MIGRATIONS
from mcp_server.doctor.finding import Finding
from mcp_server.domain.settings import MODES
from mcp_server.domain.text import stamp

PATIENCE = 5.0


def state(repository: Repository) -> Finding:
    """Check the file with all tasks and leases: intact, of this version, writable, sharable between processes."""
    if not repository.in_use:
        return Finding("state", "ok", "Interlock is not in use in this repository; `interlock init` starts it")
    file = Path(repository.state) / "state.db"
    if not file.is_file() or not file.stat().st_size:
        return Finding("state", "broken", f"{file} is gone or empty, and the guard refuses every edit", _repair(file))
    try:
        return _looked_into(file)
    except sqlite3.DatabaseError as error:
        return _unusable(file, error)


def boards(repository: Repository) -> Finding:
    """Say how a person sees what goes on, and how they are notified; a way that can't work here is a warning."""
    watch = "`interlock board --watch` or `--web` shows what waits for you"
    try:
        wanted = read_settings(repository.settings).notify
    except SettingsError:  # which has a finding of its own
        return Finding("boards", "ok", watch)
    needed = {"notify-send": wanted.desktop and sys.platform != "darwin", "apprise": bool(wanted.apprise)}
    missing = [program for program, needs in needed.items() if needs and shutil.which(program) is None]
    if missing:
        words = f"{watch}; the settings want notifications, but {' and '.join(missing)} is not installed"
        return Finding("boards", "warning", words, "Install it, or change [notify] in the settings.")
    ways = [name for name in ("terminal", "desktop", "command", "webhook", "apprise") if getattr(wanted, name)]
    how = f"you are notified by {', '.join(ways)}" if ways else "[notify] in the settings would notify you as well"
    return Finding("boards", "ok", f"{watch}; {how}")


def settings(repository: Repository) -> Finding:
    """Check the settings in force: valid, without unknown names, and with the guard enabled."""
    file = repository.settings
    try:
        said, unknown = read_settings(file), unknown_settings(file)
    except SettingsError as error:
        advice = f"Fix or remove {file}; until then the guard refuses every edit."
        return Finding("settings", "broken", str(error), advice)
    if unknown:
        words = f"{file} has unknown settings, which have no effect: {', '.join(unknown)}"
        return Finding("settings", "warning", words, "Correct or remove them.")
    switched = mode_override(repository.state)
    mode = switched or said.mode
    if mode not in MODES:
        words = f"the mode was switched to {mode[:40]!r}, which does not exist"
        return Finding("settings", "broken", words, "Switch it: interlock mode enforce")
    if mode != "enforce":
        return _not_enforced(mode, f"`interlock mode {mode}`" if switched else file)
    return Finding("settings", "ok", f"mode enforce{'' if os.path.exists(file) else ', all defaults'}")


def _looked_into(file: Path) -> Finding:
    # Opened without creating or migrating it.
    with closing(sqlite3.connect(f"{file.as_uri()}?mode=rw", uri=True, timeout=PATIENCE, isolation_level=None)) as db:
        damage = [row[0] for row in db.execute("PRAGMA quick_check(3)")]
        version = db.execute("PRAGMA user_version").fetchone()[0]
        journal = db.execute("PRAGMA journal_mode").fetchone()[0]
        if damage != ["ok"]:
            return Finding("state", "broken", f"{file} is damaged: {damage[0]}", _repair(file))
        if not version:
            return Finding("state", "broken", f"{file} has no schema, and the guard refuses every edit", _repair(file))
        newest = len(list(MIGRATIONS.glob("*.sql")))
        if version != newest:
            return _of_another_version(file, version, newest)
        db.execute("BEGIN IMMEDIATE")
        db.execute("ROLLBACK")
    if journal != "wal":
        words = f"{file} is in journal mode {journal}, so processes wait for each other"
        return Finding("state", "warning", words, "Is it on a network drive? Keep the repository on a local one.")
    return Finding("state", "ok", f"{file}, schema {version}, whole and writable")


def _of_another_version(file: Path, version: int, newest: int) -> Finding:
    if version > newest:
        words = f"{file} was written by a newer Interlock (schema {version}, this one knows {newest})"
        return Finding("state", "broken", words, "Update the plugin: claude plugin update interlock@interlock")
    words = f"{file} has the older schema {version}; the guard needs {newest}"
    return Finding("state", "warning", words, "The next session brings it up to date, or you: interlock board")


def _unusable(file: Path, error: sqlite3.DatabaseError) -> Finding:
    what = str(error)
    if "locked" in what:
        words = f"{file} has been locked by another process for more than {PATIENCE:g} s"
        return Finding("state", "broken", words, "End the process that hangs; nothing in the file is lost.")
    if any(sign in what for sign in ("readonly", "unable to open", "full", "disk I/O")):
        advice = "See to it that the folder can be written by you and that the disk has room."
        return Finding("state", "broken", f"{file} cannot be opened for writing: {what}", advice)
    return Finding("state", "broken", f"{file} is damaged: {what}", _repair(file))


def _repair(file: Path) -> str:
    at = backup.kept_at(file)
    if at is not None:
        return f"Restore the backup of {stamp(at)}: interlock doctor --repair"
    folder = file.parent
    return f"There is no backup. Start again: mv {folder} {folder}-broken (tasks and leases are lost), interlock init"


def _not_enforced(mode: str, by: str) -> Finding:
    meaning = "edits are not checked" if mode == "off" else "edits are checked, but pass in any case"
    return Finding("settings", "warning", f"mode {mode}, by {by}: {meaning}", "Switch it on: interlock mode enforce")
