"""What tools keep beside a project of their own accord: folders that git is told to ignore, marks, scratch folders."""

from __future__ import annotations

_NAMES = frozenset(
    ".pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache .pytype .tox .nox .venv .direnv".split()
)
_MADE_AS = ("pytest-cache-files-",)
"""The beginning of a name under which such a folder is made first."""


def is_one(name: str) -> bool:
    """Whether a new folder of this name is such a cache, or is about to become one."""
    return name in _NAMES or name.startswith(_MADE_AS)


_MARKS = frozenset((".pdm-python",))


def is_mark(name: str) -> bool:
    """Whether a file of this name is a tool's note about this very checkout, which nobody shares."""
    return name in _MARKS


def is_unpacked(name: str, command: str) -> bool:
    """Whether a new folder of this name is what `command` packs up as a release, and removes after."""
    package, _, version = name.rpartition("-")
    packs = any(word in command for word in ("build", "sdist", "dist", "pack", "publish", "release"))
    return packs and bool(package) and version[:1].isdigit() and "." in version
