"""A changed file is told from an unchanged one."""

from __future__ import annotations

import os
from pathlib import Path

from mcp_server.adapters.host.file_stamp import MOST_BYTES, checksum, sign, stamp, text_of


def test_the_stamp_is_another_after_every_change_and_none_without_a_file(tmp_path: Path) -> None:
    file = tmp_path / "file"
    assert stamp(str(file)) is None
    file.write_text("a")
    seen = [stamp(str(file))]
    file.write_text("ab")
    seen.append(stamp(str(file)))
    os.utime(file, (1, 1))
    seen += [stamp(str(file)), stamp(str(file))]
    assert len(set(seen)) == 3
    assert seen[2] == seen[3]


def test_a_file_that_cannot_be_read_says_nothing(tmp_path: Path) -> None:
    assert text_of(str(tmp_path / "gone")) == text_of(str(tmp_path)) == ""
    (tmp_path / "odd").write_bytes(b"\xff")
    assert text_of(str(tmp_path / "odd")) == "\udcff"


def test_a_sign_is_that_of_the_content_alone(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    one.write_bytes(b"\0a")
    other.write_bytes(b"\0a")
    assert sign(str(one)) == sign(str(other))
    other.write_bytes(b"a")
    assert sign(str(one)) != sign(str(other)), "the numbers are the same, the lengths are not"
    one.write_bytes(b"x" * (MOST_BYTES + 1))
    assert sign(str(one)) is None
    assert sign(str(tmp_path / "none")) is None
    assert checksum(b"/repo/a") != checksum(b"/repo/b")
