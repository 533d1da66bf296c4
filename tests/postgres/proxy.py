"""A wire to a server that can be slow, lose everything, or be refused: `with wire(port) as proxy`.

It forwards in a thread of its own. What was sent while it is cut arrives when it is restored, as TCP sends it again.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Coroutine, Iterator
from typing import Any, TypeVar

from tests.postgres.server import free_port

CHUNK = 65_536
T = TypeVar("T")


class Proxy:
    """A port of the loopback that leads to another one."""

    def __init__(self, target: int) -> None:
        self.port = free_port()
        self.accepted = 0
        self._target = target
        self._delay = 0.0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="proxy", daemon=True)
        self._thread.start()
        self._server: asyncio.Server | None = None
        self._passing, self._answering = self._in_loop(asyncio.Event), self._in_loop(asyncio.Event)
        self._connections: set[asyncio.Task[None]] = set()
        self.restore()

    def slow(self, seconds: float) -> None:
        """From now on everything takes so much longer, each way."""
        self._delay = seconds

    def lose(self) -> None:
        """Forward nothing any more, silently: neither side is told, and new connections are never answered."""
        self._in_loop(self._passing.clear)

    def lose_answers(self) -> None:
        """Forward what is asked, and nothing of what is answered."""
        self._in_loop(self._answering.clear)

    def refuse(self) -> None:
        """End every connection, and refuse new ones."""
        self._await(self._close())

    def restore(self) -> None:
        """Forward again."""
        self._in_loop(self._passing.set)
        self._in_loop(self._answering.set)
        self._await(self._listen())

    def stop(self) -> None:
        """End it."""
        self._await(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _listen(self) -> None:
        if self._server is None:
            self._server = await asyncio.start_server(self._accept, "127.0.0.1", self.port)

    async def _close(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        ending = list(self._connections)
        for connection in ending:
            connection.cancel()
        await asyncio.gather(*ending, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        self.accepted += 1
        there: asyncio.StreamWriter | None = None
        try:
            await self._passing.wait()
            answers, there = await asyncio.open_connection("127.0.0.1", self._target)
            ways = ((reader, there, self._passing), (answers, writer, self._answering))
            both = [asyncio.create_task(self._pump(*way)) for way in ways]
            try:
                await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for pump in both:
                    pump.cancel()
                await asyncio.gather(*both, return_exceptions=True)
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            self._connections.discard(task)
            for end in (writer, there):
                if end is not None:
                    end.transport.abort()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, way: asyncio.Event) -> None:
        """Forward one direction; each piece waits its own time, so that a delay does not make it narrow."""
        pieces: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        delivering = asyncio.create_task(self._deliver(pieces, writer, way))
        try:
            while piece := await reader.read(CHUNK):
                await pieces.put((self._loop.time() + self._delay, piece))
            await pieces.put((self._loop.time() + self._delay, b""))
            await delivering
        finally:
            delivering.cancel()

    async def _deliver(
        self, pieces: asyncio.Queue[tuple[float, bytes]], writer: asyncio.StreamWriter, way: asyncio.Event
    ) -> None:
        while True:
            due, piece = await pieces.get()
            await asyncio.sleep(due - self._loop.time())
            await self._passing.wait()
            await way.wait()
            if not piece:
                return
            writer.write(piece)
            await writer.drain()

    def _in_loop(self, call: Callable[[], T]) -> T:
        async def called() -> T:
            return call()

        return self._await(called())

    def _await(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(timeout=60)


@contextlib.contextmanager
def wire(target: int) -> Iterator[Proxy]:
    """A proxy to this port, as long as it is needed."""
    proxy = Proxy(target)
    try:
        yield proxy
    finally:
        proxy.stop()
