"""Takes the questions of hooks, a thread each: one that hangs, or is huge, hurts nobody but itself."""

from __future__ import annotations

import socket
import sys
import threading
from contextlib import suppress
from queue import SimpleQueue
from time import monotonic

from hooks.resident import answers, exchange, peer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hooks.resident.place import Place

MOST_AT_ONCE = 64
SECONDS_TO_ASK = 2.0
SIGN_EVERY = 0.5
"""Seconds between the signs of life for a hook that waits; it gives up after two without one."""


class Listener:
    """Answers the hooks that the process `client` starts, as long as this one lives."""

    def __init__(self, place: Place, client: int) -> None:
        self._place = place
        self._client = client
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._waiting: dict[socket.socket, tuple[float, threading.Lock]] = {}
        self._lock = threading.Lock()
        self._some_wait = threading.Event()
        self._accepted: SimpleQueue[socket.socket] = SimpleQueue()
        self._idle = threading.Semaphore(0)  # threads that wait for a question
        place.take(self._socket)
        self._socket.listen(256)
        answers.use_threads()
        for work in (self._accept, self._show_life):
            threading.Thread(target=work, daemon=True, name="hooks").start()

    def _accept(self) -> None:
        threads, pause = 0, threading.Event()
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:  # it has gone again, or too many files are open
                pause.wait(0.01)
                continue
            self._accepted.put(connection)
            if not self._idle.acquire(blocking=False) and threads < MOST_AT_ONCE:
                threads += 1
                threading.Thread(target=self._work, daemon=True, name="hook").start()

    def _work(self) -> None:
        """Answer one after the other; a thread more is started when all are busy."""
        while True:
            connection = self._accepted.get()
            try:
                with connection:
                    self._answer(connection)
            except BaseException as error:  # noqa: BLE001  the hook decides by itself when the connection ends
                if isinstance(error, answers.Outdated):
                    self._place.leave()
                print(f"interlock: a hook was not answered: {error}", file=sys.stderr)
            self._idle.release()

    def _answer(self, connection: socket.socket) -> None:
        if not peer.is_hook(connection, self._client):
            raise PermissionError("what asked is no hook of this session")
        connection.settimeout(SECONDS_TO_ASK)
        question = exchange.receive(connection)
        lock = threading.Lock()
        with self._lock:
            self._waiting[connection] = (monotonic(), lock)
        self._some_wait.set()
        try:
            said = exchange.answer(question.nonce, answers.answer_to(question, self._client))
        finally:
            with self._lock:
                del self._waiting[connection]
        with lock:
            connection.sendall(said)

    def _show_life(self) -> None:
        """Tell whoever waits that its question is being worked on, as long as this process can do anything."""
        pause = threading.Event()
        while True:
            self._some_wait.wait()
            pause.wait(SIGN_EVERY)
            with self._lock:
                waiting = [(one, lock) for one, (since, lock) in self._waiting.items() if since < monotonic() - 0.1]
                if not self._waiting:
                    self._some_wait.clear()
            for connection, lock in waiting:
                with lock:
                    if connection in self._waiting:  # else it has its answer, and nothing may follow that
                        self._sign(connection)

    def _sign(self, connection: socket.socket) -> None:
        with suppress(OSError):  # it has given up
            connection.send(exchange.ALIVE)
