"""What the reading of a checkout asks of it."""

from __future__ import annotations

from typing import Protocol


class Folder(Protocol):
    """A checkout, asked by paths relative to its root, with `/`; the root itself is the empty path."""

    def is_file(self, path: str) -> bool:
        """Whether this is a file."""

    def is_folder(self, path: str) -> bool:
        """Whether this is a folder."""

    def text(self, path: str) -> str:
        """A text file, or nothing when it cannot be read."""

    def names(self, path: str) -> list[str]:
        """What lies in a folder; nothing when it is none."""

    def tracked(self, names: tuple[str, ...]) -> list[str]:
        """The files under version control that are called so, wherever they are."""


def under(folder: str, name: str) -> str:
    """The path of `name` in a folder."""
    return f"{folder}/{name}" if folder else name


def parent(path: str) -> str:
    """The folder of a path."""
    return path.rpartition("/")[0]
