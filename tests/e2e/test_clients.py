"""Does script/clients install what is missing, completely, and say so when it cannot?"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.e2e.conftest import VERSIONS

SCRIPT = Path(__file__).parents[2] / "script/clients"
TOOLS = ("cat", "chmod", "dirname", "mkdir", "mktemp", "mv", "rm")

NPM = """#!/bin/sh
# Called as: npm install --prefix FOLDER ... PACKAGE@VERSION
for package; do :; done
echo "$package" >>"$HOME/asked"
[ -n "${BROKEN:-}" ] && { echo "no such registry"; exit 1; }
folder=$3/node_modules/@anthropic-ai/claude-code-test
mkdir -p "$folder"
printf '#!/bin/sh\necho "%s (Claude Code)"\n' "${package##*@}" >"$folder/claude"
chmod +x "$folder/claude"
"""


class Machine:
    """A machine with nothing but the tools that the script needs, and npm if it is given one."""

    def __init__(self, home: Path) -> None:
        self.cache = home / "cache"
        self._bin = home / "bin"
        self._bin.mkdir(parents=True)
        for tool in TOOLS:
            (self._bin / tool).symlink_to(shutil.which(tool) or "")
        self._env = {"HOME": str(home), "PATH": str(self._bin), "INTERLOCK_CLIENT_CACHE": str(self.cache)}

    def give_npm(self) -> None:
        (self._bin / "npm").write_text(NPM)
        (self._bin / "npm").chmod(0o755)

    def start(self, **env: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            ["/bin/sh", str(SCRIPT)],
            env={**self._env, **env},
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    def run(self, **env: str) -> tuple[int, str]:
        return ended(self.start(**env))

    def installed(self) -> list[str]:
        return sorted(str(path.relative_to(self.cache)) for path in self.cache.rglob("*") if path.is_file())


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    output, _ = process.communicate()
    return process.returncode, output


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path / "home")


EVERY_CLIENT = sorted(f"{version}/claude" for version in VERSIONS)


def test_every_version_is_installed_once(machine: Machine) -> None:
    machine.give_npm()
    assert machine.run()[0] == 0
    assert machine.installed() == EVERY_CLIENT

    exit_code, told = machine.run(BROKEN="1")
    assert exit_code == 0
    assert all(f"{version} is installed" in told for version in VERSIONS)


def test_two_installations_at_once_leave_complete_clients_and_nothing_else(machine: Machine) -> None:
    machine.give_npm()
    both = [machine.start(), machine.start()]
    assert [ended(process)[0] for process in both] == [0, 0]
    assert machine.installed() == EVERY_CLIENT


@pytest.mark.parametrize(("ci", "expected"), [("", 0), ("true", 1)])
def test_without_npm_it_says_so_and_fails_only_in_ci(machine: Machine, ci: str, expected: int) -> None:
    exit_code, told = machine.run(CI=ci)
    assert exit_code == expected
    assert "npm is not installed" in told


@pytest.mark.parametrize(("ci", "expected"), [("", 0), ("true", 1)])
def test_a_failed_installation_shows_why_and_leaves_nothing(machine: Machine, ci: str, expected: int) -> None:
    machine.give_npm()
    exit_code, told = machine.run(CI=ci, BROKEN="1")
    assert exit_code == expected
    assert "no such registry" in told
    assert "could not be installed" in told
    assert machine.installed() == []


def test_a_cache_that_cannot_be_created_is_a_failed_installation(machine: Machine) -> None:
    machine.give_npm()
    machine.cache.write_text("in the way")
    exit_code, told = machine.run(CI="true")
    assert exit_code == 1
    assert "could not be installed" in told
