"""What a client asks at its start is answered from the standard library alone; what comes then, by the library for MCP.

Loading that takes the time of forty small processes and the memory of seven, and most sessions in most repositories
never call a tool. The first message that is not one of the usual ones makes it load, in this process: it is given all
that came before, so that it speaks for the whole connection, and what was answered already is not said twice.
"""

from __future__ import annotations

import json
import os
import sys

from mcp_server.tools.instructions import INSTRUCTIONS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from threading import Thread
    from typing import Any

    Message = dict[str, Any]

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TOOLS = os.path.join(ROOT, "mcp_server", "tools", "tools.json")
"""What is answered to `tools/list`; a test compares it with what the library answers."""
GREETED = ("2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25")
"""The versions of the protocol that begin with a greeting. Of any other one the library says what it speaks."""
STATELESS = "2026-07-28"
"""The version whose every request says who asks."""
_META = "io.modelcontextprotocol/"
_ACKNOWLEDGED = "notifications/subscriptions/acknowledged"


class Lines:
    """The lines of a descriptor, with those that are to be read again before."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._pending = b""
        self._again: list[str] = []

    def again(self, lines: Iterable[str]) -> None:
        """Read these first."""
        self._again += lines

    def readline(self) -> str:
        """The next line with its end, "" when there is none."""
        if self._again:
            return self._again.pop(0)
        while b"\n" not in self._pending:
            chunk = os.read(self._descriptor, 1 << 16)
            if not chunk:
                rest, self._pending = self._pending, b""
                return rest.decode("utf-8", "replace")
            self._pending += chunk
        line, _, self._pending = self._pending.partition(b"\n")
        return line.decode("utf-8", "replace") + "\n"


class Output:
    """The answers on a descriptor, without those that were given before."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._given: list[object] = []
        self._acknowledged: list[object] = []

    def skip(self, answered: Iterable[Message]) -> None:
        """The messages that were answered here are about to be answered once more."""
        for message in answered:
            known = self._acknowledged if message["method"] == "subscriptions/listen" else self._given
            known.append(message.get("id"))

    def write(self, line: str) -> None:
        """Write a line, whole, unless it was said before."""
        if (self._given or self._acknowledged) and self._was_said(json.loads(line)):
            return
        data = memoryview(line.encode("utf-8"))
        while data:
            data = data[os.write(self._descriptor, data) :]

    def flush(self) -> None:
        """Nothing is kept back."""

    def _was_said(self, message: Message) -> bool:
        if message.get("method") == _ACKNOWLEDGED:
            return _taken(self._acknowledged, message["params"]["_meta"][_META + "subscriptionId"])
        return "method" not in message and _taken(self._given, message.get("id"))


class Front:
    """One client's connection, until the library takes over."""

    def __init__(self, lines: Lines, output: Output, version: str, *, in_use: bool) -> None:
        self._lines = lines
        self._output = output
        self._in_use = in_use
        self._server = {"name": "interlock", "version": version}
        self._greeted = False
        self._seen: list[str] = []
        self._answered: list[Message] = []

    def run(self, listed: Callable[[], None]) -> bool:
        """Answer until something else is asked, which is then to be read again with all before it; False at the end.

        `listed` is called once, when the client has been told the tools and has all that it waits for.
        """
        while line := self._lines.readline():
            message = _read(line)
            answer = None if message is None else self._answer(message)
            self._seen.append(line)
            if message is None or answer is None:
                self._output.skip(self._answered)
                self._lines.again(self._seen)
                return True
            if answer:
                self._answered.append(message)
                self._output.write(json.dumps({"jsonrpc": "2.0", **answer}) + "\n")
                if message["method"] == "tools/list":
                    listed()
        return False

    def _answer(self, message: Message) -> Message | None:
        """The answer to a usual message, empty where none is due; None if the library has to find one."""
        method, params = message.get("method"), message.get("params", {})
        if not isinstance(params, dict) or ("id" in message) is (method == "notifications/initialized"):
            return None
        if method == "initialize" and not self._greeted:
            return self._greeting(message, params)
        if self._greeted:
            return self._after_greeting(message, set(params) - {"_meta"})
        return self._stateless(message, params) if _is_stateless(params) else None

    def _greeting(self, message: Message, params: Message) -> Message | None:
        client = params.get("clientInfo")
        if params.get("protocolVersion") not in GREETED or not _is_known(client, params.get("capabilities")):
            return None
        self._greeted = True
        result = {
            "capabilities": _capabilities(changing=False),
            **_instructions(self._in_use),
            "protocolVersion": params["protocolVersion"],
            "serverInfo": self._server,
        }
        return {"id": message["id"], "result": result}

    def _after_greeting(self, message: Message, more: set[str]) -> Message | None:
        method = message.get("method")
        if method == "notifications/initialized":
            return {}
        result = {} if method == "ping" else _listed(method)
        return None if result is None or more else {"id": message["id"], "result": result}

    def _stateless(self, message: Message, params: Message) -> Message | None:
        method, more = message.get("method"), set(params) - {"_meta"}
        if method == "subscriptions/listen" and more == {"notifications"}:
            return _acknowledgement(message, params["notifications"])
        result = self._discovered() if method == "server/discover" else _listed(method)
        if result is None or more:
            return None
        always = {
            "cacheScope": "private",
            "resultType": "complete",
            "ttlMs": 0,
            "_meta": {_META + "serverInfo": self._server},
        }
        return {"id": message["id"], "result": {**result, **always}}

    def _discovered(self) -> Message:
        return {
            "capabilities": _capabilities(changing=True),
            **_instructions(self._in_use),
            "supportedVersions": [STATELESS],
        }


