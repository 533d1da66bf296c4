"""Sets up a worktree that a session starts in, beside the session, and gives the session's shells its variables."""

from __future__ import annotations

import os
import subprocess

from hooks.event.event import plugin_file
from mcp_server.adapters.host.atomic_write import private, private_folder
from mcp_server.core.worktrees.ports import allocated

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hooks.event.event import Event
    from mcp_server.adapters.host.repository import Repository
    from mcp_server.adapters.sqlite.books import SqliteBooks

DEPENDENCIES = ("node_modules", ".venv", "venv", "vendor/bundle")
LONGEST = 1_500


def is_needed(event: Event, repository: Repository, books: SqliteBooks) -> bool:
    """Whether this linked worktree lacks what the main one has; the session's shells get the worktree's variables."""
    known = books.worktrees.at(repository.root)
    if known is not None:
        _export(event, allocated(books, known.name))
        return known.state == "ready" and bool(known.undone)
    return _has_set_up(repository)


def begin(event: Event, repository: Repository, context: str) -> str:
    """Start the set-up in a process that outlives this session, and say so at the end of the agent's `context`."""
    kept = {name: value for name, value in event.environment.items() if name != "CLAUDE_PROJECT_DIR"}
    folder = os.path.join(repository.state, "worktrees")
    log = os.path.join(folder, "sessions.log")
    private_folder(folder)
    with open(log, "ab", opener=private) as output:
        subprocess.Popen(
            [plugin_file("bin", "interlock"), "worktree", "repair", "--here"],
            cwd=repository.root,
            env=kept,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    words = (
        "\nThis worktree is being set up in the background: its dependencies are being installed. If a module or tool "
        f"is missing, wait and try again; the logs are in {folder}."
    )
    return context[: LONGEST - len(words)] + words


def _lacks_dependencies(repository: Repository) -> bool:
    return any(
        os.path.isdir(os.path.join(repository.main, name)) and not os.path.lexists(os.path.join(repository.root, name))
        for name in DEPENDENCIES
    )


def _has_set_up(repository: Repository) -> bool:
    from mcp_server.adapters.settings.settings_file import SettingsError, read_settings

    try:
        wanted = read_settings(repository.settings).worktree
    except SettingsError:  # the session's start reports them
        return False
    asked = wanted.setup or wanted.copy or wanted.link or wanted.ports or wanted.names
    return wanted.prepare and (bool(asked) or _lacks_dependencies(repository))


def _export(event: Event, environment: dict[str, str]) -> None:
    """The client runs the text of this file ahead of every command."""
    file = event.shell_setup_file
    if not file or not environment:
        return
    with open(file, "a", encoding="utf-8") as handle:
        handle.writelines(f"export {name}='{value}'\n" for name, value in environment.items())
