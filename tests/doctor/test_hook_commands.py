"""How the commands of a hooks.json are run, and what of their output is an answer."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from mcp_server.doctor.hook_commands import HookCommands, HookFailed, Reply

EVENT = {"hook_event_name": "PreToolUse", "tool_name": "Edit", "session_id": "s"}


def commands(folder: Path, *hooks: dict[str, Any], matcher: str | None = None) -> HookCommands:
    (folder / "hooks").mkdir()
    group: dict[str, Any] = {"hooks": list(hooks)} | ({"matcher": matcher} if matcher else {})
    (folder / "hooks" / "hooks.json").write_text(json.dumps({"hooks": {"PreToolUse": [group]}}))
    return HookCommands(folder, data=folder / "data", project=folder)


def fire(folder: Path, command: str) -> Reply:
    return commands(folder, {"type": "command", "command": command}).fire(EVENT)


def test_a_hook_that_says_nothing_is_silent(tmp_path: Path) -> None:
    assert fire(tmp_path, "cat >/dev/null").is_silent


def test_a_refusal_is_understood_with_its_reason(tmp_path: Path) -> None:
    answer = {"hookSpecificOutput": {"permissionDecision": "deny", "permissionDecisionReason": "held"}}
    reply = fire(tmp_path, f"echo '{json.dumps(answer)}'")
    assert reply.denied == "held"
    assert not reply.is_silent


def test_a_permission_is_no_refusal(tmp_path: Path) -> None:
    answer = {"hookSpecificOutput": {"permissionDecision": "allow", "permissionDecisionReason": "fine"}}
    assert fire(tmp_path, f"echo '{json.dumps(answer)}'").denied == ""


def test_the_hook_hears_the_event_in_the_clients_surroundings(tmp_path: Path) -> None:
    told = "$(cat | tr -d '\"{}') $CLAUDE_PLUGIN_ROOT $CLAUDE_PLUGIN_DATA $CLAUDE_PROJECT_DIR $PWD $PPID"
    reply = fire(tmp_path, f'echo "{told}" >&2')
    assert "tool_name: Edit" in reply.complaint
    assert reply.complaint.endswith(f"{tmp_path} {tmp_path}/data {tmp_path} {tmp_path} {os.getpid()}")


def test_every_command_is_heard(tmp_path: Path) -> None:
    one, other = ({"command": f'echo \'{{"systemMessage": "{word}"}}\''} for word in ("one", "other"))
    assert commands(tmp_path, one, other).fire(EVENT).for_user == "one\nother"


def test_a_hook_for_other_tools_is_not_run(tmp_path: Path) -> None:
    hooks = commands(tmp_path, {"command": "exit 1"}, matcher="^(Write|Bash)$")
    with pytest.raises(HookFailed, match="no command for PreToolUse Edit"):
        hooks.fire(EVENT)


@pytest.mark.parametrize("said", ["no json", "[]", '{"hookSpecificOutput": 7}'])
def test_an_answer_that_is_not_understood_is_refused(tmp_path: Path, said: str) -> None:
    with pytest.raises(HookFailed, match="not the JSON"):
        fire(tmp_path, f"echo '{said}'")


def test_a_hook_that_fails_is_named_with_what_it_says(tmp_path: Path) -> None:
    with pytest.raises(HookFailed, match="ended with 5: why"):
        fire(tmp_path, "echo why >&2; exit 5")


def test_a_hook_that_does_not_end_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mcp_server.doctor.hook_commands.GRACE_SECONDS", 0)
    fifo = tmp_path / "never"
    os.mkfifo(fifo)
    with pytest.raises(HookFailed, match=r"no answer within 0\.2 s"):
        commands(tmp_path, {"command": f"exec cat {fifo}", "timeout": 0.2}).fire(EVENT)
