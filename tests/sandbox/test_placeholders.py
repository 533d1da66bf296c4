"""What is made first is not noticed by the command, and goes when nobody needed it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from mcp_server.sandbox import placeholders, record
from mcp_server.sandbox.record import Record

HOLDING = """
import sys
from mcp_server.sandbox import placeholders
placeholders.hold(sys.argv[1])
print(flush=True)
input()
"""


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
def test_what_the_command_asks_after_is_not_made_first(command: str, may: bool) -> None:
    assert placeholders.may_make("/r/build", command) is may


def test_ghosts_that_stayed_empty_go_and_others_stay(tmp_path: Path, made: str) -> None:
    places = [tmp_path / name for name in ("empty", "deep/er", "used", "there")]
    places[-1].mkdir()

    assert placeholders.make(map(str, places), made) == [str(place) for place in places[:-1]]
    (places[2] / "file").touch()
    assert placeholders.take_away(str(tmp_path / "commands")) == [made]

    assert sorted(path.name for path in tmp_path.iterdir()) == ["commands", "there", "used"]


def test_ghosts_stay_while_a_process_of_their_call_lives(tmp_path: Path, made: str) -> None:
    placeholders.make([str(tmp_path / "build")], made)
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDING, made], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    holder.stdout.readline()

    assert placeholders.take_away(str(tmp_path / "commands")) == []
    assert (tmp_path / "build").is_dir()
    holder.communicate("\n")
    assert placeholders.take_away(str(tmp_path / "commands")) == [made]

    assert not (tmp_path / "build").exists()


def test_what_another_running_call_was_granted_stays(tmp_path: Path, made: str) -> None:
    other = made.replace("t1", "t2")
    placeholders.make([str(tmp_path / "build")], made)
    Path(other).write_bytes(Path(made).read_bytes())
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDING, other], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    holder.stdout.readline()

    assert placeholders.take_away(str(tmp_path / "commands")) == [made]
    assert (tmp_path / "build").is_dir()
    holder.communicate("\n")


def test_the_cache_of_a_tool_is_made_as_the_tool_would_and_goes_unless_used(tmp_path: Path, made: str) -> None:
    one = Record("a", "pytest -q", root=str(tmp_path), cwd=str(tmp_path), patterns=[])
    [cache] = placeholders.caches_of_tools(one)

    assert placeholders.make([cache], made) == [str(tmp_path / ".pytest_cache")]
    assert (tmp_path / ".pytest_cache" / ".gitignore").read_text().endswith("\n*\n")
    placeholders.take_away(str(tmp_path / "commands"))

    assert not (tmp_path / ".pytest_cache").exists()


def test_a_file_that_somebody_changed_is_kept(tmp_path: Path, made: str) -> None:
    place = tmp_path / ".mypy_cache"
    placeholders.make([str(place)], made)
    (place / ".gitignore").write_text("mine\n")

    placeholders.take_away(str(tmp_path / "commands"))

    assert (place / ".gitignore").read_text() == "mine\n"


def test_no_more_is_made_than_a_bound(tmp_path: Path, made: str) -> None:
    assert len(placeholders.make([str(tmp_path / f"g{number}") for number in range(200)], made)) == placeholders.MOST
