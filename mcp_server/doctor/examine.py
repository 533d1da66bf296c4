"""Does everything that Interlock needs work here? One finding for each thing that is examined."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from mcp_server.adapters.host.repository import Repository
from mcp_server.doctor import bash, client, hooks, machine, state
from mcp_server.doctor.finding import Finding
from mcp_server.doctor.installation import Copy, copy_at, without_home

Check = Callable[[], Finding]


def examine(repository: Repository, root: Path) -> list[Finding]:
    """Look at the copy of Interlock in `root` and at this repository's state; nothing is changed, nothing raised."""
    copy = copy_at(root)
    return [_carried_out(what, check) for what, check in _checks(repository, copy)]


def _checks(repository: Repository, copy: Copy) -> list[tuple[str, Check]]:
    return [
        ("Python", lambda: machine.interpreter(copy)),
        ("environment", lambda: machine.environment(copy)),
        ("git", machine.git),
        ("Claude Code", client.version),
        ("plugin", lambda: client.plugin(copy)),
        ("state", lambda: state.state(repository)),
        ("settings", lambda: state.settings(repository)),
        ("guard", lambda: hooks.guard(copy)),
        ("other hooks", lambda: hooks.others(copy)),
        ("Bash, before", lambda: bash.reading(copy, repository)),
        ("Bash, meanwhile", lambda: bash.holding(repository)),
    ]


def _carried_out(what: str, check: Check) -> Finding:
    try:
        finding = check()
    except Exception as error:  # noqa: BLE001  one thing that cannot be examined must not hide the others
        finding = Finding(
            what,
            "broken",
            f"could not be examined: {type(error).__name__}: {error}",
            "If what it names is not the cause, report this.",
        )
    return finding._replace(words=without_home(finding.words), advice=without_home(finding.advice))
