"""What the core needs of text that people edit too: the task list, the state page, hand-overs."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol

from mcp_server.domain.messages import Arrival
from mcp_server.domain.task_list import Found, Placed


class TaskFile(Protocol):
    """The task list as a file that people edit meanwhile. What can't be done with it is refused (`Unusable`)."""

    @property
    def name(self) -> str:
        """What people call it."""

    def signature(self) -> str | None:
        """A fingerprint that changes whenever the file does, or None if the file does not exist."""

    def locked(self) -> AbstractContextManager[object]:
        """Keep other processes of Interlock from the list."""

    def read(self) -> Found | None:
        """What it says; None when there is no file."""

    def late(self, seen: str | None) -> bytes | None:
        """What somebody wrote into the file that was replaced when the signature became `seen`, too late to be read."""

    def place(self, text: bytes, over: bytes) -> Placed:
        """Replace `over`, which was read, by `text`, atomically."""


class PageFile(Protocol):
    """The state page as a file that people edit too. A page that cannot be used is refused (PageTrouble)."""

    @property
    def name(self) -> str:
        """What people call it."""

    @property
    def folder(self) -> str:
        """The worktree that it lies in."""

    def locked(self) -> AbstractContextManager[object]:
        """Keep other processes of Interlock from the page and its archives."""

    def read(self) -> str | None:
        """What is to be applied: what was saved just as the page was written, else the page."""

    def is_wanted(self) -> bool:
        """Whether it is to be made where there is none: the settings name it."""

    def replace(self, text: str) -> bool:
        """Replace what was read last by `text`, atomically; False when there is something else to be read now."""

    def archive(self, month: str, text: str) -> None:
        """Add to the archive of a month."""


class HandoverFolder(Protocol):
    """Hand-overs as files, in `for_NAME/`, `in_progress/` and `completed/`. Nothing there is overwritten."""

    def locked(self) -> AbstractContextManager[object]:
        """Keep other processes of Interlock from the folder."""

    def readers(self) -> list[str]:
        """Those who have a folder here."""

    def arrivals(self) -> list[Arrival]:
        """What lies in these folders, oldest name first."""

    def has(self, folder: str, name: str) -> bool: ...
    def free_name(self, folder: str, name: str) -> str: ...
    def move(self, source: str, name: str, folder: str, new_name: str) -> str | None:
        """Move a file to another folder; its name there, None when it is gone."""

    def write(self, reader: str, name: str, text: str) -> None:
        """Put a file into a reader's folder; what is there already stays."""
