"""The commands in hooks.json have one form; missing files block nothing and are reported."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from tests.hooks.conftest import Work, set_up
from tests.hooks.runner import EVENTS, ROOT, Hooks, Said

RUN = '"$CLAUDE_PLUGIN_ROOT/hooks/run"'
FORM = f"[ ! -r {RUN} ] || hook={{script}} . {RUN}"
WITH_WORDS = f"""if [ -r {RUN} ]; then hook={{script}} . {RUN}; else echo '{{words}}'; fi"""
WITH_REFUSAL = (
    f"""if [ -r {RUN} ]; then hook={{script}} . {RUN}; elif [ -d .git/interlock ] || """
    """[ -d "$CLAUDE_PROJECT_DIR/.git/interlock" ]; then echo '{words}'; fi"""
)
SAY_SO = ("SessionStart", "UserPromptSubmit")
"""The events that say that `run` itself is missing; neither can block anything."""
COMMANDS = [(name, hook["command"]) for name, groups in EVENTS.items() for group in groups for hook in group["hooks"]]
MISSING = ["hooks/run", "hooks/{script}.py", "bin/find-python"]


@pytest.fixture
def copy(repo: Path, tmp_path: Path) -> Hooks:
    """Hooks of a copy of the plugin, in a folder with a blank in its name."""
    root, data = tmp_path / "the plugin's $copy", tmp_path / "data"
    for part in ("bin", "hooks", "mcp_server"):
        shutil.copytree(ROOT / part, root / part, ignore=shutil.ignore_patterns("__pycache__"))
    data.mkdir()
    set_up(data)
    return Hooks(repo, data, root=root)


@pytest.mark.parametrize(("name", "command"), COMMANDS)
def test_every_command_names_its_script_in_the_same_form(name: str, command: str) -> None:
    [script] = re.findall(r"hook=(\w+) ", command)
    assert (ROOT / "hooks" / f"{script}.py").is_file()
    words = command.partition("echo '")[2].rpartition("'")[0]
    if name in SAY_SO and script != "wake":
        assert command == WITH_WORDS.replace("{script}", script).replace("{words}", words)
        assert "NOT working" in words
    elif name == "PreToolUse":
        assert command == WITH_REFUSAL.replace("{script}", script).replace("{words}", words)
        assert json.loads(words)["hookSpecificOutput"]["permissionDecision"] == "deny"
    else:
        assert command == FORM.replace("{script}", script)


@pytest.mark.parametrize("name", list(EVENTS))
def test_each_event_of_a_tool_starts_one_process_that_is_waited_for(name: str) -> None:
    for tool in ("Edit", "Bash", "TaskOutput", "mcp__files__write"):
        found = [group for group in EVENTS[name] if re.search(group.get("matcher", ""), tool)]
        waited_for = [hook for group in found for hook in group["hooks"] if not hook.get("asyncRewake")]
        assert len(waited_for) <= 1, tool


def without(copy: Hooks, name: str, missing: str) -> Said:
    """What the hook for an event says when a file is missing."""
    tool = "Edit" if not name.startswith("PostToolUse") else "Bash"
    [command] = copy._commands(name, tool)
    [script] = re.findall(r"hook=(\w+) ", command)
    (copy.root / missing.format(script=script)).unlink()
    return copy.send(name, tool_name=tool, tool_input={"file_path": "x"}, tool_use_id="t1", source="startup")


@pytest.mark.parametrize("missing", MISSING)
@pytest.mark.parametrize("name", list(EVENTS))
def test_a_missing_file_is_reported_in_a_repository_in_use_and_the_gate_refuses(
    copy: Hooks, work: Work, name: str, missing: str
) -> None:
    assert work.file.exists()

    said = without(copy, name, missing)

    assert said.code == 0
    if name == "PreToolUse":
        assert said.decision == "deny"
        assert "could not decide" in said.reason
        assert "interlock doctor" in said.reason
    elif missing != "hooks/run" or name in SAY_SO:
        assert "its guard is NOT working" in said.json["systemMessage"]


@pytest.mark.parametrize("missing", MISSING)
@pytest.mark.parametrize("name", list(EVENTS))
def test_a_missing_file_disturbs_nobody_elsewhere_but_a_session_is_told_once(
    copy: Hooks, name: str, missing: str
) -> None:
    said = without(copy, name, missing)

    if name == "SessionStart" or (missing == "hooks/run" and name in SAY_SO):
        assert "its guard is NOT working" in said.json["systemMessage"]
    else:
        assert said == Said("", "", 0)


@pytest.mark.parametrize("part", ["hooks/elsewhere", "hooks/quiet-start"])
def test_a_missing_part_of_the_quiet_way_blocks_nothing(copy: Hooks, part: str) -> None:
    (copy.root / part).unlink()

    assert copy.edit("src/x.py") == Said("", "", 0)
    assert copy.send("SessionStart", source="startup").code == 0


def test_a_guard_that_cannot_even_start_can_be_switched_off(copy: Hooks, work: Work) -> None:
    (copy.root / "hooks" / "pre_tool_use.py").write_text("raise SystemExit(7)\n")
    assert copy.edit("src/x.py").decision == "deny"

    (work.file.parent / "mode").write_text("off\n")

    assert copy.edit("src/x.py") == Said("", "", 0)


def test_a_variable_of_the_sessions_environment_changes_no_answer(copy: Hooks, work: Work) -> None:
    assert work.file.exists()
    copy.environment |= {
        "gate": "open",
        "event": "x",
        "was_read": "yes",
        "state": "/",
        "at": "/",
        "here": "/",
        "hook": "x",
    }
    (copy.root / "hooks" / "pre_tool_use.py").unlink()

    said = copy.edit("src/x.py")

    assert said.decision == "deny"
    assert said.json["hookSpecificOutput"]["hookEventName"] == "PreToolUse"
