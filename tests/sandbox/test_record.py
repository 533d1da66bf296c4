"""A record is read back as it was written."""

from __future__ import annotations

from pathlib import Path

import pytest

from mcp_server.sandbox import record
from mcp_server.sandbox.record import Record


def full(command: str = "ls", *, background: bool = False, since: float = 1.5) -> Record:
    return Record(
        "s1/a2",
        command,
        root="/r",
        cwd="/r/src",
        patterns=["src/**", "!src/x"],
        git_dirs=["/r/.git"],
        complete=True,
        writes=["/r/a b", "/r/é"],
        programs=["npm", "sh"],
        writable=["/opt/x"],
        ignored="/r/.git/interlock/ignored-1",
        background=background,
        since=since,
    )


def fields(one: Record | None) -> dict[str, object]:
    assert one is not None
    return {name: getattr(one, name) for name in Record.__slots__}


@pytest.mark.parametrize("command", ["ls", "", "a\nb 'c' \"d\" $e \\", "é \udcff", "x" * 300_000])
def test_a_record_is_read_as_it_was_written(tmp_path: Path, command: str) -> None:
    record.write(str(tmp_path / "s"), "toolu_1", full(command))

    assert fields(record.read(str(tmp_path / "s"), "toolu_1")) == fields(full(command))


def test_half_a_character_is_stored_as_the_client_passes_it_on(tmp_path: Path) -> None:
    record.write(str(tmp_path), "t", full("echo \ud800\0x"))

    assert fields(record.read(str(tmp_path), "t"))["command"] == "echo �x"


@pytest.mark.parametrize("data", [b"", b"agent\0a", b"agent\0", b"\xff\0\0", b"agent\0a\0command\0c\0"])
def test_a_damaged_record_counts_as_missing(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "t.call").write_bytes(data)

    assert record.read(str(tmp_path), "t") is None


def test_identifiers_from_outside_cannot_name_another_place(tmp_path: Path) -> None:
    folder = record.folder(str(tmp_path), "../../x")
    record.write(folder, "../../y", full())

    assert [path.parent.parent for path in tmp_path.rglob("*.call")] == [tmp_path / "commands"]
    assert fields(record.read(folder, "../../y")) == fields(full())


def test_only_the_owner_can_read_what_a_command_says(tmp_path: Path) -> None:
    session = record.folder(str(tmp_path), "s1")
    record.write(session, "c1", record.Record("a", "echo secret", root="/r", cwd="/r", patterns=[]))
    places = [Path(session).parent, Path(session), *Path(session).iterdir()]
    assert [place.stat().st_mode & 0o077 for place in places] == [0, 0, 0]
