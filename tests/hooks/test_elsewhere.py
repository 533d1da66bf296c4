"""Where a repository is not in use, a hook is a shell and nothing else; where one is, the shell finds it."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.hooks.conftest import Work
from tests.hooks.runner import EVENTS, ROOT, Hooks, Said

FIELDS: dict[str, dict[str, Any]] = {
    "PreToolUse": {"tool_name": "Edit", "tool_input": {"file_path": "src/x.py", "old_string": '"file_path":"/a"'}},
    "PostToolUse": {"tool_name": "Bash", "tool_input": {"command": "make"}, "tool_response": {"stdout": ""}},
    "PostToolUseFailure": {"tool_name": "Bash", "tool_input": {"command": "make"}, "error": "Exit code 2"},
    "SessionStart": {"source": "startup", "session_title": "The docs"},
}
CALLS: list[tuple[str, dict[str, Any]]] = [
    ("Write", {"file_path": "/nowhere/at/all/x.py", "content": "x" * 3000}),
    ("Edit", {"file_path": "~/notes.txt", "old_string": "a\\b \u0081 é", "new_string": 'say "file_path"'}),
    ("Bash", {"command": "cat /etc/passwd > out.txt && cd .. && make"}),
    ("Agent", {"prompt": 'Read "src/a.py" and /etc/hosts', "description": "Look"}),
    ("Workflow", {"script": "const found = await agent('Go')"}),
    ("WebFetch", {"url": "https://example.invalid/src/a.py", "prompt": "Read it"}),
    ("Skill", {"skill": "review"}),
    ("SomethingNew", {"path": "src/a.py"}),
    ("mcp__files__read_file", {"path": "src/a.py"}),
    ("mcp__files__write_file", {"path": "src/a.py", "content": "text: with / and\nlines"}),
    ("mcp__interlock__board", {}),
]


def asked(tmp_path: Path, hooks: Hooks, name: str, **fields: Any) -> tuple[Said, list[str]]:
    """What the hook of an event says, and the programs that were started for it beside its shell."""
    watched, log = tmp_path / "watched", tmp_path / "started"
    watched.mkdir(exist_ok=True)
    log.write_text("")
    for program in ("python3", "git", "cat", "perl", "rm"):
        (watched / program).write_text(f'#!/bin/sh\necho {program} >>"{log}"\nexit 9\n')
        (watched / program).chmod(0o755)
    memory = Path(hooks.environment["CLAUDE_PLUGIN_DATA"]) / "python"
    asked_for = memory.read_text().splitlines()[1:] if memory.exists() else [""]
    memory.write_text("\n".join([str(watched / "python3"), *asked_for]) + "\n")
    hooks.environment["PATH"] = f"{watched}:{os.environ['PATH']}"
    return hooks.send(name, **fields), log.read_text().split()


@pytest.fixture
def quiet(hooks: Hooks) -> Hooks:
    """A session on a machine on which Interlock was started before."""
    hooks.send("SessionStart", source="startup")
    return hooks


def test_workflows_that_a_project_keeps_are_no_use_of_interlock(tmp_path: Path, quiet: Hooks) -> None:
    (quiet.repo / ".claude/interlock/workflows").mkdir(parents=True)
    said, started = asked(tmp_path, quiet, "PreToolUse", tool_use_id="t1", **FIELDS["PreToolUse"])
    assert (said, started) == (Said("", "", 0), [])
    (quiet.repo / ".claude/interlock/state.db").touch()
    assert asked(tmp_path, quiet, "PreToolUse", tool_use_id="t1", **FIELDS["PreToolUse"])[1], "a state of its own is"


@pytest.mark.parametrize("name", [name for name in EVENTS if name != "SessionStart"])
def test_a_hook_starts_nothing_and_says_nothing(tmp_path: Path, quiet: Hooks, name: str) -> None:
    said, started = asked(tmp_path, quiet, name, tool_use_id="t1", **FIELDS.get(name, {}))

    assert (said, started) == (Said("", "", 0), [])


@pytest.mark.parametrize(("tool", "arguments"), CALLS)
def test_a_call_elsewhere_starts_nothing(tmp_path: Path, quiet: Hooks, tool: str, arguments: dict[str, Any]) -> None:
    said, started = asked(tmp_path, quiet, "PreToolUse", tool_use_id="t1", tool_name=tool, tool_input=arguments)

    assert (said, started) == (Said("", "", 0), [])


def test_an_own_tool_is_approved_without_starting_anything(tmp_path: Path, quiet: Hooks) -> None:
    own = {"tool_use_id": "t1", "tool_name": "mcp__plugin_interlock_interlock__board", "tool_input": {}}

    said, started = asked(tmp_path, quiet, "PreToolUse", **own)

    assert (said.decision, said.stderr, started) == ("allow", "", [])


def test_what_would_decide_is_seen_by_these_tests(tmp_path: Path, quiet: Hooks, work: Work) -> None:
    assert work.file.exists()

    assert "python3" in asked(tmp_path, quiet, "PreToolUse", tool_use_id="t1", **FIELDS["PreToolUse"])[1]


def test_a_start_keeps_the_title_and_prepares_the_shells_as_python_does(hooks: Hooks, tmp_path: Path) -> None:
    file = tmp_path / "env"
    hooks.environment["CLAUDE_ENV_FILE"] = str(file)
    hooks.send("SessionStart", source="startup", session_title="The docs")
    by_python = file.read_text()
    file.unlink()
    title = Path(hooks.environment["CLAUDE_PLUGIN_DATA"]) / "titles" / "s1"
    title.unlink()
    memory = (Path(hooks.environment["CLAUDE_PLUGIN_DATA"]) / "python").read_text()
    (tmp_path / "bin").mkdir()

    said = hooks.send("SessionStart", source="startup", session_title="The docs")

    assert said == Said("", "", 0)
    assert (file.read_text(), title.read_text()) == (by_python, "The docs")
    assert "interlock/commands" in by_python
    assert memory.splitlines()[0] in by_python


def linked(base: Path) -> tuple[Path, Path]:
    """A linked worktree: where one works, and where the state is."""
    git(base, "init", "--quiet", "main")
    git(base / "main", "commit", "--quiet", "--allow-empty", "-m", "x")
    git(base / "main", "worktree", "add", "--quiet", "../linked")
    return base / "linked", base / "main/.git/interlock"


def bare(base: Path) -> tuple[Path, Path]:
    git(base, "init", "--quiet", "seed")
    git(base / "seed", "commit", "--quiet", "--allow-empty", "-m", "x")
    git(base, "clone", "--quiet", "--bare", "seed", "bare.git")
    git(base / "bare.git", "worktree", "add", "--quiet", "../work")
    return base / "work", base / "bare.git/interlock"


def separate(base: Path) -> tuple[Path, Path]:
    git(base, "init", "--quiet", "--separate-git-dir", "elsewhere", "work")
    return base / "work", base / "elsewhere/interlock"


def submodule(base: Path) -> tuple[Path, Path]:
    git(base, "init", "--quiet", "lib")
    git(base / "lib", "commit", "--quiet", "--allow-empty", "-m", "x")
    git(base, "init", "--quiet", "outer")
    git(base / "outer", "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", "../lib", "lib")
    return base / "outer/lib", base / "outer/.git/modules/lib/interlock"


def around(base: Path) -> tuple[Path, Path]:
    """A repository that is not in use inside one that is."""
    git(base, "init", "--quiet", "outer")
    git(base / "outer", "init", "--quiet", "inner")
    return base / "outer/inner", base / "outer/.git/interlock"


def git_folder(base: Path) -> tuple[Path, Path]:
    git(base, "init", "--quiet", "--bare", "bare.git")
    return base / "bare.git", base / "bare.git/interlock"


def git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=t", "-c", "user.email=t@example.org")
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


LAYOUTS = [linked, bare, separate, submodule, around, git_folder]


@pytest.mark.parametrize("from_where", ["cwd", "project", "path", "event"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_is_found_from_the_directory_the_project_and_the_path(
    tmp_path: Path, quiet: Hooks, layout: Callable[[Path], tuple[Path, Path]], from_where: str
) -> None:
    worktree, state = layout(tmp_path)
    link = tmp_path / "link"
    link.symlink_to(worktree)
    (worktree / "sub").mkdir(exist_ok=True)
    place = {"cwd": link / "sub", "project": link, "path": link / "sub", "event": link / "sub"}[from_where]
    before = asked(tmp_path, session(quiet, place, from_where), "PreToolUse", **edit(place, from_where))
    state.mkdir()
    (state / "state.db").touch()

    after = asked(tmp_path, session(quiet, place, from_where), "PreToolUse", **edit(place, from_where))

    assert before == (Said("", "", 0), [])
    assert "python3" in after[1]


def session(quiet: Hooks, place: Path, from_where: str) -> Hooks:
    made = Hooks(place if from_where == "cwd" else quiet.repo, Path(quiet.environment["CLAUDE_PLUGIN_DATA"]))
    made.environment["CLAUDE_PROJECT_DIR"] = str(place if from_where == "project" else quiet.repo)
    return made


def edit(place: Path, from_where: str) -> dict[str, Any]:
    path = place / "new/x.py" if from_where == "path" else "x.py"
    cwd = {"cwd": str(place)} if from_where == "event" else {}
    return {"tool_name": "Write", "tool_input": {"file_path": str(path)}, "tool_use_id": "t1", **cwd}


@pytest.mark.parametrize(
    "path",
    [
        "{used}/src/auth/x.py",
        "{here}/../used/src/auth/x.py",
        "{here}/into/x.py",
        "{here}/name.py",
        "into/x.py",
        "~/u/x",
    ],
)
@pytest.mark.parametrize("tool", ["Edit", "mcp__files__write_file"])
def test_an_edit_of_a_repository_in_use_is_refused_wherever_the_session_is(
    tmp_path: Path, hooks: Hooks, work: Work, tool: str, path: str
) -> None:
    work.claim(work.agent("other", "billing"), "**")
    here, used, home = tmp_path / "here", tmp_path / "used", tmp_path / "home"
    for folder in (here, home):
        folder.mkdir()
    used.symlink_to(hooks.repo)
    (here / "into").symlink_to(hooks.repo / "src")
    (here / "name.py").symlink_to(hooks.repo / "src" / "name.py")
    (home / "u").symlink_to(hooks.repo / "src")
    away = Hooks(here, Path(hooks.environment["CLAUDE_PLUGIN_DATA"]))
    away.environment["HOME"] = str(home)

    said = away.edit(path.format(used=hooks.repo, here=here), tool, "file_path", note="é \u0081\u0088 \\ x")

    assert said.decision == "deny"
    assert "billing" in said.reason


def test_an_edit_of_another_repository_in_use_is_in_its_journal(tmp_path: Path, hooks: Hooks, work: Work) -> None:
    here = tmp_path / "here"
    here.mkdir()
    away = Hooks(here, Path(hooks.environment["CLAUDE_PLUGIN_DATA"]))

    away.edits(hooks.repo / "src/auth/x.py")

    with work.store.reading() as books:
        assert books.journal.paths(0.0, 5) == ["src/auth/x.py"]
        assert books.begun_edits.pending() == []


def test_the_event_is_handed_on_as_it_was_read(tmp_path: Path, hooks: Hooks, work: Work) -> None:
    """Through the shell, bytes of every kind and lines of their own included."""
    assert work.file.exists()
    text = "".join(chr(code) for code in (*range(32, 127), *range(128, 0x250), 0x1F600)) + "\t\n'$(x)`"
    event = {"session_id": "s1", "cwd": str(tmp_path), "hook_event_name": "PreToolUse", "tool_use_id": "t"}
    call = {"tool_name": "Write", "tool_input": {"file_path": f"{hooks.repo}/a", "content": text}}
    data = json.dumps({**event, **call}, ensure_ascii=False, indent=1).encode() + b"\n\n"
    kept = tmp_path / "kept"
    (tmp_path / "python").write_text(f'#!/bin/sh\nexec cat >"{kept}"\n')
    (tmp_path / "python").chmod(0o755)
    memory = Path(hooks.environment["CLAUDE_PLUGIN_DATA"]) / "python"
    memory.write_text(f"{tmp_path / 'python'}\n\n")
    away = Hooks(tmp_path, memory.parent, root=ROOT)

    away.raw("PreToolUse", data)

    assert kept.read_bytes() == data


def test_a_long_event_elsewhere_is_handed_on_whatever_variables_the_session_has(hooks: Hooks, work: Work) -> None:
    work.claim(work.agent("other", "billing"), "src/auth/**")
    away = Hooks(hooks.repo.parent, Path(hooks.environment["CLAUDE_PLUGIN_DATA"]))
    away.environment |= dict.fromkeys(("event", "line", "word", "name", "path"), "exported")

    assert away.edit(hooks.repo / "src/auth/x.py", note="x" * 400_000).decision == "deny"
