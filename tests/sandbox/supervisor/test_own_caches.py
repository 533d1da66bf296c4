"""What tools keep beside a project is known by its name."""

from __future__ import annotations

import pytest

from mcp_server.sandbox.supervisor.own_caches import is_mark, is_one, is_unpacked


@pytest.mark.parametrize("name", [".pytest_cache", ".ruff_cache", ".venv", "pytest-cache-files-x1y2z3"])
def test_a_folder_that_ignores_itself_is_known(name: str) -> None:
    assert is_one(name)
    assert not is_one(name[1:])


def test_a_mark_of_a_tool_is_known() -> None:
    assert is_mark(".pdm-python")
    assert not is_mark("pdm.lock")


def test_what_is_packed_as_a_release_is_unpacked_while_a_command_packs() -> None:
    assert is_unpacked("shop-0.1", "python -m build")
    assert not is_unpacked("shop-0.1", "pytest")
    assert not is_unpacked("shop-new", "python -m build")
