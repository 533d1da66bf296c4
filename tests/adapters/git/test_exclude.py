"""A pattern is added to `info/exclude`, and what users have written stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from mcp_server.adapters.git.exclude import exclude


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (None, b"/x\n"),
        (b"", b"/x\n"),
        (b"# mine\n*.o\n", b"# mine\n*.o\n/x\n"),
        (b"*.o", b"*.o\n/x\n"),
        (b"*.o\r\n", b"*.o\r\n/x\r\n"),
        (b"a\n/x\nb\n", b"a\n/x\nb\n"),
        (b"\xff\n", b"\xff\n/x\n"),
    ],
)
def test_a_line_is_added_once_and_all_else_stays(tmp_path: Path, before: bytes | None, after: bytes) -> None:
    file = tmp_path / "info" / "exclude"
    if before is not None:
        file.parent.mkdir()
        file.write_bytes(before)
        file.chmod(0o640)
    for _ in range(2):
        exclude(str(file), "/x", lock=str(tmp_path / "lock"))
    assert file.read_bytes() == after
    assert [path.name for path in file.parent.iterdir()] == ["exclude"]
    if before is not None:
        assert file.stat().st_mode & 0o777 == 0o640


def test_a_file_that_is_a_link_stays_one(tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(b"")
    (tmp_path / "exclude").symlink_to("real")
    exclude(str(tmp_path / "exclude"), "/x", lock=str(tmp_path / "lock"))
    assert (tmp_path / "exclude").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"/x\n"
