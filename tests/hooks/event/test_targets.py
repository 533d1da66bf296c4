"""Which paths a tool call would write: by its name and arguments, as far as the guard refuses it."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from mcp_server.core.agents.register import Caller, recognise
from tests.hooks.conftest import Work
from tests.hooks.runner import Hooks


def in_a_checkout_with_another(work: Work, repo: Path) -> None:
    """Files, commits and branches; another agent works on src/auth in the same checkout."""
    for name in ("a.py", "src/auth/x.py"):
        (repo / name).write_text("x = 1\n")
    line = "git add . && git commit -qm 1 && git checkout -qb other && echo 2 >src/auth/x.py && git commit -qam 2"
    who = {f"GIT_{role}_{what}": "p@localhost" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    subprocess.run(["sh", "-ec", f"{line} && git checkout -q -"], cwd=repo, check=True, env=os.environ | who)
    with work.store.writing() as books:
        other = recognise(books, Caller("other", worktree=str(repo)))
    work.claim(other.id, "src/auth/**")


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
        # filesystem
        ("mcp__filesystem__create_directory", {"path": "src/auth/x"}, True),
        ("mcp__filesystem__edit_file", {"path": "src/auth/x.py", "edits": [], "dryRun": True}, False),
        ("mcp__filesystem__directory_tree", {"path": "src/auth"}, False),
        ("mcp__filesystem__search_files", {"path": "src/auth", "pattern": "x"}, False),
        # JetBrains
        ("mcp__jetbrains__create_new_file", {"pathInProject": "src/auth/x.py", "text": ""}, True),
        ("mcp__jetbrains__replace_text_in_file", {"pathInProject": "src/auth/x.py", "projectPath": "REPO"}, True),
        ("mcp__idea__reformat_file", {"path": "src/auth/x.py", "projectPath": "REPO"}, True),
        ("mcp__jetbrains__open_file_in_editor", {"filePath": "src/auth/x.py"}, False),
        ("mcp__jetbrains__get_file_problems", {"filePath": "src/auth/x.py"}, False),
        ("mcp__jetbrains__execute_terminal_command", {"command": "rm src/auth/x.py", "executeInShell": True}, True),
        ("mcp__jetbrains__execute_terminal_command", {"command": "cat src/auth/x.py"}, False),
        ("mcp__jetbrains__apply_patch", {"patch": "*** Begin Patch\n*** Update File: src/auth/x.py\n@@\n"}, True),
        ("mcp__x__apply_diff", {"diff": "--- a/src/auth/x.py\n+++ b/src/auth/x.py\n@@ -1 +1 @@\n"}, True),
        ("mcp__x__apply_diff", {"diff": "--- a/src/api/x.py\n+++ b/src/api/x.py\n@@ -1 +1 @@\n"}, False),
        # serena
        ("mcp__serena__create_text_file", {"relative_path": "src/auth/x.py", "content": "a/b"}, True),
        ("mcp__serena__insert_after_symbol", {"name_path": "src/auth", "relative_path": "src/api/x.py"}, False),
        ("mcp__serena__find_symbol", {"relative_path": "src/auth/x.py"}, False),
        ("mcp__serena__execute_shell_command", {"command": "echo x > src/auth/x.py"}, True),
        ("mcp__serena__execute_shell_command", {"command": "echo x > x.py", "cwd": "src/auth"}, True),
        # desktop-commander
        ("mcp__desktop-commander__edit_block", {"file_path": "src/auth/x.py", "old_string": "a"}, True),
        ("mcp__desktop-commander__write_pdf", {"path": "src/auth/x.pdf", "content": "x"}, True),
        ("mcp__desktop-commander__start_process", {"command": "sed -i s/a/b/ src/auth/x.py", "timeout_ms": 9}, True),
        ("mcp__desktop-commander__start_process", {"command": "npm test", "timeout_ms": 9}, False),
        ("mcp__desktop-commander__start_search", {"path": "src/auth", "pattern": "x"}, False),
        # codemcp, and editors as one tool
        ("mcp__codemcp__codemcp", {"subtool": "WriteFile", "path": "REPO/src/auth/x.py", "content": ""}, True),
        ("mcp__codemcp__codemcp", {"subtool": "Rm", "path": "src/auth/x.py"}, True),
        ("mcp__codemcp__codemcp", {"subtool": "ReadFile", "path": "src/auth/x.py"}, False),
        ("mcp__codemcp__codemcp", {"subtool": "RunCommand", "path": "REPO", "command": "test"}, False),
        ("mcp__editor__str_replace_editor", {"command": "create", "path": "REPO/src/auth/x.py"}, True),
        ("mcp__editor__str_replace_based_edit_tool", {"command": "view", "path": "REPO/src/auth/x.py"}, False),
        # another session as a server
        ("mcp__claude__Edit", {"file_path": "REPO/src/auth/x.py"}, True),
        ("mcp__claude__Bash", {"command": "touch src/auth/x.py"}, True),
        ("mcp__claude__Read", {"file_path": "REPO/src/auth/x.py"}, False),
        # git
        ("mcp__git__git_checkout", {"repo_path": "REPO", "branch_name": "other"}, True),
        ("mcp__git__git_reset", {"path": "REPO", "mode": "hard"}, True),
        ("mcp__git__git_clean", {"path": "REPO", "force": True, "directories": True}, True),
        ("mcp__git__git_stash", {"path": "REPO", "mode": "push"}, True),
        ("mcp__git__git_stash", {"path": "REPO", "mode": "list"}, False),
        ("mcp__git__git_status", {"repo_path": "REPO"}, False),
        ("mcp__git__git_diff_staged", {"repo_path": "REPO"}, False),
        ("mcp__git__git_log", {"repo_path": "REPO", "max_count": 3}, False),
        ("mcp__git__git_branch", {"path": "REPO", "operation": "list"}, False),
        ("mcp__git__git_add", {"repo_path": "REPO", "files": ["src/api/x.py"]}, False),
        # other shells
        ("mcp__shell__run_command", {"command": "mv", "args": ["a.py", "src/auth/x.py"]}, True),
        ("mcp__terminal__run", {"cmd": "rm src/auth/x.py", "workdir": "REPO"}, True),
        ("mcp__ssh__execute_command", {"host": "h", "command": "rm src/auth/x.py"}, False),
        ("mcp__sandbox__run_command", {"sandbox_id": "s", "command": "rm src/auth/x.py"}, False),
        # names that only look like paths
        ("mcp__figma__post_comment", {"file_key": "src/auth/x.py", "message": "hi"}, False),
        ("mcp__figma__download_figma_images", {"fileKey": "k", "localPath": "REPO/src/auth/img"}, True),
        ("mcp__trip__create_trip", {"destination": "auth"}, False),
        ("mcp__web__update_element", {"target": "#src", "text": "src/auth/x.py"}, False),
        ("mcp__obsidian__create_note", {"path": "src/auth/x.py", "content": ""}, False),
        (
            "mcp__gitlab__create_merge_request_thread",
            {"project_id": "1", "position": {"new_path": "src/auth/x.py"}},
            False,
        ),
        ("mcp__chrome__take_screenshot", {"filePath": "src/auth/x.png"}, True),
        ("mcp__x__rename", {"oldFilePath": "src/auth/x.py", "newFilePath": "b.py"}, True),
        ("mcp__x__write_files", {"files": [{"filePath": "a.py"}, {"filePath": "src/auth/x.py", "content": "c"}]}, True),
        ("mcp__files__write_file", {"path": "src/api/x.py"}, False),
        ("mcp__files__write_file", {"path": 7}, False),
        ("mcp__files__write_file", "no object", False),
    ],
)
def test_tools_of_other_servers_are_judged_by_name_and_arguments(
    hooks: Hooks, work: Work, repo: Path, tool: str, arguments: object, refused: bool
) -> None:
    in_a_checkout_with_another(work, repo)
    spelled = json.loads(json.dumps(arguments).replace("REPO", str(repo)))

    said = hooks.send("PreToolUse", tool_name=tool, tool_input=spelled, tool_use_id="t1")

    assert said.decision == ("deny" if refused else None)
