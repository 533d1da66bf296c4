"""What reading a command needs to know about the disk, as a Protocol; nothing is changed."""

from __future__ import annotations

from typing import Protocol


class Files(Protocol):
    """The disk and its repositories. Paths are absolute; what can't be read is None, False or empty."""

    def is_dir(self, path: str) -> bool:
        """Whether a directory is there, links followed."""

    def exists(self, path: str) -> bool:
        """Whether anything is there, links followed."""

    def is_link(self, path: str) -> bool:
        """Whether a symbolic link is there."""

    def target(self, path: str) -> str:
        """The target of the symbolic link, "" for none."""

    def real(self, path: str) -> str:
        """The path without links, `.` and `..`; what does not exist stays as it is."""

    def entries(self, directory: str) -> list[str]:
        """The names in a directory, sorted."""

    def text(self, path: str, most_bytes: int) -> str | None:
        """The text of a file; None for one that is larger, binary or unreadable."""

    def mode(self, path: str) -> int | None:
        """The permission bits."""

    def status(self, path: str) -> tuple[int, float, int] | None:
        """The size in bytes, the time of the last change and the number of names, a link not followed."""

    def other_names(self, path: str) -> list[str]:
        """The other paths in the same repository that are hard links to the same file."""

    def program(self, name: str) -> str | None:
        """Where the PATH finds a program."""

    def git(self, directory: str, arguments: list[str], most_bytes: int) -> str | None:
        """What a git command that only reads prints; None when it fails, is slow or prints more."""

    def members(self, archive: str) -> list[str] | None:
        """The names in a tar or zip file, directories with a slash at the end."""
