"""The text that a session's shells are given: what it does, and that nobody notices it otherwise."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from hooks._confining import entry
from mcp_server.confinement import record
from tests.confinement.conftest import outside
from tests.confinement.yard import HOLDS, ROOT, Yard

needs_landlock = pytest.mark.skipif(not HOLDS, reason="this kernel has no Landlock")
SHELLS = [shell for shell in ("/bin/bash", os.environ.get("INTERLOCK_TEST_ZSH") or shutil.which("zsh")) if shell]
SAYS_ALL = 'echo $? $- $# "$0" "$*"; set -o; export -p | grep -v \' _=\'; false; echo $?; alias; trap; (exit 3)'


@pytest.fixture(scope="module")
def yard() -> Iterator[Yard]:
    base = outside()
    yield Yard(base)
    shutil.rmtree(base)


@pytest.mark.parametrize("shell", SHELLS)
def test_a_call_without_a_record_runs_as_if_the_text_were_not_there(yard: Yard, shell: str) -> None:
    yard.note("something else")

    assert yard.run(SAYS_ALL, shell=shell, free=True) == yard.start(SAYS_ALL, shell=shell, text=":")
    assert yard.run("echo free > src/api/free.py && rm src/api/free.py", shell=shell, free=True) == (0, "", "")


@needs_landlock
@pytest.mark.parametrize("shell", SHELLS)
def test_a_held_command_sees_the_same_shell_as_a_free_one(yard: Yard, shell: str) -> None:
    # Complete: then nothing is made first, and there is nothing that its programs would have to be told.
    assert yard.run(SAYS_ALL, shell=shell, complete=True) == yard.start(SAYS_ALL, shell=shell, text=":")


@needs_landlock
@pytest.mark.parametrize("shell", SHELLS)
def test_each_shell_is_held(yard: Yard, shell: str) -> None:
    before = yard.held()

    ran = yard.run("echo mine > src/auth/new.py; rm src/auth/new.py; echo spoilt > src/api/routes.py", shell=shell)

    assert ran.code != 0
    assert "ermission denied" in ran.errors
    assert yard.held() == before


@needs_landlock
@pytest.mark.parametrize("shell", SHELLS)
def test_a_session_that_began_anew_may_have_the_text_twice(yard: Yard, shell: str) -> None:
    before = yard.held()
    yard.note("echo ran; echo spoilt > README.md")

    ran = yard.start("echo ran; echo spoilt > README.md", shell=shell, text=f"{yard.text}\n{yard.text}")

    record.forget(yard.folder, "t1")
    assert ran.output == "ran\n"
    assert yard.held() == before


@needs_landlock
def test_the_line_that_a_message_names_is_the_commands_own(yard: Yard) -> None:
    ran = yard.run("echo spoilt > README.md")

    assert ran.errors == yard.start("echo spoilt > /nowhere/README.md", text=":").errors.replace(
        "/nowhere/README.md: No such file or directory", "README.md: Permission denied"
    )


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("gone", ["launcher", "python", "session"])
def test_with_a_part_of_the_plugin_gone_the_command_runs(yard: Yard, tmp_path: Path, shell: str, gone: str) -> None:
    yard.note("echo free > src/api/free.py; rm src/api/free.py")
    launcher = str(ROOT / "hooks" / "confine.py") if gone != "launcher" else str(tmp_path / "confine.py")
    python = "/nowhere/python3" if gone == "python" else yard.environment["PATH"].split(":")[0] + "/python3"
    commands = str(yard.state / record.RECORDS) if gone != "session" else str(tmp_path)

    ran = yard.start(
        "echo free > src/api/free.py; rm src/api/free.py", shell=shell, text=entry(commands, python, launcher)
    )

    record.forget(yard.folder, "t1")
    assert ran == (0, "", "")


def test_a_python_that_cannot_be_started_is_passed_over(yard: Yard, tmp_path: Path) -> None:
    broken = tmp_path / "python3"
    broken.write_bytes(b"\x7fELF broken")
    broken.chmod(0o755)
    yard.note("echo $- $#; shopt execfail")

    ran = yard.start("echo $- $#; shopt execfail", text=entry(str(yard.state / record.RECORDS), str(broken)))

    record.forget(yard.folder, "t1")
    assert ran.output == "hBc 0\nexecfail       \toff\n"


def test_what_goes_wrong_in_the_launcher_is_said_and_the_command_runs(yard: Yard, tmp_path: Path) -> None:
    plugin = tmp_path / "plugin"
    (plugin / "hooks").mkdir(parents=True)
    shutil.copy(ROOT / "hooks" / "confine.py", plugin / "hooks")
    yard.note("echo ran")
    python = yard.environment["PATH"].split(":")[0] + "/python3"

    ran = yard.start(
        "echo ran", text=entry(str(yard.state / record.RECORDS), python, str(plugin / "hooks" / "confine.py"))
    )

    record.forget(yard.folder, "t1")
    assert ran.output == "ran\n"
    assert ran.errors.startswith("interlock: this command runs unconfined: No module named")


def test_paths_of_any_spelling_are_quoted() -> None:
    text = entry("/a b/it's $(x)", "/p`y`", "/l\"'")

    assert text.count("\n") == 1
    assert subprocess.run(["bash", "-n", "-c", text], check=False, capture_output=True).stderr == b""
    assert "'/a b/it'\\''s $(x)'" in text


@needs_landlock
def test_two_agents_that_could_be_meant_get_what_both_may_write(yard: Yard) -> None:
    command = "touch src/auth/x; touch src/api/x; touch src/auth/deep/x; rm src/auth/deep/x"
    (yard.repo / "src" / "auth" / "deep").mkdir(exist_ok=True)
    yard.note(command, call="t2", agent="s1/other", patterns=["src/auth/deep/**", "src/api/**"])

    ran = yard.run(command)

    record.forget(yard.folder, "t2")
    assert ran.errors.count("Permission denied") == 2
    assert not (yard.repo / "src/auth/x").exists()
    assert not (yard.repo / "src/api/x").exists()
    assert ran.code == 0


@needs_landlock
def test_a_holder_of_a_scope_that_is_empty_writes_nothing_here(yard: Yard) -> None:
    before = yard.held()

    yard.run("touch src/auth/x src/api/x x", patterns=[])

    assert yard.held() == before


@needs_landlock
def test_a_call_in_the_background_takes_its_record_along(yard: Yard) -> None:
    before = yard.held()

    yard.run("echo spoilt > src/api/routes.py", background=True)

    assert record.calls(yard.folder) == []
    assert yard.held() == before


@needs_landlock
def test_a_command_in_pieces_is_put_together_again_and_held(yard: Yard) -> None:
    command = "echo whole > src/auth/pieces.txt; echo spoilt > src/api/routes.py; cat src/auth/pieces.txt"
    yard.note(command)
    joining = (
        '{ P=; for P_PIECE in "$@"; do P_PIECE=${P_PIECE# }; P+=${P_PIECE% }; done; unset -v P_PIECE; set --; } && '
        f"{yard.text.strip()}\n: && 'eval' \"\\builtin 'unset' -v P; 'eval' $P\" && pwd -P >| {yard.tail}"
    )
    quoted = "'" + command.replace("'", "'\"'\"'") + "' < /dev/null"

    done = subprocess.run(
        ["/bin/bash", "-c", joining, "/bin/bash", f" {quoted[:30]} ", f" {quoted[30:]} "],
        cwd=yard.repo, env=yard.environment, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip

    record.forget(yard.folder, "t1")
    assert done.stdout == "whole\n"
    assert "src/api/routes.py: Permission denied" in done.stderr


LAUNCHER_LOADS = {
    "mcp_server", "mcp_server.confinement", "mcp_server.domain",
    *(f"mcp_server.confinement.{name}" for name in (
        "caches", "calls", "carving", "confining", "disk", "ghosts", "ignored", "landlock", "record", "rights",
        "temporary",
    )),
    *(f"mcp_server.domain.{name}" for name in ("matching", "pattern", "scope")),
    "__future__", "_collections_abc", "_ctypes", "_signal", "_stat", "_struct", "ctypes", "ctypes._endian", "fcntl",
    "genericpath", "os", "posixpath", "stat", "struct", "types",
}  # fmt: skip


@needs_landlock
def test_the_launcher_loads_only_what_it_needs(yard: Yard) -> None:
    python = [sys.executable, "-I", "-S", "-X", "importtime"]
    yard.note("true", patterns=["src/new/**"])

    ours = _loaded(
        [*python, str(ROOT / "hooks" / "confine.py"), "/bin/true", "", yard.folder, yard.string("true")], yard
    )

    record.forget(yard.folder, "t1")
    assert "mcp_server.confinement.landlock" in ours
    assert ours - _loaded([*python, "-c", "pass"], yard) <= LAUNCHER_LOADS


def _loaded(command: list[str], yard: Yard) -> set[str]:
    done = subprocess.run(command, env=yard.environment, cwd=yard.repo, capture_output=True, text=True, check=True)
    return {line.rsplit("|", 1)[1].strip() for line in done.stderr.splitlines() if line.startswith("import time:")}