def serve(version: str, start: Callable[[], None], in_use: Callable[[], bool]) -> None:
    """Serve the client on stdin and stdout until it ends.

    `start` begins what else this process does, beside the first answers where Interlock is `in_use`, else after them.
    """
    wire = _private_descriptors()
    lines, output = Lines(wire[0]), Output(wire[1])
    loading = _Loading(start)
    is_in_use = in_use()
    if is_in_use:
        loading.begin(library=True)
    if Front(lines, output, version, in_use=is_in_use).run(loading.begin):
        loading.finish()
        from mcp_server import app

        app.server(in_use=is_in_use).serve(lines, output)


class _Loading:
    """What is loaded beside the client's first questions, once."""

    def __init__(self, start: Callable[[], None]) -> None:
        self._start = start
        self._thread: Thread | None = None

    def begin(self, *, library: bool = False) -> None:
        """Begin now, if that was not done before."""
        if self._thread is not None:
            return
        from threading import Thread

        def load() -> None:
            self._start()
            if library:
                _load()

        self._thread = Thread(target=load, daemon=True, name="loading")
        self._thread.start()

    def finish(self) -> None:
        """See that all is loaded. Two threads that load the same modules may get half of one."""
        self.begin(library=True)
        if self._thread is not None:
            self._thread.join()
        _load()


def find_libraries() -> None:
    """See that installed libraries can be loaded: this process was started without its environment."""
    if sys.flags.no_site and "site" not in sys.modules:
        import site

        site.main()


def _load() -> None:
    """Load the library for MCP and all that serves a tool."""
    find_libraries()
    import mcp_server.app
    import mcp_server.tools.server  # noqa: F401  loading it is the point


def _private_descriptors() -> tuple[int, int]:
    """The wire on descriptors of its own: what a tool starts reads nothing from it, and prints elsewhere."""
    import fcntl

    wire = fcntl.fcntl(0, fcntl.F_DUPFD_CLOEXEC, 3), fcntl.fcntl(1, fcntl.F_DUPFD_CLOEXEC, 3)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return wire


def _read(line: str) -> Message | None:
    try:
        message = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(message, dict) or not set(message) <= {"jsonrpc", "id", "method", "params"}:
        return None
    usual = message.get("jsonrpc") == "2.0" and isinstance(message.get("method"), str)
    return message if usual and isinstance(message.get("id", 0), str | int) else None


def _is_stateless(params: Message) -> bool:
    meta = params.get("_meta")
    return (
        isinstance(meta, dict)
        and meta.get(_META + "protocolVersion") == STATELESS
        and _is_known(meta.get(_META + "clientInfo"), meta.get(_META + "clientCapabilities"))
    )


def _is_known(client: object, capabilities: object) -> bool:
    named = isinstance(client, dict) and isinstance(client.get("name"), str) and isinstance(client.get("version"), str)
    return named and isinstance(capabilities, dict)


def _capabilities(*, changing: bool) -> Message:
    return {
        "prompts": {"listChanged": changing},
        "resources": {"listChanged": changing, "subscribe": changing},
        "tools": {"listChanged": changing},
    }


def _instructions(in_use: bool) -> Message:
    return {"instructions": INSTRUCTIONS} if in_use else {}


def _listed(method: object) -> Message | None:
    if method == "tools/list":
        with open(TOOLS, encoding="utf-8") as file:
            listed: Message = json.load(file)
        return listed
    return {"prompts/list": {"prompts": []}, "resources/list": {"resources": []}}.get(str(method))


def _acknowledgement(message: Message, notifications: object) -> Message | None:
    usual = isinstance(notifications, dict) and all(
        name.endswith("ListChanged") and wanted is True for name, wanted in notifications.items()
    )
    meta = {_META + "subscriptionId": message["id"]}
    return {"method": _ACKNOWLEDGED, "params": {"_meta": meta, "notifications": notifications}} if usual else None


def _taken(known: list[object], value: object) -> bool:
    if value not in known:
        return False
    known.remove(value)
    return True
