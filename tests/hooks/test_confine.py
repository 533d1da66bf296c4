"""A command of an agent with a scope writes there and where nobody works, whatever does the writing."""

from __future__ import annotations

import shutil

import pytest

from tests.sandbox.conftest import sandbox_repo
from tests.sandbox.sandbox_repo import CAN_CONFINE, ROOT, SandboxRepo

__all__ = ["sandbox_repo"]

pytestmark = pytest.mark.skipif(not CAN_CONFINE, reason="this kernel has no Landlock")

PROGRAMS = ("node", "ruby", "npm", "make", "perl", "patch", "shred", "setsid")


def commands(name: str) -> list[str]:
    """The commands of a list, one on a line, where a line break in a command is written as in C."""
    lines = (ROOT / "tests" / "sandbox" / name).read_text().splitlines()
    assert len(lines) > 20
    return [line.replace("\\n", "\n") for line in lines]


def skip_without(command: str) -> None:
    first = command.split(maxsplit=1)[0]
    if first in PROGRAMS and shutil.which(first) is None:
        pytest.skip(f"{first} is not installed")


def filled(command: str, sandbox_repo: SandboxRepo) -> str:
    for name, place in (("{repo}", sandbox_repo.repo), ("{other}", sandbox_repo.other), ("{home}", sandbox_repo.home)):
        command = command.replace(name, str(place))
    return command


def tracked(files: dict[str, str]) -> dict[str, str]:
    """Without what git ignores."""
    ours = ("repo/build", "repo/kept.txt", "repo/.pytest_cache", "repo/tests/__pycache__")
    return {path: text for path, text in files.items() if not path.startswith(ours)}


@pytest.mark.parametrize("command", commands("outside.txt"))
def test_nothing_outside_the_scope_changes(sandbox_repo: SandboxRepo, command: str) -> None:
    skip_without(command)
    before = sandbox_repo.outside_scope()

    sandbox_repo.run(filled(command, sandbox_repo))

    assert sandbox_repo.outside_scope() == before
    sandbox_repo.settle()


@pytest.mark.parametrize("command", commands("inside.txt"))
def test_harmless_commands_still_work(sandbox_repo: SandboxRepo, command: str) -> None:
    skip_without(command)
    before = sandbox_repo.outside_scope()

    ran = sandbox_repo.run(command)

    assert (ran.code, ran.errors.replace("said\n", "")) == (0, ""), ran
    assert tracked(sandbox_repo.outside_scope()) == tracked(before)
