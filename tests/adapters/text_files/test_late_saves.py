"""What was saved in the moment in which the page was written comes to whoever goes on from that moment's page."""

from __future__ import annotations

from pathlib import Path

import pytest

from mcp_server.adapters.text_files.late_saves import MOST, LateSaves
from mcp_server.state_page.page import version_line


def stamped(version: int, lines: str = "") -> str:
    return f"# Shared mind\n\n{lines}{version_line(version)}\n"


@pytest.fixture
def kept(tmp_path: Path) -> LateSaves:
    return LateSaves(str(tmp_path / "overtaken.json"))


def save(kept: LateSaves, ours: str, saved: str) -> None:
    kept.begin(ours, stamped(1))
    kept.saved(saved)


def test_a_page_that_goes_back_to_that_version_gets_it_and_no_other(kept: LateSaves) -> None:
    save(kept, stamped(2), stamped(1, "> saved\n"))
    assert "> saved\n" in kept.joined(stamped(2, "> more\n"))
    for other in (stamped(1), stamped(3), "# Shared mind\n"):
        assert kept.joined(other) == other


def test_what_is_written_to_its_end_only_later_is_kept_as_well(kept: LateSaves) -> None:
    save(kept, stamped(2), stamped(1, "> saved\n"))
    kept.saved(stamped(1, "> saved\n> and more\n"))
    assert kept.joined(stamped(2)).count("> saved\n> and more\n") == 1


def test_what_was_there_before_or_said_before_is_not_kept(kept: LateSaves, tmp_path: Path) -> None:
    kept.saved(stamped(1))
    save(kept, stamped(2), stamped(1))
    assert [entry.name for entry in tmp_path.iterdir()] == ["overtaken.latest.json"]
    for _ in range(2 * MOST):
        kept.saved(stamped(1, "> saved\n"))
    save(kept, stamped(3), stamped(1, "> saved\n"))
    assert all("> saved\n" in kept.joined(stamped(version)) for version in (2, 3))


def test_the_latest_are_kept(kept: LateSaves) -> None:
    for version in range(2, MOST + 3):
        save(kept, stamped(version), stamped(1, f"> saved {version}\n"))
    assert kept.joined(stamped(2)) == stamped(2)
    assert all(f"> saved {version}\n" in kept.joined(stamped(version)) for version in range(3, MOST + 3))


@pytest.mark.parametrize("harm", ["", "[[1]]", "{", "7"])
def test_a_memory_that_cannot_be_read_is_none(tmp_path: Path, harm: str) -> None:
    for name in ("overtaken.json", "overtaken.latest.json"):
        (tmp_path / name).write_text(harm)
    kept = LateSaves(str(tmp_path / "overtaken.json"))
    kept.saved(stamped(1))
    assert kept.joined(stamped(2)) == stamped(2)
    save(kept, stamped(2), stamped(1, "> saved\n"))
    assert "> saved\n" in kept.joined(stamped(2))
