"""Does everything that Interlock needs work, here and now? One finding for each thing that was looked at."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from mcp_server.adapters import doctor_bash, doctor_client, doctor_hooks, doctor_machine, doctor_state
from mcp_server.adapters.doctor_copy import Copy, copy_at, without_home
from mcp_server.adapters.places import Repository
from mcp_server.domain.health import Finding

Check = Callable[[], Finding]


def examine(repository: Repository, root: Path) -> list[Finding]:
    """Look at the copy of Interlock in `root` and at this repository's state; nothing is changed, nothing raised."""
    copy = copy_at(root)
    return [_carried_out(what, check) for what, check in _checks(repository, copy)]


def _checks(repository: Repository, copy: Copy) -> list[tuple[str, Check]]:
    return [
        ("Python", lambda: doctor_machine.interpreter(copy)),
        ("environment", lambda: doctor_machine.environment(copy)),
        ("git", doctor_machine.git),
        ("Claude Code", doctor_client.version),
        ("plugin", lambda: doctor_client.plugin(copy)),
        ("state", lambda: doctor_state.state(repository)),
        ("settings", lambda: doctor_state.settings(repository)),
        ("guard", lambda: doctor_hooks.guard(copy)),
        ("other hooks", lambda: doctor_hooks.others(copy)),
        ("Bash, before", lambda: doctor_bash.reading(copy, repository)),
        ("Bash, meanwhile", lambda: doctor_bash.holding(repository)),
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
