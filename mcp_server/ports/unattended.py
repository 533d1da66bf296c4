"""What unattended work needs from outside: a run that is waited for, the inbox, a command, and what starts it later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import NamedTuple, Protocol

from mcp_server.domain.launch import Launch
from mcp_server.domain.unattended.outcome import Finished
from mcp_server.domain.unattended.request import Arrived, Request
from mcp_server.domain.unattended.schedule import Every
from mcp_server.ports.host import Sessions


class Requests(Protocol):
    """The files that were taken from the inbox."""

    def add(self, name: str, stamp: str, task: str | None, trouble: str | None) -> Request:
        """This file is about to be moved away: it is the task's, or it could not be understood."""

    def unmoved(self) -> list[Request]:
        """Those that were recorded and not yet moved away."""

    def moved(self, request_id: int, kept_as: str) -> None: ...
    def of_task(self, task_id: str) -> Request | None:
        """The file that a task was made for."""

    def unsettled(self) -> list[Request]:
        """Those of whose task the last word has not been written to the outbox, oldest first."""

    def tell(self, request_id: int, state: str) -> None:
        """This state has been written to the outbox: a task's, or `refused`."""


class RequestFolder(Protocol):
    """The folder of requests, and the one for answers."""

    def locked(self) -> AbstractContextManager[object]:
        """Keeps other workers from the folder."""

    def arrived(self) -> list[Arrived]:
        """The files in it, oldest first; none that is still being written."""

    def set_aside(self, name: str, stamp: str) -> str | None:
        """Move this very file to those that were taken, where nothing is overwritten; its name there.

        None when it is gone, or another file has its name now, which stays.
        """

    def answer(self, name: str, text: str) -> str:
        """Write the answer to this request in place of an earlier one; the path of it."""

    def hand_in(self, name: str, text: str) -> str:
        """Put a request into the inbox; its path."""


class Foreground(Sessions, Protocol):
    """Sessions that whoever started them waits for."""

    def finish(self, launch: Launch) -> Finished:
        """Wait for the end of the session of this launch, and end it at its limit."""

    def overdue(self, launch: Launch) -> bool:
        """Whether it runs past its limit: whoever waited for it is gone."""


class CommandLines(Protocol):
    """Runs a command line of the settings."""

    def run(self, command: str, text: str, seconds: float, variables: Mapping[str, str]) -> Finished:
        """Run it in a shell with `text` as its input, and kill it after so many seconds; its output are the words.

        It sees no secret of this process: of its environment only what every program needs.
        """


class Line(NamedTuple):
    """A file or a line that a timer consists of."""

    place: str
    text: str


class Timer(Protocol):
    """What starts a command again and again: cron, or systemd."""

    def lines(self, every: Every, command: Sequence[str]) -> list[Line]:
        """What would be written, and where; refuses (Misuse) what can't be written there."""

    def write(self, every: Every, command: Sequence[str]) -> str:
        """Write it, in place of an earlier one of this repository, and start it; what was done, in words."""

    def remove(self) -> str | None:
        """Take it away; what was done, None if there was none."""


class Workers(Protocol):
    """Processes that work beside the one that starts them."""

    def start(self, count: int) -> int:
        """Start so many; how many were started."""
