"""What the core needs of text that people edit too: the task list, the page of the shared state, hand-overs."""

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
        """What is another whenever the file has changed; None when there is no file."""

    def locked(self) -> AbstractContextManager[object]:
        """No other process of Interlock reads or writes it meanwhile."""

    def read(self) -> Found | None:
        """What it says; None when there is no file."""

    def late(self, seen: str | None) -> bytes | None:
        """What somebody wrote into the file that was replaced when the signature became `seen`, too late to be read."""

    def place(self, text: bytes, over: bytes) -> Placed:
        """Let the file say `text`, all at once, which said `over` when it was read."""


class PageFile(Protocol):
    """The shared state's page as a file that people edit too. What cannot be used is said by PageTrouble."""

    @property
    def name(self) -> str:
        """What people call it."""

    @property
    def folder(self) -> str:
        """The worktree that it lies in."""

    def locked(self) -> AbstractContextManager[object]:
        """Nobody else of Interlock's touches the page or its archives meanwhile."""

    def read(self) -> str | None:
        """What is to be taken in: what was saved just when the page was written, else what stands there."""

    def is_wanted(self) -> bool:
        """Whether it is to be made where there is none: the settings name it."""

    def replace(self, text: str) -> bool:
        """Put `text` in the place of what was read last, at once; False when there is something else to be read now."""

    def archive(self, month: str, text: str) -> None:
        """Add to the archive of a month."""


class HandoverFolder(Protocol):
    """Hand-overs as files, in `for_NAME/`, `in_progress/` and `completed/`. Nothing there is overwritten."""

    def locked(self) -> AbstractContextManager[object]:
        """No other process of Interlock touches the folder meanwhile."""

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
