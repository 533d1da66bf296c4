"""Two files change places at once, or at least without anything being lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from mcp_server.adapters.text_files import swap


@pytest.mark.parametrize("has_call", [True, False])
def test_two_files_change_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, has_call: bool) -> None:
    if not has_call:
        monkeypatch.setattr(swap, "_swap", lambda: None)
    one, two = tmp_path / "one", tmp_path / "two"
    one.write_text("1")
    two.write_text("2")
    swap.exchange(str(one), str(two))
    assert (one.read_text(), two.read_text()) == ("2", "1")
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("has_call", [True, False])
def test_where_nothing_is_it_is_refused_and_nothing_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, has_call: bool
) -> None:
    if not has_call:
        monkeypatch.setattr(swap, "_swap", lambda: None)
    one = tmp_path / "one"
    one.write_text("1")
    with pytest.raises(FileNotFoundError):
        swap.exchange(str(one), str(tmp_path / "two"))
    assert [entry.name for entry in tmp_path.iterdir()] == ["one"]
