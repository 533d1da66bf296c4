"""The mode that a person switched to."""

from __future__ import annotations

from pathlib import Path

from mcp_server.adapters.settings.mode import mode_override, switch_mode


def test_a_mode_is_set_and_taken_back_and_nothing_else_is_left(tmp_path: Path) -> None:
    state = str(tmp_path)
    assert mode_override(state) is None
    for mode in ("off", "warn"):
        switch_mode(state, mode)
        assert mode_override(state) == mode
    for _ in range(2):
        switch_mode(state, None)
    assert mode_override(state) is None
    assert list(tmp_path.iterdir()) == []
