"""Each way to notify a person: what it sends, and what it says when it can't."""

from __future__ import annotations

import json
import os
import pty
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from mcp_server.adapters.notify.programs import Apprise, Command, Desktop
from mcp_server.adapters.notify.terminal import Terminal, environment_of, sequence, to_terminal_of
from mcp_server.adapters.notify.ways import ways_of
from mcp_server.adapters.notify.webhook import Webhook
from mcp_server.domain.oversight.need import Need
from mcp_server.domain.settings import NotifySettings

NEED = Need("blocked", "T1", "T1 is blocked: a key; `rm -rf`\x1b]0;x\x07 $(id)", "interlock release T1", 0.0, "cause")
REPOSITORY = "/home/ada/shop"


def program(folder: Path, name: str, *, code: int = 0) -> tuple[dict[str, str], Path]:
    """A program that writes its arguments down, one a line, and the environment that finds it."""
    said = folder / "said"
    (folder / name).write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" >"{said}"\necho "bad day" >&2\nexit {code}\n')
    (folder / name).chmod(0o755)
    return {"PATH": f"{folder}:/usr/bin:/bin"}, said


def test_the_desktop_is_notified_by_its_own_program(tmp_path: Path) -> None:
    environment, said = program(tmp_path, "notify-send")
    Desktop(REPOSITORY, environment, "linux").notify(NEED)
    assert said.read_text().splitlines()[-3:-1] == ["--", "Interlock: shop"]
    assert said.read_text().splitlines()[-1].startswith("T1 is blocked: a key; `rm -rf`")
    assert "\x1b" not in said.read_text()
    environment, said = program(tmp_path, "osascript")
    Desktop(REPOSITORY, environment, "darwin").notify(NEED)
    assert said.read_text().splitlines()[-2] == "Interlock: shop"


def test_a_program_that_is_missing_or_fails_is_named(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="notify-send is not installed"):
        Desktop(REPOSITORY, {"PATH": str(tmp_path)}, "linux").notify(NEED)
    environment, _ = program(tmp_path, "notify-send", code=3)
    with pytest.raises(OSError, match="notify-send ended with exit code 3: bad day"):
        Desktop(REPOSITORY, environment, "linux").notify(NEED)


def test_a_command_gets_the_words_as_arguments_and_the_parts_by_name(tmp_path: Path) -> None:
    environment, said = program(tmp_path, "beep")
    Command("beep --loud", REPOSITORY, environment).notify(NEED)
    loud, title, words = said.read_text().splitlines()
    assert (loud, title) == ("--loud", "Interlock: shop")
    assert "$(id)" in words
    out = tmp_path / "parts"
    Command(f'echo "$INTERLOCK_KIND $INTERLOCK_SUBJECT $INTERLOCK_COMMAND" >{out} #', REPOSITORY, environment).notify(
        NEED
    )
    assert out.read_text() == "blocked T1 interlock release T1\n"


def test_apprise_gets_addresses_with_the_environments_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEAM_TOKEN", "s3cret")
    environment, said = program(tmp_path, "apprise")
    Apprise(["slack://$TEAM_TOKEN"], REPOSITORY, environment).notify(NEED)
    assert said.read_text().splitlines()[-1] == "slack://s3cret"
    with pytest.raises(OSError, match="apprise is not installed"):
        Apprise(["slack://x"], REPOSITORY, {"PATH": str(tmp_path / "empty")}).notify(NEED)


class _Hook(BaseHTTPRequestHandler):
    def do_POST(self) -> None:  # noqa: N802  as http.server has it
        server: _Server = self.server  # type: ignore[assignment]  # made below
        server.got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(server.code)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing."""


class _Server(HTTPServer):
    def __init__(self, code: int) -> None:
        super().__init__(("127.0.0.1", 0), _Hook)
        self.code = code
        self.got: list[dict[str, str]] = []


@contextmanager
def answering(code: int) -> Iterator[_Server]:
    server = _Server(code)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_webhook_gets_json_with_a_text_and_all_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    with answering(204) as server:
        monkeypatch.setenv("TEAM_HOOK", f"http://127.0.0.1:{server.server_port}/x")
        Webhook("$TEAM_HOOK", REPOSITORY).notify(NEED)
        [got] = server.got
    assert got["text"].startswith("Interlock: shop\nT1 is blocked")
    assert (got["kind"], got["command"], got["since"]) == ("blocked", "interlock release T1", "1970-01-01T00:00:00Z")


def test_a_webhook_that_refuses_or_is_not_there_is_an_error_without_its_address() -> None:
    with answering(500) as server:
        address = f"http://127.0.0.1:{server.server_port}/secret"
        with pytest.raises(OSError, match="the webhook answered 500") as refused:
            Webhook(address, REPOSITORY).notify(NEED)
    assert "secret" not in str(refused.value)
    with pytest.raises(OSError, match=r"refused"):
        Webhook(address, REPOSITORY).notify(NEED)
    with pytest.raises(ValueError, match="does not begin with http"):
        Webhook("$NO_SUCH_VARIABLE", REPOSITORY).notify(NEED)


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"TERM_PROGRAM": "iTerm.app"}, "\x1b]9;a;b: c\x07"),
        ({"TERM": "xterm-ghostty"}, "\x1b]9;a;b: c\x07"),
        ({"TERM": "foot"}, "\x1b]777;notify;a,b;c\x07"),
        ({"VTE_VERSION": "7200", "TERM": "xterm-256color"}, "\x1b]777;notify;a,b;c\x07"),
        ({"TERM": "tmux-256color", "TMUX": "/run/tmux,1,0"}, "\x1bPtmux;\x1b\x1b]9;a;b: c\x07\x1b\\"),
    ],
)
def test_each_terminal_gets_the_sequence_that_it_understands(environment: dict[str, str], expected: str) -> None:
    assert sequence("a;b", "c", environment) == expected


def test_a_sessions_terminal_is_written_to_and_a_process_without_one_refused() -> None:
    leader, follower = pty.openpty()
    child = os.fork()
    if child == 0:  # pragma: no cover  it only waits, with the terminal as its output
        os.dup2(follower, 1)
        os.close(leader)
        os.write(1, b"!")
        os.read(follower, 1)
        os._exit(0)
    try:
        assert os.read(leader, 1) == b"!"  # from here on its output is the terminal
        Terminal(REPOSITORY, {}, to_terminal_of(child)).notify(NEED)
        assert b"\x1b]9;Interlock: shop: T1 is blocked" in os.read(leader, 1_000)
        assert environment_of(child).get("PATH") == os.environ.get("PATH")
    finally:
        os.kill(child, 9)
        os.waitpid(child, 0)
        os.close(leader)
        os.close(follower)
    with pytest.raises(OSError):
        to_terminal_of(child)("x")


def test_the_settings_name_the_ways() -> None:
    terminal = Terminal(REPOSITORY, {}, lambda _text: None)
    assert ways_of(NotifySettings(), REPOSITORY, {}, [terminal]) == []
    wanted = NotifySettings("beep", desktop=True, terminal=True, webhook="http://x", apprise=("a://b",))
    kinds = [type(way).__name__ for way in ways_of(wanted, REPOSITORY, {}, [terminal])]
    assert kinds == ["Terminal", "Desktop", "Command", "Apprise", "Webhook"]
    assert wanted.is_wanted
    assert not NotifySettings().is_wanted
