"""A session in a worktree that nobody has made ready: what it lacks is brought in beside it, and its own is told."""

from __future__ import annotations

import os
import subprocess

from mcp_server.core.worktrees.ports import given

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.adapters.host.repository import Repository
    from mcp_server.adapters.sqlite.store import SqliteBooks

BROUGHT_IN = ("node_modules", ".venv", "venv", "vendor/bundle")
LONGEST = 1_500
LAUNCHER = os.path.join(
    os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))), "bin", "interlock"
)


def is_needed(repository: Repository, books: SqliteBooks) -> bool:
    """Whether this linked worktree lacks what the main one was brought; the session's shells are told what it has."""
    known = books.worktrees.at(repository.root)
    if known is not None:
        _tell_shells(given(books, known.name))
        return known.state == "ready" and bool(known.undone)
    return _is_wanted(repository)


def begin(repository: Repository, told: str) -> str:
    """Start it in a session of its own, which outlives this one, and say so; nobody waits for it."""
    kept = {name: value for name, value in os.environ.items() if name != "CLAUDE_PROJECT_DIR"}
    folder = os.path.join(repository.state, "worktrees")
    log = os.path.join(folder, "sessions.log")
    os.makedirs(folder, exist_ok=True)
    with open(log, "ab") as output:
        subprocess.Popen(
            [LAUNCHER, "worktree", "repair", "--here"],
            cwd=repository.root,
            env=kept,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    words = (
        "\nThis worktree's dependencies are being brought in now, beside you. If a module or a tool is missing, wait "
        f"and try again; the logs are in {folder}."
    )
    return told[: LONGEST - len(words)] + words


def _lacks_something(repository: Repository) -> bool:
    return any(
        os.path.isdir(os.path.join(repository.main, name)) and not os.path.lexists(os.path.join(repository.root, name))
        for name in BROUGHT_IN
    )


def _is_wanted(repository: Repository) -> bool:
    from mcp_server.adapters.settings.settings_file import SettingsError, read_settings

    try:
        wanted = read_settings(repository.settings).worktree
    except SettingsError:  # which the session is told of anyway
        return False
    asked = wanted.setup or wanted.copy or wanted.link or wanted.ports or wanted.names
    return wanted.prepare and (bool(asked) or _lacks_something(repository))


def _tell_shells(environment: dict[str, str]) -> None:
    """The client runs what is in this file ahead of every command."""
    file = os.environ.get("CLAUDE_ENV_FILE")
    if not file or not environment:
        return
    with open(file, "a", encoding="utf-8") as handle:
        handle.writelines(f"export {name}='{value}'\n" for name, value in environment.items())
