"""Which paths a tool call would write: by its name and arguments, as far as the guard refuses it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.hooks.conftest import Work
from tests.hooks.runner import Hooks


@pytest.mark.parametrize(
    ("tool", "arguments", "refused"),
    [
        ("mcp__files__write_file", {"path": "src/auth/x.py"}, True),
        ("mcp__files__edit_file", {"path": "src/auth/x.py", "edits": []}, True),
        ("mcp__serena__replace_symbol_body", {"relative_path": "src/auth/x.py"}, True),
        ("mcp__files__move_file", {"source": "a.py", "destination": "src/auth/x.py"}, True),
        ("mcp__files__move_file", {"source": "src/auth/x.py", "destination": "a.py"}, True),
        ("mcp__files__copy_file", {"source": "src/auth/x.py", "destination": "a.py"}, False),
        ("mcp__files__copy_file", {"source": "a.py", "destination": "src/auth/x.py"}, True),
        ("mcp__browser__file_upload", {"paths": ["src/auth/x.py"]}, False),
        ("mcp__ide__applyPatch", {"files": [{"path": "a.py"}, {"path": "src/auth/x.py"}]}, True),
        ("mcp__x__search_and_replace", {"paths": ["src/auth/x.py"]}, True),
        ("mcp__lsp__rename_file", {"uri": "file://REPO/src/auth/x.py"}, True),
        ("mcp__files__read_file", {"path": "src/auth/x.py"}, False),
        ("mcp__files__get_file_info", {"path": "src/auth/x.py"}, False),
        ("mcp__x__list_updates", {"path": "src/auth/x.py"}, False),
        ("mcp__github__create_or_update_file", {"owner": "o", "repo": "r", "path": "src/auth/x.py"}, False),
        ("mcp__web__save_page", {"uri": "https://example.org/src/auth/x.py"}, False),
        ("mcp__files__write_file", {"path": "src/api/x.py"}, False),
        ("mcp__files__write_file", {"path": 7}, False),
        ("mcp__files__write_file", "no object", False),
    ],
)
def test_tools_of_other_servers_are_judged_by_name_and_arguments(
    hooks: Hooks, work: Work, repo: Path, tool: str, arguments: object, refused: bool
) -> None:
    work.claim(work.agent("other"), "src/auth/**")
    spelled = json.loads(json.dumps(arguments).replace("REPO", str(repo)))

    said = hooks.send("PreToolUse", tool_name=tool, tool_input=spelled, tool_use_id="t1")

    assert said.decision == ("deny" if refused else None)
