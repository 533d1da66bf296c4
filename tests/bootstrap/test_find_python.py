"""Is the interpreter that is found real, new enough and remembered, and searched for again when the memory is stale?"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.bootstrap.installation import PROJECT, PYTHON, Installation

SHELLS = [shell for shell in ("sh", "dash", "bash", "busybox", "zsh") if shutil.which(shell)]
OLD = "import sys; sys.version_info = (3, 9, 2); exec(sys.argv[1])"
WITHOUT_SQLITE = "import sys; sys.modules['sqlite3'] = None; exec(sys.argv[1])"


class Finding:
    """`interlock_find_python`, asked in one shell, with only the PATH to look in."""

    def __init__(self, installation: Installation, shell: str) -> None:
        self.installation, self.memory = installation, installation.data / "memory" / "python"
        self._shell = {"busybox": ["busybox", "sh"], "zsh": ["zsh", "--emulate", "sh"]}.get(shell, [shell])
        (installation.tools / "python3").unlink()

    def python(self, *, path: str = "", memory: str = "", where: Path | None = None, **environ: str) -> str:
        """The interpreter that is found, or those that were tried."""
        script = f"""
set -eu
. '{PROJECT}/bin/find-python'
_il_places() {{ _il_where=$PATH:; }}
interlock_find_python "$1" && echo "$PYTHON" || echo "none: $INTERLOCK_TRIED"
"""
        path = path or f"{self.installation.tools}:/usr/bin:/bin"
        return subprocess.run(
            [shutil.which(self._shell[0]) or "", *self._shell[1:], "-c", script, "-", memory or self.memory],
            env={"PATH": path, "HOME": str(self.installation.folder), **environ},
            cwd=where,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        ).stdout.rstrip()

    def pretender(self, name: str, code: str) -> None:
        """A program named `name` that runs what it is asked, after `code`."""
        self.installation.tool(name, f'exec \'{PYTHON}\' -I -S -c "{code}" "$4"')

    def twin(self, name: str) -> Path:
        """An interpreter other than PYTHON, which the program `name` turns out to be."""
        twin = self.installation.folder / f"behind-{name}"
        shutil.copy(PYTHON, twin)
        self.pretender(name, f"import sys; sys._base_executable = '{twin}'; exec(sys.argv[1])")
        return twin

    def shim(self, name: str) -> Path:
        """A program that starts the real interpreter, as pyenv's shims do."""
        self.installation.tool(name, f"exec '{PYTHON}' \"$@\"")
        return self.installation.tools / name


@pytest.fixture(params=SHELLS)
def finding(request: pytest.FixtureRequest, installation: Installation) -> Finding:
    """The search, in every shell that this machine has."""
    return Finding(installation, request.param)


def test_behind_a_shim_the_real_interpreter_is_found(finding: Finding) -> None:
    finding.shim("python3")
    assert finding.python() == str(PYTHON)


def test_in_a_virtual_environment_the_interpreter_behind_it_is_found(finding: Finding) -> None:
    environment = finding.installation.folder / "theirs"
    subprocess.run([PYTHON, "-I", "-m", "venv", "--without-pip", environment], check=True)
    assert finding.python(path=f"{environment}/bin:/usr/bin:/bin") == str(PYTHON)


@pytest.mark.parametrize("why", [OLD, WITHOUT_SQLITE])
def test_an_unsuitable_interpreter_is_skipped_for_a_later_one_of_the_same_name(finding: Finding, why: str) -> None:
    fitting = finding.twin("python3")
    later = finding.installation.tools.rename(finding.installation.folder / "later")
    finding.installation.tools.mkdir()
    finding.pretender("python3", why)
    assert finding.python(path=f"{finding.installation.tools}:{later}") == str(fitting)


@pytest.mark.parametrize("script", ["", "exit 1", "exit 127", "echo Python was not found >&2; exit 49"])
def test_a_stub_that_does_not_answer_is_skipped(finding: Finding, script: str) -> None:
    finding.installation.tool("python3", script)
    (finding.installation.tools / "python3.12").symlink_to(PYTHON)
    assert finding.python(path=str(finding.installation.tools)) == str(PYTHON)


def test_without_a_suitable_interpreter_those_that_were_tried_are_listed(finding: Finding) -> None:
    finding.pretender("python3", OLD)
    finding.installation.tool("python", "exit 1")
    answer = finding.python(path=str(finding.installation.tools))
    assert answer.startswith("none:")
    assert "(3.9.2)" in answer
    assert f"{finding.installation.tools}/python (does not answer" in answer
    assert not finding.memory.exists()


def test_what_was_found_is_remembered_and_not_searched_again(finding: Finding) -> None:
    finding.shim("python3")
    finding.python()
    finding.installation.tool("python3", "exit 1")
    assert finding.python(path="/nowhere") == str(PYTHON)
    assert [path.name for path in finding.memory.parent.iterdir()] == ["python"]


@pytest.mark.parametrize("stale", ["/nowhere/python3.11\n\n", "", "\n\n", "/\n\n", "/dev/null\n\n"])
def test_a_stale_memory_is_replaced(finding: Finding, stale: str) -> None:
    finding.shim("python3")
    finding.memory.parent.mkdir()
    finding.memory.write_text(stale)
    assert finding.python() == str(PYTHON)
    assert finding.memory.read_text().splitlines()[0] == str(PYTHON)


def test_a_memory_that_cannot_be_written_does_no_harm(finding: Finding) -> None:
    finding.shim("python3")
    assert finding.python(memory="/dev/null/python") == str(PYTHON)


def test_the_one_that_the_user_names_is_used_even_if_another_is_remembered(finding: Finding) -> None:
    finding.shim("python3")
    assert finding.python() == str(PYTHON)
    twin, named = finding.twin("named"), str(finding.installation.tools / "named")
    assert finding.python(INTERLOCK_PYTHON=named) == str(twin)
    assert finding.python(INTERLOCK_PYTHON=named) == str(twin)
    assert finding.python() == str(PYTHON)


def test_an_unsuitable_one_named_by_the_user_is_skipped(finding: Finding) -> None:
    finding.shim("python3")
    finding.pretender("named", OLD)
    assert finding.python(INTERLOCK_PYTHON=str(finding.installation.tools / "named")) == str(PYTHON)


def test_what_a_repository_contains_is_never_run(finding: Finding, tmp_path: Path) -> None:
    repository = tmp_path / "repository"
    (repository / "bin").mkdir(parents=True)
    for trap in (repository / "python3", repository / "bin" / "python3"):
        trap.write_text(f"#!/bin/sh\n: >'{tmp_path}/ran'\nexec '{PYTHON}' \"$@\"\n")
        trap.chmod(0o755)
    finding.shim("python3")
    assert finding.python(path=f":.:bin:{finding.installation.tools}", where=repository) == str(PYTHON)
    assert not (tmp_path / "ran").exists()


def test_names_may_have_spaces_and_pattern_characters(finding: Finding) -> None:
    odd = finding.installation.folder / "it is [odd] *"
    odd.mkdir()
    (odd / "python3").symlink_to(PYTHON)
    assert finding.python(path=f"{odd}:/bin", memory=str(odd / "memory")) == str(PYTHON)
    assert finding.python(path="/nowhere", memory=str(odd / "memory")) == str(PYTHON)
    assert (odd / "memory").exists()
