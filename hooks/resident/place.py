"""Where the session's server listens: a socket in a folder that is its user's alone, named after client and version."""

from __future__ import annotations

import os
import stat

TYPE_CHECKING = False
if TYPE_CHECKING:
    from socket import socket

FOLDER = "sockets"
ELSEWHERE = "elsewhere."
"""What `hooks/elsewhere` leaves for a client whose edit was in another repository than its own."""
WAITING = "waiting."
"""What `hooks/wake.py` leaves to say which of a client's waits is the latest."""
LONGEST = 100
"""Bytes of a path that a socket's address holds for certain."""


class NotPrivate(OSError):
    """The folder for sockets belongs to somebody else, or others may write or look into it."""


class Place:
    """The socket of one server. `hooks/run` looks for the name, `hooks/ask.pl` for the rights."""

    def __init__(self, notes_folder: str, client: int, version: str) -> None:
        self._notes = notes_folder
        self.folder = os.path.join(notes_folder, FOLDER)
        self.path = os.path.join(self.folder, f"{client}-{version}")
        self._inode = 0

    def take(self, listening: socket) -> None:
        """Bind the socket here, in the place of one that a dead server left; refuses (OSError) a folder not private."""
        os.makedirs(self.folder, mode=0o700, exist_ok=True)
        found = os.lstat(self.folder)
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o077:
            raise NotPrivate(f"{self.folder} is not private")
        _remove_dead(self.folder, "")
        for prefix in (ELSEWHERE, WAITING):
            _remove_dead(self._notes, prefix)
        draft = f".{os.getpid()}"
        _remove(os.path.join(self.folder, draft))
        _bind(listening, self.folder, draft)
        os.chmod(os.path.join(self.folder, draft), 0o600)
        self._inode = os.lstat(os.path.join(self.folder, draft)).st_ino
        os.rename(os.path.join(self.folder, draft), self.path)

    def leave(self) -> None:
        """Take the socket away, unless a later server of the same client has put its own here."""
        try:
            if os.lstat(self.path).st_ino == self._inode:
                os.unlink(self.path)
        except OSError:
            pass


def _bind(listening: socket, folder: str, name: str) -> None:
    path = os.path.join(folder, name)
    if len(os.fsencode(path)) <= LONGEST:
        listening.bind(path)
        return
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        listening.bind(f"/proc/self/fd/{opened}/{name}")
    finally:
        os.close(opened)


def _remove_dead(folder: str, prefix: str) -> None:
    """Remove what belongs to clients that are gone: sockets and notes."""
    for name in os.listdir(folder):
        pid = name.removeprefix(prefix).lstrip(".").partition("-")[0]
        if name.startswith(prefix) and pid.isdecimal() and not os.path.exists(f"/proc/{pid}"):
            _remove(os.path.join(folder, name))


def _remove(path: str) -> None:
    try:  # noqa: SIM105  `contextlib` is not loaded before there is a question
        os.unlink(path)
    except OSError:
        pass
