"""A command of an agent with a scope writes there and in nobody's places, whatever does the writing."""

from __future__ import annotations

import shutil

import pytest

from tests.confinement.conftest import yard
from tests.confinement.yard import HOLDS, ROOT, Yard

__all__ = ["yard"]

pytestmark = pytest.mark.skipif(not HOLDS, reason="this kernel has no Landlock")

PROGRAMS = ("node", "ruby", "npm", "make", "perl", "patch", "shred", "setsid")


def commands(name: str) -> list[str]:
    """The commands of a list, one on a line, where a line break in a command is written as in C."""
    lines = (ROOT / "tests" / "confinement" / name).read_text().splitlines()
    assert len(lines) > 20
    return [line.replace("\\n", "\n") for line in lines]


def skip_without(command: str) -> None:
    first = command.split(maxsplit=1)[0]
    if first in PROGRAMS and shutil.which(first) is None:
        pytest.skip(f"{first} is not installed")


def filled(command: str, yard: Yard) -> str:
    for name, place in (("{repo}", yard.repo), ("{other}", yard.other), ("{home}", yard.home)):
        command = command.replace(name, str(place))
    return command


def tracked(files: dict[str, str]) -> dict[str, str]:
    """Without what git ignores."""
    ours = ("repo/build", "repo/kept.txt", "repo/.pytest_cache", "repo/tests/__pycache__")
    return {path: text for path, text in files.items() if not path.startswith(ours)}


@pytest.mark.parametrize("command", commands("outside.txt"))
def test_nothing_outside_the_scope_changes(yard: Yard, command: str) -> None:
    skip_without(command)
    before = yard.held()

    yard.run(filled(command, yard))

    assert yard.held() == before
    yard.settle()


@pytest.mark.parametrize("command", commands("inside.txt"))
def test_what_harms_nobody_goes_on_working(yard: Yard, command: str) -> None:
    skip_without(command)
    before = yard.held()

    ran = yard.run(command)

    assert (ran.code, ran.errors.replace("said\n", "")) == (0, ""), ran
    assert tracked(yard.held()) == tracked(before)
