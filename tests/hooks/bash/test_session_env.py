"""The text that a session's shells are given confines them, and is not noticed otherwise."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from hooks.bash.session_env import entry
from mcp_server.sandbox import cleanup, record
from tests.sandbox.conftest import outside
from tests.sandbox.sandbox_repo import CAN_CONFINE, ROOT, SandboxRepo, not_below_the_temporary_folder

needs_landlock = pytest.mark.skipif(not CAN_CONFINE, reason="this kernel has no Landlock")
SHELLS = [shell for shell in ("/bin/bash", os.environ.get("INTERLOCK_TEST_ZSH") or shutil.which("zsh")) if shell]
SAYS_ALL = 'echo $? $- $# "$0" "$*"; set -o; export -p | grep -v \' _=\'; false; echo $?; alias; trap; (exit 3)'


@pytest.fixture(scope="module")
def sandbox_repo() -> Iterator[SandboxRepo]:
    base = outside()
    yield SandboxRepo(base)
    shutil.rmtree(base)


@pytest.mark.parametrize("shell", SHELLS)
def test_a_call_without_a_record_runs_as_without_the_text(sandbox_repo: SandboxRepo, shell: str) -> None:
    sandbox_repo.record_call("something else")

    assert sandbox_repo.run(SAYS_ALL, shell=shell, unrecorded=True) == sandbox_repo.start(
        SAYS_ALL, shell=shell, text=":"
    )
    assert sandbox_repo.run("echo free > src/api/free.py && rm src/api/free.py", shell=shell, unrecorded=True) == (
        0,
        "",
        "",
    )


@needs_landlock
@not_below_the_temporary_folder
@pytest.mark.parametrize("shell", SHELLS)
def test_a_confined_command_sees_the_same_shell_as_any_other(sandbox_repo: SandboxRepo, shell: str) -> None:
    # Complete: then no placeholder is created, and its programs need no variables.
    assert sandbox_repo.run(SAYS_ALL, shell=shell, complete=True) == sandbox_repo.start(SAYS_ALL, shell=shell, text=":")


@needs_landlock
@pytest.mark.parametrize("shell", SHELLS)
def test_each_shell_is_confined(sandbox_repo: SandboxRepo, shell: str) -> None:
    before = sandbox_repo.outside_scope()

    ran = sandbox_repo.run(
        "echo mine > src/auth/new.py; rm src/auth/new.py; echo spoilt > src/api/routes.py", shell=shell
    )

    assert ran.code != 0
    assert "ermission denied" in ran.errors
    assert sandbox_repo.outside_scope() == before


@needs_landlock
@pytest.mark.parametrize("shell", SHELLS)
def test_here_documents_work_in_a_repository_inside_the_temporary_directory(tmp_path: Path, shell: str) -> None:
    ran = SandboxRepo(tmp_path).run("cat <<EOF\nheredoc\nEOF\n", shell=shell)

    assert (ran.output, ran.errors) == ("heredoc\n", "")


@needs_landlock
@pytest.mark.parametrize("shell", SHELLS)
def test_a_resumed_session_may_have_the_text_twice(sandbox_repo: SandboxRepo, shell: str) -> None:
    before = sandbox_repo.outside_scope()
    sandbox_repo.record_call("echo ran; echo spoilt > README.md")

    ran = sandbox_repo.start(
        "echo ran; echo spoilt > README.md", shell=shell, text=f"{sandbox_repo.text}\n{sandbox_repo.text}"
    )

    cleanup.forget(sandbox_repo.folder, "t1")
    assert ran.output == "ran\n"
    assert sandbox_repo.outside_scope() == before


@needs_landlock
def test_line_numbers_in_a_shells_messages_stay_correct(sandbox_repo: SandboxRepo) -> None:
    ran = sandbox_repo.run("echo spoilt > README.md")

    assert ran.errors == sandbox_repo.start("echo spoilt > /nowhere/README.md", text=":").errors.replace(
        "/nowhere/README.md: No such file or directory", "README.md: Permission denied"
    )


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("gone", ["launcher", "python", "session"])
def test_with_a_part_of_the_plugin_missing_the_command_runs(
    sandbox_repo: SandboxRepo, tmp_path: Path, shell: str, gone: str
) -> None:
    sandbox_repo.record_call("echo free > src/api/free.py; rm src/api/free.py")
    launcher = str(ROOT / "hooks" / "confine.py") if gone != "launcher" else str(tmp_path / "confine.py")
    python = "/nowhere/python3" if gone == "python" else sandbox_repo.environment["PATH"].split(":")[0] + "/python3"
    commands = str(sandbox_repo.state / record.RECORDS) if gone != "session" else str(tmp_path)

    ran = sandbox_repo.start(
        "echo free > src/api/free.py; rm src/api/free.py", shell=shell, text=entry(commands, python, launcher)
    )

    cleanup.forget(sandbox_repo.folder, "t1")
    assert ran == (0, "", "")


def test_a_python_that_cannot_be_started_is_ignored(sandbox_repo: SandboxRepo, tmp_path: Path) -> None:
    broken = tmp_path / "python3"
    broken.write_bytes(b"\x7fELF broken")
    broken.chmod(0o755)
    sandbox_repo.record_call("echo $- $#; shopt execfail")

    ran = sandbox_repo.start(
        "echo $- $#; shopt execfail", text=entry(str(sandbox_repo.state / record.RECORDS), str(broken))
    )

    cleanup.forget(sandbox_repo.folder, "t1")
    assert ran.output == "hBc 0\nexecfail       \toff\n"


def test_without_its_launcher_a_command_is_not_run(sandbox_repo: SandboxRepo, tmp_path: Path) -> None:
    plugin = tmp_path / "plugin"
    (plugin / "hooks").mkdir(parents=True)
    shutil.copy(ROOT / "hooks" / "confine.py", plugin / "hooks")
    sandbox_repo.record_call("echo ran")
    python = sandbox_repo.environment["PATH"].split(":")[0] + "/python3"

    ran = sandbox_repo.start(
        "echo ran", text=entry(str(sandbox_repo.state / record.RECORDS), python, str(plugin / "hooks" / "confine.py"))
    )

    cleanup.forget(sandbox_repo.folder, "t1")
    assert (ran.code, ran.output) == (1, "")
    assert ran.errors.startswith("interlock: this command was not run, because it cannot be confined: No module named")


@needs_landlock
@pytest.mark.parametrize(("only_reads", "code"), [(True, 0), (False, 1)])
def test_a_command_that_cannot_be_confined_is_run_only_if_it_reads(
    sandbox_repo: SandboxRepo, tmp_path: Path, only_reads: bool, code: int
) -> None:
    plugin = tmp_path / "plugin"
    for name in ("hooks", "mcp_server"):
        shutil.copytree(ROOT / name, plugin / name, ignore=shutil.ignore_patterns("__pycache__"))
    broken = plugin / "mcp_server" / "sandbox" / "rights.py"
    broken.write_text(broken.read_text() + "\n\ndef beside(*_, **__):\n    raise RuntimeError('a bug')\n")
    sandbox_repo.record_call("echo ran", only_reads=only_reads)
    python = sandbox_repo.environment["PATH"].split(":")[0] + "/python3"
    text = entry(str(sandbox_repo.state / record.RECORDS), python, str(plugin / "hooks" / "confine.py"))

    ran = sandbox_repo.start("echo ran", text=text)

    cleanup.forget(sandbox_repo.folder, "t1")
    assert (ran.code, ran.output) == (code, "ran\n" if only_reads else "")
    assert ("was not run, because it cannot be confined: a bug" in ran.errors) is not only_reads


@needs_landlock
@pytest.mark.parametrize("shell", SHELLS)
def test_the_text_of_a_session_does_not_depend_on_a_variable(sandbox_repo: SandboxRepo, shell: str) -> None:
    text = entry(str(sandbox_repo.state / record.RECORDS), sys.executable, session="s1")
    command = "echo spoilt > src/api/more.py"
    sandbox_repo.record_call(command)

    ran = sandbox_repo.start(command, shell=shell, text=f"CLAUDE_CODE_SESSION_ID=another; {text}")

    cleanup.forget(sandbox_repo.folder, "t1")
    assert "ermission denied" in ran.errors


def test_paths_of_any_spelling_are_quoted() -> None:
    text = entry("/a b/it's $(x)", "/p`y`", "/l\"'")

    assert text.count("\n") == 1
    assert subprocess.run(["bash", "-n", "-c", text], check=False, capture_output=True).stderr == b""
    assert "'/a b/it'\\''s $(x)'" in text


@needs_landlock
def test_a_command_of_two_possible_agents_may_write_what_both_may(sandbox_repo: SandboxRepo) -> None:
    command = "touch src/auth/x; touch src/api/x; touch src/auth/deep/x; rm src/auth/deep/x"
    (sandbox_repo.repo / "src" / "auth" / "deep").mkdir(exist_ok=True)
    sandbox_repo.record_call(command, call="t2", agent="s1/other", patterns=["src/auth/deep/**", "src/api/**"])

    ran = sandbox_repo.run(command)

    cleanup.forget(sandbox_repo.folder, "t2")
    assert ran.errors.count("Permission denied") == 2
    assert not (sandbox_repo.repo / "src/auth/x").exists()
    assert not (sandbox_repo.repo / "src/api/x").exists()
    assert ran.code == 0


@needs_landlock
def test_an_agent_with_an_empty_scope_writes_nothing(sandbox_repo: SandboxRepo) -> None:
    before = sandbox_repo.outside_scope()

    sandbox_repo.run("touch src/auth/x src/api/x x", patterns=[])

    assert sandbox_repo.outside_scope() == before


@needs_landlock
def test_a_call_in_the_background_removes_its_record(sandbox_repo: SandboxRepo) -> None:
    before = sandbox_repo.outside_scope()

    sandbox_repo.run("echo spoilt > src/api/routes.py", background=True)

    assert record.calls(sandbox_repo.folder) == []
    assert sandbox_repo.outside_scope() == before


@needs_landlock
def test_a_command_in_pieces_is_joined_and_confined(sandbox_repo: SandboxRepo) -> None:
    command = "echo whole > src/auth/pieces.txt; echo spoilt > src/api/routes.py; cat src/auth/pieces.txt"
    sandbox_repo.record_call(command)
    joining = (
        '{ P=; for P_PIECE in "$@"; do P_PIECE=${P_PIECE# }; P+=${P_PIECE% }; done; unset -v P_PIECE; set --; } && '
        f"{sandbox_repo.text.strip()}\n"
        f": && 'eval' \"\\builtin 'unset' -v P; 'eval' $P\" && pwd -P >| {sandbox_repo.tail}"
    )
    quoted = "'" + command.replace("'", "'\"'\"'") + "' < /dev/null"

    done = subprocess.run(
        ["/bin/bash", "-c", joining, "/bin/bash", f" {quoted[:30]} ", f" {quoted[30:]} "],
        cwd=sandbox_repo.repo,
        env=sandbox_repo.environment,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )

    cleanup.forget(sandbox_repo.folder, "t1")
    assert done.stdout == "whole\n"
    assert "src/api/routes.py: Permission denied" in done.stderr


LAUNCHER_LOADS = {
    "mcp_server",
    "mcp_server.sandbox",
    "mcp_server.domain",
    "mcp_server.domain.heuristics",
    "mcp_server.domain.heuristics.shell_words",
    *(
        f"mcp_server.sandbox.{name}"
        for name in (
            "caches",
            "match_calls",
            "exclude",
            "homes",
            "supervisor",
            "supervisor.seccomp",
            "supervisor.shell",
            "supervisor.answers",
            "supervisor.caller",
            "supervisor.on_behalf",
            "supervisor.allowed",
            "supervisor.ignored_by_git",
            "supervisor.own_caches",
            "supervisor.temporary_names",
            "apply",
            "disk",
            "placeholders",
            "ignored",
            "landlock",
            "record",
            "rights",
            "temporary",
        )
    ),
    "mcp_server.domain.scopes",
    *(f"mcp_server.domain.scopes.{name}" for name in ("matching", "pattern", "scope")),
    "__future__",
    "_collections_abc",
    "_ctypes",
    "gc",
    "hooks",
    "hooks.bash",
    "hooks.bash.launcher",
    "mcp_server.sandbox.system_calls",
    "_signal",
    "_stat",
    "_struct",
    "ctypes",
    "ctypes._endian",
    "fcntl",
    "genericpath",
    "os",
    "posixpath",
    "stat",
    "struct",
    "types",
}


@needs_landlock
def test_the_launcher_loads_only_what_it_needs(sandbox_repo: SandboxRepo) -> None:
    python = [sys.executable, "-I", "-S", "-X", "importtime"]
    sandbox_repo.record_call("true", patterns=["src/new/**"])

    ours = _loaded(
        [
            *python,
            str(ROOT / "hooks" / "confine.py"),
            "/bin/true",
            "",
            sandbox_repo.folder,
            sandbox_repo.string("true"),
        ],
        sandbox_repo,
    )

    cleanup.forget(sandbox_repo.folder, "t1")
    assert "mcp_server.sandbox.landlock" in ours
    assert ours - _loaded([*python, "-c", "pass"], sandbox_repo) <= LAUNCHER_LOADS


def _loaded(command: list[str], sandbox_repo: SandboxRepo) -> set[str]:
    done = subprocess.run(
        command, env=sandbox_repo.environment, cwd=sandbox_repo.repo, capture_output=True, text=True, check=True
    )
    return {line.rsplit("|", 1)[1].strip() for line in done.stderr.splitlines() if line.startswith("import time:")}
