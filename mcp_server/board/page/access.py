"""Who may ask for the page: whoever knows its address, from this machine, and from no other page.

Any page that a person visits may send requests to this machine, and any host name may be made to resolve to it, so an
address that only its owner knows is not enough: the Host must be ours, and the Origin, where there is one, too.
"""

from __future__ import annotations

from secrets import compare_digest

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SAFE = ("GET", "HEAD")
MOST_BYTES = 64 * 1024
"""Of a request's body."""
TOO_LARGE = "the request is too large"
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class Access:
    """Lets requests for `/TOKEN/…` through and refuses (403) all others."""

    def __init__(self, app: ASGIApp, token: str, port: int) -> None:
        self._app = app
        self._token = token
        self._hosts = {f"127.0.0.1:{port}", f"localhost:{port}", f"[::1]:{port}"}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        refusal = self._refusal(scope)
        if refusal is not None:
            response = PlainTextResponse(f"{refusal}\n", 413 if refusal == TOO_LARGE else 403, headers=HEADERS)
            await response(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        await self._app({**scope, "root_path": f"/{self._token}"}, receive, with_headers)

    def _refusal(self, scope: Scope) -> str | None:
        headers = Headers(scope=scope)
        if headers.get("host") not in self._hosts:
            return "this page answers at its own address only"
        origin = headers.get("origin")
        own = f"http://{headers.get('host')}"
        if origin is not None and origin != own:
            return "another page asked for this one"
        if origin is None and scope["method"] not in SAFE:
            return "only this page itself may ask for a change"
        first = scope["path"].removeprefix("/").partition("/")[0]
        if not compare_digest(first.encode(), self._token.encode()):
            return "the address is not complete: open the one that `interlock board --web` printed"
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > MOST_BYTES or "transfer-encoding" in headers:
            return TOO_LARGE
        return None
