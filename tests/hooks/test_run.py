"""The commands in hooks.json have one short form; missing files block nothing and are reported."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from tests.hooks.conftest import set_up
from tests.hooks.runner import EVENTS, ROOT, Hooks

RUN = '"$CLAUDE_PLUGIN_ROOT/hooks/run"'
FORM = f"[ ! -r {RUN} ] || hook={{script}} . {RUN}"
WITH_WORDS = f"""if [ -r {RUN} ]; then hook={{script}} . {RUN}; else echo '{{words}}'; fi"""
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
    if name in SAY_SO:
        words = command.partition("echo '")[2].rpartition("'")[0]
        assert command == WITH_WORDS.replace("{script}", script).replace("{words}", words)
        assert "NOT working" in words
    else:
        assert command == FORM.replace("{script}", script)


@pytest.mark.parametrize("name", list(EVENTS))
def test_each_event_of_a_tool_starts_one_process(name: str) -> None:
    for tool in ("Edit", "Bash", "TaskOutput", "mcp__files__write"):
        found = [group for group in EVENTS[name] if re.search(group.get("matcher", ""), tool)]
        assert len([hook for group in found for hook in group["hooks"]]) <= 1, tool


@pytest.mark.parametrize("missing", MISSING)
@pytest.mark.parametrize("name", list(EVENTS))
def test_a_missing_file_blocks_nothing_and_is_reported(copy: Hooks, name: str, missing: str) -> None:
    tool = "Edit" if name != "PostToolUseFailure" else "Bash"
    [command] = [
        hook["command"]
        for group in EVENTS[name]
        if re.search(group.get("matcher", ""), tool)
        for hook in group["hooks"]
    ]
    [script] = re.findall(r"hook=(\w+) ", command)
    (copy.root / missing.format(script=script)).unlink()

    said = copy.send(name, tool_name=tool, tool_input={"file_path": "x"}, tool_use_id="t1", source="startup")

    assert (said.code, said.decision if said.output else None) == (0, None)
    if missing != "hooks/run" or name in SAY_SO:
        assert "its guard is NOT working" in said.json["systemMessage"]
