"""Records and unused placeholders are removed, and nothing that anybody needs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from mcp_server.sandbox import cleanup, placeholders, record
from mcp_server.sandbox.record import Record
from tests.sandbox.test_record import full

DAY = 24 * 3600.0
RUNNING = """
import sys
from mcp_server.sandbox import placeholders
placeholders.keep_while_running(sys.argv[1])
print(flush=True)
input()
"""


@pytest.fixture
def made(tmp_path: Path) -> str:
    folder = tmp_path / "commands" / "s1"
    folder.mkdir(parents=True)
    return record.made_file(str(folder), "t1")


def test_the_folder_of_a_session_is_removed_with_its_last_call(tmp_path: Path) -> None:
    folder = record.folder(str(tmp_path), "s1")
    record.write(folder, "t1", full())
    record.write(folder, "t2", full())

    cleanup.forget(folder, "t1")
    assert record.calls(folder) == ["t2"]
    cleanup.forget(folder, "t2")

    assert not Path(folder).exists()


def test_the_record_of_a_call_in_the_background_is_removed_by_its_shell_only(tmp_path: Path) -> None:
    folder = record.folder(str(tmp_path), "s1")
    record.write(folder, "t1", full(background=True))

    cleanup.forget(folder, "t1")
    assert record.calls(folder) == ["t1"]
    record.remove(folder, "t1")

    assert record.calls(folder) == []


def test_forgetting_an_unknown_call_does_nothing(tmp_path: Path) -> None:
    cleanup.forget(record.folder(str(tmp_path), "s1"), "t1")
    cleanup.sweep(str(tmp_path))

    assert list(tmp_path.iterdir()) == []


def test_records_of_ended_sessions_and_old_records_are_removed(tmp_path: Path) -> None:
    for session, since in (("live", DAY), ("ended", DAY), ("old", 1.0)):
        record.write(record.folder(str(tmp_path), session), "t", full(since=since))

    cleanup.sweep(str(tmp_path), ["ended"], now=DAY + 2)

    assert [path.name for path in (tmp_path / "commands").iterdir()] == ["live"]


def test_only_placeholders_that_stayed_empty_are_removed(tmp_path: Path, made: str) -> None:
    places = [tmp_path / name for name in ("empty", "deep/er", "used", "there")]
    places[-1].mkdir()

    assert placeholders.make(map(str, places), made) == [str(place) for place in places[:-1]]
    (places[2] / "file").touch()
    assert cleanup.remove_unused(str(tmp_path / "commands")) == [made]

    assert sorted(path.name for path in tmp_path.iterdir()) == ["commands", "there", "used"]


def test_placeholders_stay_while_a_process_of_their_call_lives(tmp_path: Path, made: str) -> None:
    placeholders.make([str(tmp_path / "build")], made)
    holder = subprocess.Popen(
        [sys.executable, "-c", RUNNING, made], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    holder.stdout.readline()

    assert cleanup.remove_unused(str(tmp_path / "commands")) == []
    assert (tmp_path / "build").is_dir()
    holder.communicate("\n")
    assert cleanup.remove_unused(str(tmp_path / "commands")) == [made]

    assert not (tmp_path / "build").exists()


def test_a_placeholder_that_another_running_call_needs_stays(tmp_path: Path, made: str) -> None:
    other = made.replace("t1", "t2")
    placeholders.make([str(tmp_path / "build")], made)
    Path(other).write_bytes(Path(made).read_bytes())
    holder = subprocess.Popen(
        [sys.executable, "-c", RUNNING, other], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    holder.stdout.readline()

    assert cleanup.remove_unused(str(tmp_path / "commands")) == [made]
    assert (tmp_path / "build").is_dir()
    holder.communicate("\n")


def test_a_tools_cache_is_created_as_the_tool_would_and_removed_unless_used(tmp_path: Path, made: str) -> None:
    one = Record("a", "pytest -q", root=str(tmp_path), cwd=str(tmp_path), patterns=[])
    [cache] = placeholders.caches_of_tools(one)

    assert placeholders.make([cache], made) == [str(tmp_path / ".pytest_cache")]
    assert (tmp_path / ".pytest_cache" / ".gitignore").read_text().endswith("\n*\n")
    cleanup.remove_unused(str(tmp_path / "commands"))

    assert not (tmp_path / ".pytest_cache").exists()


def test_a_file_that_somebody_changed_is_kept(tmp_path: Path, made: str) -> None:
    place = tmp_path / ".mypy_cache"
    placeholders.make([str(place)], made)
    (place / ".gitignore").write_text("mine\n")

    cleanup.remove_unused(str(tmp_path / "commands"))

    assert (place / ".gitignore").read_text() == "mine\n"
