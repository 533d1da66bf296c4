"""Listens on this machine alone and answers the page's requests: the page, its parts as they change, and acts."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from pathlib import Path
from secrets import token_urlsafe

import uvicorn
from sse_starlette import EventSourceResponse
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from mcp_server.board.acts import Acts
from mcp_server.board.live import LiveBoard
from mcp_server.board.page import drawing
from mcp_server.board.page.access import Access
from mcp_server.board.page.stream import MOST, Stream
from mcp_server.domain.errors import InterlockError, in_words
from mcp_server.showing.wording import for_people

STATIC = Path(__file__).parent / "static"
CONNECTIONS = 2 * MOST
"""At a time; more are refused (503)."""
SLOW = 10.0
"""Seconds that a browser may take to read a change, before it has to connect again."""
QUIET = 15
"""Seconds after which a connection that nothing is sent on gets a sign of life."""


class Page:
    """The page of one repository, called `name`."""

    def __init__(self, live: LiveBoard, acts: Acts, name: str) -> None:
        self._live = live
        self._acts = acts
        self._name = name
        self._stream = Stream(live)

    def app(self, token: str, port: int) -> ASGIApp:
        """The page as a program that answers requests for its address."""
        routes = [
            Route("/", self.whole),
            Route("/events", self.events),
            Route("/tasks/{task}/{act}", self.act, methods=["POST"]),
            Mount("/static", StaticFiles(directory=STATIC)),
        ]
        return Access(Starlette(routes=routes), token, port)

    async def whole(self, request: Request) -> Response:
        """The page as it is now."""
        try:
            view = await asyncio.to_thread(self._live.view)
        except (InterlockError, OSError, ValueError) as error:
            return PlainTextResponse(f"{in_words(error)}\n", 503)
        return HTMLResponse(drawing.page(view, self._name, request.query_params.get("notice", "")))

    async def events(self, _request: Request) -> Response:
        """The parts that change, for as long as the browser listens."""
        if self._stream.is_full:
            return PlainTextResponse("too many pages are open\n", 503)
        return EventSourceResponse(self._stream.listen(), send_timeout=SLOW, ping=QUIET)

    async def act(self, request: Request) -> Response:
        """Carry out what a person decided; the answer says in words how that ended."""
        form = await request.form(max_files=0, max_fields=5)
        words = str(form.get("words", ""))
        task = request.path_params["task"]
        acts: dict[str, Callable[[], str]] = {
            "approve": lambda: self._acts.approve(task, merge="merge" in form),
            "reject": lambda: self._acts.reject(task, words),
            "release": lambda: self._acts.release(task),
            "message": lambda: self._acts.message(str(form.get("to") or task), words),
        }
        chosen = acts.get(request.path_params["act"])
        if chosen is None:
            return PlainTextResponse("there is no such act\n", 404)
        try:
            said, code = await asyncio.to_thread(chosen), 200
        except (InterlockError, OSError, ValueError) as error:
            said, code = in_words(error), 409
        said = for_people(said)
        if "application/json" in request.headers.get("accept", ""):
            return JSONResponse({"words": said}, code)
        back = request.url_for("whole").include_query_params(notice=said)
        return RedirectResponse(str(back), 303)

    async def close(self) -> None:
        """End the connections that wait for changes."""
        await self._stream.close()


class _Server(uvicorn.Server):
    """A server that ends the connections which wait for changes before it waits for all connections to end."""

    def __init__(self, config: uvicorn.Config, page: Page) -> None:
        super().__init__(config)
        self._page = page

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the server."""
        await self._page.close()
        await super().shutdown(sockets)


def serve(page: Page, port: int, opened: Callable[[str], object]) -> None:
    """Serve the page until the process is interrupted; `opened` is called with its address when that can be opened.

    Port 0 is any that is free. Refuses (OSError) a port that is taken.
    """
    listening, server, address = listen(page, port)
    opened(address)
    server.run([listening])


def listen(page: Page, port: int, *, token: str | None = None) -> tuple[socket.socket, uvicorn.Server, str]:
    """The socket that listens, the server to run on it, and the page's address, which only its owner knows."""
    token = token or token_urlsafe(24)
    listening = socket.create_server(("127.0.0.1", port), backlog=CONNECTIONS)
    port = listening.getsockname()[1]
    config = uvicorn.Config(
        page.app(token, port),
        log_level="critical",
        access_log=False,
        server_header=False,
        limit_concurrency=CONNECTIONS,
        timeout_keep_alive=5,
        timeout_graceful_shutdown=1,
    )
    return listening, _Server(config, page), f"http://127.0.0.1:{port}/{token}/"
