"""The doctor's findings about hooks that don't work."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mcp_server.doctor import hooks
from tests.doctor.machine import Machine, assert_advised


def test_a_guard_whose_script_is_missing_is_broken(in_use: Machine) -> None:
    in_use.script("pre_tool_use.py").unlink()
    assert_advised(in_use.findings()["guard"], "broken", "NOT working", "files are missing", "install")


def test_a_guard_that_lets_everything_pass_is_broken(in_use: Machine) -> None:
    in_use.script("pre_tool_use.py").write_text("def answer(*given):\n    return ''\n")
    assert_advised(in_use.findings()["guard"], "broken", "was not blocked", "said nothing")


def test_a_guard_whose_file_is_empty_blocks_and_is_broken(in_use: Machine) -> None:
    in_use.script("pre_tool_use.py").write_text("")
    assert_advised(in_use.findings()["guard"], "broken", "cannot decide", "exit code 1")


def test_a_guard_that_blocks_because_it_cannot_decide_is_broken(in_use: Machine) -> None:
    in_use.script("pre_tool_use.py").write_text("raise SystemExit(7)")
    assert_advised(in_use.findings()["guard"], "broken", "cannot decide", "exit code 7")


def test_a_guard_that_speaks_when_it_should_be_silent_is_broken(in_use: Machine) -> None:
    hook = in_use.script("pre_tool_use.py")
    hook.write_text(hook.read_text().replace("return warning", 'return io.deny("another-agent")'))
    assert_advised(in_use.findings()["guard"], "broken", "did not pass silently")


def test_a_missing_list_of_hooks_is_broken(in_use: Machine) -> None:
    in_use.script("hooks.json").unlink()
    findings = in_use.findings()
    assert_advised(findings["guard"], "broken", "hooks.json")
    assert_advised(findings["other hooks"], "broken", "hooks.json")


@pytest.mark.parametrize("script", ["lifecycle.py", "activity.py", "post_bash.py"])
def test_any_other_script_that_is_missing_is_broken(in_use: Machine, script: str) -> None:
    in_use.script(script).unlink()
    findings = in_use.findings()
    assert findings["guard"].state == "ok"
    assert_advised(findings["other hooks"], "broken", "files are missing")


def test_a_hook_that_complains_is_broken(in_use: Machine) -> None:
    in_use.script("activity.py").write_text("import sys\nprint('the leases', file=sys.stderr)\n")
    assert_advised(in_use.findings()["other hooks"], "broken", "the leases")


def test_every_event_that_is_listed_is_tried(in_use: Machine) -> None:
    listed = json.loads(in_use.script("hooks.json").read_text())["hooks"]
    tried = {name for name, _ in hooks.EVENTS} | {"PreToolUse", "SessionStart"}
    assert set(listed) <= tried


def test_nothing_of_the_throw_away_repository_stays(
    in_use: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    assert in_use.findings()["guard"].state == "ok"
    assert list(temporary.iterdir()) == []
