"""Damaged and absurd events: each gets an answer in words, and none passes in silence that had to be decided.

`INTERLOCK_FUZZ=10000` tries more of them.
"""

from __future__ import annotations

import copy
import json
import os
import random
from pathlib import Path
from typing import Any

from hooks import activity, lifecycle, post_bash, pre_tool_use
from hooks.event.targets import EDITORS
from tests.hooks.conftest import Work

ROUNDS = int(os.environ.get("INTERLOCK_FUZZ", "1500"))
HELD = "src/auth/login.py"
ODD: list[Any] = [None, True, 0, -1, 1e308, "", "\ud800", "a\0b", "é" * 50, "x" * 70_000, [], {}, ["a"]]
TOOLS = "Edit Write MultiEdit NotebookEdit Bash mcp__files__write_file mcp__git__git_reset mcp__shell__run Read".split()
OTHERS: dict[str, Any] = {
    "PostToolUse": post_bash,
    "PostToolUseFailure": post_bash,
    "PostToolBatch": activity,
    "UserPromptSubmit": activity,
    "Stop": activity,
    "SubagentStop": lifecycle,
    "SubagentStart": lifecycle,
}


def event(draw: random.Random, name: str, repo: Path) -> dict[str, Any]:
    """An event as the client sends it, about a held file more often than not."""
    path = draw.choice([HELD, str(repo / HELD), f"src/../{HELD}", "README.md", str(repo.parent / "elsewhere")])
    named = {name: path for name in ("file_path", "notebook_path", "path")}
    named |= {"command": f"echo x > {path}", "repo_path": str(repo)}
    return {
        "session_id": draw.choice(["s1", "s2", "\ud800", "ä/ö"]),
        "cwd": str(repo),
        "hook_event_name": name,
        "tool_name": draw.choice(TOOLS),
        "tool_input": named,
        "tool_use_id": "t1",
        "tool_response": draw.choice(["", "error: in src/auth/login.py:3", {"stdout": "x"}]),
        "tool_calls": [{"tool_use_id": "t1", "tool_name": draw.choice(TOOLS), "tool_input": named}],
        "agent_id": draw.choice([None, "a1"]),
        "agent_type": "worker",
    }


def mutated(draw: random.Random, whole: dict[str, Any]) -> dict[str, Any]:
    """With up to three fields replaced by something odd, or left out."""
    for _ in range(draw.randrange(4)):
        place = draw.choice([whole, whole["tool_input"]]) if isinstance(whole.get("tool_input"), dict) else whole
        key = draw.choice([*place, "cwd"])
        if draw.random() < 0.3:
            place.pop(key, None)
        else:
            place[key] = copy.deepcopy(draw.choice(ODD))
    return whole


def damaged(draw: random.Random, data: bytes) -> bytes:
    """With bytes cut off, changed or added, or as it is."""
    kind = draw.randrange(6)
    at = draw.randrange(len(data) + 1)
    if kind == 0:
        return data[:at]
    if kind == 1:
        return data[:at] + bytes(draw.randrange(256) for _ in range(4)) + data[at:]
    if kind == 2:
        return draw.choice([b"", b"null", b"[]", b"{" * 5_000, b'{"a":' * 3_000, b"\xff\xfe", data * 2])
    return data


def due(data: bytes, repo: Path) -> bool:
    """Whether it must be refused: it can't be read, or it is an edit of what another agent holds."""
    try:
        said = json.loads(data)
    except (ValueError, RecursionError):
        return True
    if not isinstance(said, dict) or not isinstance(said.get("tool_name"), str) or not said["tool_name"]:
        return True
    argument = EDITORS.get(said["tool_name"])
    if argument is None:
        return False
    named, cwd = said.get("tool_input"), said.get("cwd", str(repo))
    path = named.get(argument) if isinstance(named, dict) else None
    if not isinstance(path, str) or not path:
        return True
    if not isinstance(cwd, str) or not cwd or "\0" in path + cwd:
        return False
    try:
        return str(Path(cwd, path).resolve()) == str(repo / HELD)
    except ValueError:
        return False


def test_no_event_passes_in_silence_that_had_to_be_decided(work: Work, repo: Path) -> None:
    (repo / HELD).write_text("x = 1\n")
    work.claim(work.agent("other"), "src/auth/**")
    environment = {"CLAUDE_PROJECT_DIR": str(repo), "PATH": os.environ["PATH"], "HOME": str(repo.parent)}
    draw = random.Random(20_260_727)  # noqa: S311  the same every time
    silent: list[bytes] = []
    refused = 0
    for _ in range(ROUNDS):
        name = draw.choice(["PreToolUse", "PreToolUse", "PreToolUse", *OTHERS])
        data = damaged(draw, json.dumps(mutated(draw, event(draw, name, repo))).encode())
        script = OTHERS.get(name, pre_tool_use)
        answer = script.answer(data, environment, str(repo))
        if answer:
            found = json.loads(answer)
            assert isinstance(found, dict)
            assert "Traceback" not in answer
        if name == "PreToolUse":
            refused += '"deny"' in answer
            if due(data, repo) and '"permissionDecision":"deny"' not in answer:
                silent.append(data)
    assert not silent, silent[:3]
    assert refused > ROUNDS / 10
