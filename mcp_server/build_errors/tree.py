"""What the reader needs to know about a repository."""

from __future__ import annotations

from typing import Protocol


class Tree(Protocol):
    """The files of one repository, found by name."""

    @property
    def root(self) -> str:
        """The absolute path of the repository."""

    def is_file(self, path: str) -> bool:
        """Whether the repo-relative `path` (with `/`) is a file."""

    def find(self, suffix: str) -> list[str]:
        """The known files whose path is `suffix` or ends with `/suffix`; a few, since only a single match is useful."""

    def text(self, path: str) -> str:
        """The beginning of a small file, "" if it cannot be read."""
