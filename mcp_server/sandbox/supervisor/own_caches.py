"""Folders that tools keep beside a project and that tell git by themselves to ignore them."""

from __future__ import annotations

_NAMES = frozenset(
    ".pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache .pytype .tox .nox .venv .direnv".split()
)
_MADE_AS = ("pytest-cache-files-",)
"""The beginning of a name under which such a folder is made first."""


def is_one(name: str) -> bool:
    """Whether a new folder of this name is such a cache, or is about to become one."""
    return name in _NAMES or name.startswith(_MADE_AS)
