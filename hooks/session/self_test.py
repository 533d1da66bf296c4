"""Tests the guard at a session's start with a call that it must refuse, since a broken guard would go unnoticed.

Once for each version and each Python: what fails later refuses, and says so.
"""

from __future__ import annotations

import os
import sys

from hooks.event import io
from hooks.event.event import plugin_file
from mcp_server.adapters.host.file_stamp import stamp, text_of
from mcp_server.adapters.settings.policy_cache import policy_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hooks.event.event import Event
    from mcp_server.adapters.host.repository import Repository

FILE = "tested"
REFUSED = "never edited by hand"
PARTS = ("hooks/run", "hooks/pre_tool_use.py", "hooks/event/io.py", ".claude-plugin/plugin.json")


def trouble(event: Event, repository: Repository) -> list[str]:
    """What the user should know about the guard; nothing if it refuses what it must."""
    if policy_of(repository).mode == "off":
        return ["the guard is switched off in this repository (interlock mode): edits are not checked."]
    file = os.path.join(event.notes_folder, FILE)
    tested = "\n".join([sys.executable, *(f"{part} {stamp(plugin_file(part))}" for part in PARTS)])
    if text_of(file) == tested:
        return []
    said, complaint = _started(repository)
    if REFUSED not in said:
        output = " ".join((complaint or said).split())[-200:] or "it said nothing"
        return [f"its guard is NOT working, edits are not checked: {output}. Run bin/interlock doctor."]
    _remember(file, tested)
    return []


def _call(repository: Repository) -> bytes:
    state = os.path.join(repository.state, "state.db")
    return (
        '{"session_id":"self-test","hook_event_name":"PreToolUse","tool_name":"Write","tool_use_id":"self-test",'
        f'"cwd":{io.quoted(repository.root)},"tool_input":{{"file_path":{io.quoted(state)},"content":""}}}}'
    ).encode()


def _started(repository: Repository) -> tuple[str, str]:
    import subprocess

    guard = subprocess.run(
        [sys.executable, "-I", "-S", plugin_file("hooks", "pre_tool_use.py")],
        input=_call(repository),
        capture_output=True,
        check=False,
        cwd=repository.root,
    )
    said, complaint = guard.stdout.decode(errors="replace"), guard.stderr.decode(errors="replace")
    return said, complaint or ("" if said else f"exit code {guard.returncode}")


def _remember(file: str, tested: str) -> None:
    from mcp_server.adapters.host.atomic_write import replace

    try:
        replace(file, tested.encode(errors="surrogateescape"))
    except OSError:  # it is started again at the next session
        return
