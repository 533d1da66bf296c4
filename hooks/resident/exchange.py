"""How a hook's question and the answer to it are written down on a socket."""

from __future__ import annotations

import os

from hooks.event.io import MOST_BYTES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from socket import socket

GREETING = b"interlock 1 "
LONGEST_HEAD = 200
ALIVE = b"."
"""A sign of life, before an answer that takes its time."""


class BadQuestion(ValueError):
    """What came is no question of a hook."""


class Question:
    """What a hook asks: its script's name, a word that its answer has to repeat, and all it was given."""

    __slots__ = ("directory", "environment", "event", "hook", "nonce")

    def __init__(self, parts: list[bytes]) -> None:
        self.hook = parts[0].decode("ascii", "replace")
        self.nonce = parts[1]
        given = (entry.partition("=") for entry in os.fsdecode(parts[2]).split("\0"))
        self.environment = {name: value for name, _, value in given if name}
        self.directory = os.fsdecode(parts[3])
        self.event = parts[4]


def receive(connection: socket) -> Question:
    """The question on a connection; refuses (BadQuestion, OSError) anything else, and what is too large."""
    data = bytearray()
    while b"\n" not in data[:LONGEST_HEAD]:
        _more(connection, data)
        if len(data) >= LONGEST_HEAD and b"\n" not in data[:LONGEST_HEAD]:
            raise BadQuestion("no question begins like this")
    head, _, _ = bytes(data[:LONGEST_HEAD]).partition(b"\n")
    sizes = _sizes(head)
    del data[: len(head) + 1]
    while len(data) < sum(sizes):
        _more(connection, data)
    return Question(_parts(bytes(data), sizes))


def answer(nonce: bytes, text: str) -> bytes:
    """The answer to the question with this word."""
    data = text.encode("utf-8")
    return b"answer %s %d\n%s" % (nonce, len(data), data)


def _sizes(head: bytes) -> list[int]:
    words = head[len(GREETING) :].split()
    if not head.startswith(GREETING) or len(words) != 5 or not all(word.isdigit() for word in words):
        raise BadQuestion("no question begins like this")
    sizes = [int(word) for word in words]
    if sum(sizes) > MOST_BYTES:
        raise BadQuestion("the question is too large")
    return sizes


def _parts(data: bytes, sizes: list[int]) -> list[bytes]:
    parts = []
    for size in sizes:
        parts.append(data[:size])
        data = data[size:]
    return parts


def _more(connection: socket, data: bytearray) -> None:
    chunk = connection.recv(1 << 20)
    if not chunk:
        raise BadQuestion("the question was cut off")
    data += chunk
