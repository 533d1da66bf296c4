"""Tests the guard at a session's start with a call that it must refuse, since a broken guard would go unnoticed."""

from __future__ import annotations

import os
import subprocess
import sys

from hooks.event import io
from hooks.event.event import plugin_file
from mcp_server.adapters.settings.policy_cache import policy_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hooks.event.event import Event
    from mcp_server.adapters.host.repository import Repository


def trouble(_event: Event, repository: Repository) -> list[str]:
    """What the user should know about the guard; nothing if it refuses what it must."""
    if policy_of(repository).mode == "off":
        return ["the guard is switched off in this repository (interlock mode): edits are not checked."]
    state = os.path.join(repository.state, "state.db")
    event = (
        '{"session_id":"self-test","hook_event_name":"PreToolUse","tool_name":"Write","tool_use_id":"self-test",'
        f'"cwd":{io.quoted(repository.root)},"tool_input":{{"file_path":{io.quoted(state)},"content":""}}}}'
    )
    guard = subprocess.run(
        [sys.executable, "-I", "-S", plugin_file("hooks", "pre_tool_use.py")],
        input=event,
        capture_output=True,
        text=True,
        check=False,
        cwd=repository.root,
    )
    if guard.returncode == 0 and "never edited by hand" in guard.stdout:
        return []
    output = " ".join((guard.stderr or guard.stdout).split())[-200:] or f"exit code {guard.returncode}"
    return [f"its guard is NOT working, edits are not checked: {output}. Run bin/interlock doctor."]
