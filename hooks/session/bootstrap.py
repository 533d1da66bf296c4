"""Creates the server's own environment at the first session's start after an installation."""

from __future__ import annotations

import sys

from hooks.event.event import plugin_file
from mcp_server.bootstrap import check

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hooks.event.event import Event

PATIENCE_SECONDS = 30
"""A session's start waits no longer; the set-up continues, and the next start finds it done."""


def notices(event: Event) -> list[str]:
    """What the user should know about the set-up; nothing if it was done before."""
    root = plugin_file()
    data = event.plugin_data or root
    environment = check.ready_env(root, data)
    if environment:
        return _noted_anew(root, data, environment) if check.is_noted_elsewhere(root, data) else []
    from time import monotonic

    began = monotonic()
    if _make(root, data):
        return [f"set up in {monotonic() - began:.0f} s, ready to use."]
    now = check.status_of(root, data)
    if now["state"] != "failed":
        return ["its set-up takes longer than usual and continues; calls of its tools wait for it."]
    return [f"its tools are NOT available in this session: {now['words']} {now['advice']} Edits are still checked."]


def _noted_anew(root: str, data: str, environment: str) -> list[str]:
    from mcp_server.bootstrap import build

    build.note_anew(root, data, environment)
    return ["its folder was moved; it is ready to use at its new place."]


def _make(root: str, data: str) -> bool:
    import subprocess

    script = plugin_file("mcp_server", "bootstrap")
    command = [sys.executable, "-I", "-S", script, root, data, "--wait", str(PATIENCE_SECONDS)]
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=PATIENCE_SECONDS + 5
        )  # noqa: S603  our own script
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0
