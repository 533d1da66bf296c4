"""What was saved in the moment in which the page was written comes to whoever goes on from that moment's page."""

from __future__ import annotations

from pathlib import Path

import pytest

from mcp_server.adapters.overtaken import MOST, OvertakenFile
from mcp_server.shared_mind.page import version_line


def stamped(version: int, lines: str = "") -> str:
    return f"# Shared mind\n\n{lines}{version_line(version)}\n"


@pytest.fixture
def kept(tmp_path: Path) -> OvertakenFile:
    return OvertakenFile(str(tmp_path / "overtaken.json"))


def test_a_page_that_goes_back_to_that_version_gets_it_and_no_other(kept: OvertakenFile) -> None:
    kept.keep(stamped(2), stamped(1), stamped(1, "> saved\n"))
    assert "> saved\n" in kept.joined(stamped(2, "> more\n"))
    for other in (stamped(1), stamped(3), "# Shared mind\n"):
        assert kept.joined(other) == other


def test_the_latest_are_kept_and_a_page_without_a_version_is_not(kept: OvertakenFile) -> None:
    kept.keep("# Shared mind\n", "", "> saved\n")
    for version in range(2, MOST + 3):
        kept.keep(stamped(version), stamped(1), stamped(1, f"> saved {version}\n"))
    assert kept.joined(stamped(2)) == stamped(2)
    assert all(f"> saved {version}\n" in kept.joined(stamped(version)) for version in range(3, MOST + 3))


@pytest.mark.parametrize("harm", ["", "[[1]]", "{", "7"])
def test_a_memory_that_cannot_be_read_is_none(tmp_path: Path, harm: str) -> None:
    (tmp_path / "overtaken.json").write_text(harm)
    kept = OvertakenFile(str(tmp_path / "overtaken.json"))
    assert kept.joined(stamped(2)) == stamped(2)
    kept.keep(stamped(2), stamped(1), stamped(1, "> saved\n"))
    assert "> saved\n" in kept.joined(stamped(2))
