"""What the reading of errors asks of a repository."""

from __future__ import annotations

from typing import Protocol


class Tree(Protocol):
    """The files of one repository, asked for by name."""

    @property
    def root(self) -> str:
        """The absolute path of the repository."""

    def is_file(self, path: str) -> bool:
        """Whether the repo-relative `path` (with `/`) is a file."""

    def find(self, suffix: str) -> list[str]:
        """The known files whose path is `suffix` or ends with `/suffix`; few, since only a single one is of use."""

    def text(self, path: str) -> str:
        """The beginning of a small file, or nothing when it cannot be read."""
