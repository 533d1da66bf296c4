"""What a command makes among the folders of programs is remembered for the next one."""

from __future__ import annotations

from pathlib import Path

from mcp_server.sandbox import homes


def test_the_folders_follow_the_environment() -> None:
    assert homes.folders("/home/x", {}) == ["/home/x/.local/share", "/home/x/.config", "/home/x/.local/state"]
    assert homes.folders("", {"XDG_CONFIG_HOME": "/c", "XDG_DATA_HOME": "relative"}) == ["/c"]


def test_what_is_remembered_is_found_again(tmp_path: Path) -> None:
    assert homes.remembered(str(tmp_path)) == []

    homes.remember(str(tmp_path), "/home/x/.config/tool")
    homes.remember(str(tmp_path), "/home/x/.config/a\nb")

    assert homes.remembered(str(tmp_path)) == ["/home/x/.config/tool", "/home/x/.config/a\nb"]


def test_what_is_remembered_is_for_its_owner_alone(tmp_path: Path) -> None:
    homes.remember(str(tmp_path), "/home/x/.config/tool")

    assert [file.stat().st_mode & 0o777 for file in tmp_path.iterdir()] == [0o600]
