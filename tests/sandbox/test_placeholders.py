"""A command does not notice the directories created for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from mcp_server.sandbox import placeholders, record


@pytest.fixture
def made(tmp_path: Path) -> str:
    folder = tmp_path / "commands" / "s1"
    folder.mkdir(parents=True)
    return record.made_file(str(folder), "t1")


@pytest.mark.parametrize(
    ("command", "may"),
    [
        ("npm run all", True),
        ("make && ls build", True),
        ("make && cd build && ./app", True),
        ("mkdir build && make", True),
        ("make -C sub build", True),
        ("npm run all && cp -r build /elsewhere", True),
        ("python gen.py; [ -d buildings ]", True),
        ("python gen.py; test -d /elsewhere/build", True),
        ("[ -d build ] || make", False),
        ("[[ -e ./build/ ]] || make", False),
        ("if test -d 'build'; then make; fi", False),
        ("test -d /r/build || make", False),
        ("make; mv out build", False),
        ("make && cp -r out build", False),
        ("cd sub; sudo cp -r out build", False),
        ("git clone url build && make", False),
        ("! [ -d build ] && make", False),
        ("A=1 test -d build || make", False),
    ],
)
def test_a_directory_that_the_command_tests_for_is_not_created(command: str, may: bool) -> None:
    assert placeholders.may_make("/r/build", command) is may


def test_the_number_of_placeholders_is_limited(tmp_path: Path, made: str) -> None:
    assert len(placeholders.make([str(tmp_path / f"g{number}") for number in range(200)], made)) == placeholders.MOST
