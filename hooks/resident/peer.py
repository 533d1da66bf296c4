"""Who asks: a hook that the session's client started, or something else that found the socket.

A hook speaks for its agent, so nothing that an agent may start must be taken for one. A command that Interlock confines
could not write the state itself; the kernel marks it and all that it starts (no new privileges).
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from socket import socket

DEEPEST = 4
"""Generations between the client and what asks: the hook's shell, its client, and a little more."""
_SOL_SOCKET, _SO_PEERCRED = 1, 17


def can_tell(client: int) -> bool:
    """Whether it can be told here what a client has started, and what of it is confined."""
    return is_free(client)


def is_hook(connection: socket, client: int) -> bool:
    """Whether a process of this user that the client started, and that is not confined, is at the other end."""
    pid, uid = _credentials(connection)
    if uid != os.geteuid() or not is_free(pid):
        return False
    for _ in range(DEEPEST):
        pid = _parent(pid)
        if pid == client:
            return True
    return False


def _credentials(connection: socket) -> tuple[int, int]:
    """The process that connected, and its user."""
    data = connection.getsockopt(_SOL_SOCKET, _SO_PEERCRED, 12)
    return int.from_bytes(data[:4], sys.byteorder), int.from_bytes(data[4:8], sys.byteorder)


def _parent(pid: int) -> int:
    """Its parent's id, 0 for none."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as handle:
            return int(handle.read().rpartition(b")")[2].split()[1])
    except (OSError, IndexError, ValueError):
        return 0


def is_free(pid: int) -> bool:
    """Whether it may gain privileges; what Interlock confines may not, nor may anything that this starts."""
    try:
        with open(f"/proc/{pid}/status", "rb") as handle:
            return b"\nNoNewPrivs:\t0\n" in handle.read()
    except OSError:
        return False
