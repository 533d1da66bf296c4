"""Runs all checks: one finding for each."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from mcp_server.adapters.host.repository import Repository
from mcp_server.adapters.settings.settings_file import SettingsError, read_settings
from mcp_server.doctor import bash, client, hooks, machine, state
from mcp_server.doctor.client_settings import client_settings, grants
from mcp_server.doctor.finding import Finding
from mcp_server.doctor.installation import Copy, copy_at, without_home

Check = Callable[[], Finding]


def examine(repository: Repository, root: Path) -> list[Finding]:
    """Examine the copy of Interlock in `root` and this repository's state; changes nothing and never raises."""
    copy = copy_at(root)
    return [_checked(what, check) for what, check in _checks(repository, copy)]


def _checks(repository: Repository, copy: Copy) -> list[tuple[str, Check]]:
    return [
        ("Python", lambda: machine.interpreter(copy)),
        ("environment", lambda: machine.environment(copy)),
        ("git", lambda: machine.git(repository.root)),
        ("Claude Code", client.version),
        ("plugin", lambda: client.plugin(copy)),
        ("client's settings", lambda: client_settings(repository, Path.home(), os.environ)),
        ("state", lambda: state.state(repository)),
        ("settings", lambda: state.settings(repository)),
        *_of_database(repository),
        ("boards", lambda: state.boards(repository)),
        ("guard", lambda: hooks.guard(copy)),
        ("other hooks", lambda: hooks.others(copy)),
        ("Bash, before", lambda: bash.reading(copy, repository)),
        ("Bash, meanwhile", lambda: bash.confining(repository)),
        ("caches", lambda: grants(repository, Path.home(), os.environ)),
    ]


def _of_database(repository: Repository) -> list[tuple[str, Check]]:
    """Only where the settings name one: nothing that it needs is loaded elsewhere."""
    try:
        url = read_settings(repository.settings).store.url
    except SettingsError:  # which has a finding of its own
        return []
    if url is None:
        return []
    from mcp_server.doctor import database

    return [("database", lambda: database.database(repository, url)), ("mirror", lambda: database.mirror(repository))]


def _checked(what: str, check: Check) -> Finding:
    try:
        finding = check()
    except Exception as error:  # noqa: BLE001  one check that fails must not hide the others
        finding = Finding(
            what,
            "broken",
            f"could not be examined: {type(error).__name__}: {error}",
            "If that does not explain it, please report this.",
        )
    return finding._replace(words=without_home(finding.words), advice=without_home(finding.advice))
