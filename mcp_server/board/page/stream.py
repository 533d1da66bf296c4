"""Sends the parts of the page that have changed, to however many browsers look at it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import suppress

from mcp_server.board.live import LiveBoard
from mcp_server.board.page import drawing
from mcp_server.domain.errors import InterlockError, in_words

LOOK_EVERY = 0.3
"""Seconds between two looks at whether anything has changed, while anybody looks at the page."""
MOST = 32
"""Browsers at a time."""


class Stream:
    """The parts of one board. Nothing is looked at while nobody listens; a slow reader gets the newest, never a queue.

    Its loop is that of whoever listens first.
    """

    def __init__(self, live: LiveBoard, drawn: Callable[..., dict[str, str]] = drawing.parts) -> None:
        self._live = live
        self._drawn = drawn
        self._parts: dict[str, str] = {}
        self._trouble = ""
        self._number = 0
        self._changed = asyncio.Condition()
        self._listeners = 0
        self._is_over = False
        self._looking: asyncio.Task[None] | None = None

    @property
    def is_full(self) -> bool:
        """Whether as many browsers look at the page as it is made for."""
        return self._listeners >= MOST

    async def listen(self) -> AsyncIterator[str]:
        """What to send as an event: the changed parts as JSON, the first time all of them."""
        self._listeners += 1
        try:
            if self._looking is None or self._looking.done():
                self._looking = asyncio.create_task(self._look())
            sent: dict[str, str] = {}
            number = 0
            while True:
                async with self._changed:
                    await self._changed.wait_for(lambda seen=number: self._number > seen or self._is_over)  # type: ignore[misc]  # it takes no argument
                    if self._is_over:
                        return
                    number, now = self._number, {**self._parts, "trouble": self._trouble}
                yield json.dumps({name: text for name, text in now.items() if sent.get(name) != text})
                sent = now
        finally:
            self._listeners -= 1

    async def _look(self) -> None:
        while self._listeners:
            await self._take()
            await asyncio.sleep(LOOK_EVERY)

    async def _take(self) -> None:
        parts, trouble = self._parts, ""
        try:
            view = await asyncio.to_thread(self._live.view)
            parts = await asyncio.to_thread(self._drawn, view)
        except (InterlockError, OSError, ValueError) as error:
            trouble = in_words(error)
        if (parts, trouble) != (self._parts, self._trouble) or not self._number:
            async with self._changed:
                self._parts, self._trouble = parts, trouble
                self._number += 1
                self._changed.notify_all()

    async def close(self) -> None:
        """Stop looking, and let whoever listens go."""
        async with self._changed:
            self._is_over = True
            self._changed.notify_all()
        if self._looking is not None:
            self._looking.cancel()
            with suppress(asyncio.CancelledError):
                await self._looking
