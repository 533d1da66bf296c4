"""The session's server answers its hooks as their own processes do, and nobody else."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from mcp_server.core.leases.lock import Locked, lock_resource, unlock_resource
from tests.hooks.conftest import Work
from tests.hooks.resident.conftest import OPENING, Server, started_pythons, wait_until
from tests.hooks.runner import Hooks, Said

ASK: list[tuple[str, dict[str, Any]]] = [
    ("PreToolUse", {"tool_name": "Edit", "tool_input": {"file_path": "src/auth/x.py"}}),
    ("PreToolUse", {"tool_name": "Edit", "tool_input": {"file_path": "src/api/é\u0081.py"}}),
    ("PreToolUse", {"tool_name": "Write", "tool_input": {"file_path": "~/x.py", "content": "x" * 2_000_000}}),
    ("PreToolUse", {"tool_name": "Edit", "tool_input": {}}),
    ("PreToolUse", {"tool_name": "Bash", "tool_input": {"command": "echo x > src/auth/x.py"}}),
    ("PreToolUse", {"tool_name": "Bash", "tool_input": {"command": "ls $HOME > $WHERE"}}),
    ("PreToolUse", {"tool_name": "mcp__plugin_interlock_interlock__board", "tool_input": {}}),
    ("PostToolUse", {"tool_name": "Bash", "tool_input": {"command": "make"}, "tool_response": {"stdout": "x"}}),
    (
        "PostToolUseFailure",
        {"tool_name": "Bash", "tool_input": {"command": "mypy"}, "error": "Exit code 1\nsrc/x: error"},
    ),
    ("PostToolBatch", {"tool_calls": []}),
    ("UserPromptSubmit", {"prompt": "go on"}),
    ("SubagentStart", {"agent_id": "a0123456789abcdef", "agent_type": "worker"}),
    ("Stop", {"stop_hook_active": True}),
]


def answers(hooks: Hooks) -> list[Said]:
    return [hooks.send(name, tool_use_id=f"t{number}", **fields) for number, (name, fields) in enumerate(ASK)]


def test_the_answers_are_those_of_the_hooks_own_process(hooks: Hooks, work: Work) -> None:
    work.claim(work.agent("other", "billing"), "src/auth/**")
    work.claim(work.agent("s1"), "docs/**")
    hooks.environment["WHERE"] = "src/auth/listing"
    own = answers(hooks)
    started = Server(hooks)
    log = started_pythons(hooks)

    served = answers(hooks)

    assert served == own
    assert log.read_text() == ""
    assert started.end() == ""
    assert started.sockets() == []


def test_the_environment_and_the_directory_are_the_hooks(hooks: Hooks, work: Work, tmp_path: Path) -> None:
    """Not those that the server was started with."""
    work.claim(work.agent("other", "billing"), "src/auth/**")
    started = Server(hooks)
    log = started_pythons(hooks)
    hooks.environment |= {"HOME": str(hooks.repo / "src"), "TARGET": "auth/y.py"}
    hooks.repo = hooks.repo / "src"
    try:
        assert hooks.edit("~/auth/x.py").decision == "deny"
        assert hooks.before("echo x > $TARGET").decision == "deny"
        assert hooks.send("PreToolUse", tool_name="Edit", tool_input={"file_path": "auth/x"}, cwd="").decision == "deny"
    finally:
        started.end()
    assert log.read_text() == ""
    assert tmp_path.is_dir()


def test_a_hundred_and_twenty_hooks_at_once_are_all_decided_rightly(hooks: Hooks, work: Work) -> None:
    work.claim(work.agent("other", "billing"), "src/auth/**")
    paths = [f"src/{'auth' if number % 2 else 'api'}/x{number}.py" for number in range(120)]

    def decisions() -> list[str | None]:
        with ThreadPoolExecutor(120) as pool:
            return [said.decision for said in pool.map(hooks.edit, paths)]

    wanted = ["deny" if "auth" in path else None for path in paths]
    assert decisions() == wanted
    started = Server(hooks)
    try:
        assert decisions() == wanted
    finally:
        started.end()


def test_commands_that_are_read_at_once_are_not_mixed_up(hooks: Hooks, work: Work, server: Server) -> None:
    work.claim(work.agent("other", "billing"), "src/auth/**")
    work.claim(work.agent("s1"), "src/api/**")
    log = started_pythons(hooks)
    folders = ["auth" if number % 2 else "api" for number in range(60)]
    texts = [f"cd src && D={folder} && echo {number} > $D/{number}.py" for number, folder in enumerate(folders)]

    with ThreadPoolExecutor(60) as pool:
        said = list(pool.map(hooks.before, texts))

    assert [one.decision for one in said] == ["deny" if number % 2 else None for number in range(60)]
    assert all(f"src/auth/{number}.py" in said[number].reason for number in range(1, 60, 2))
    assert log.read_text() == ""
    assert server.sockets()


def test_a_call_that_waits_delays_no_hook(hooks: Hooks, work: Work, server: Server) -> None:
    work.claim(work.agent("other", "billing"), "src/auth/**")
    other = work.agent("other")
    assert isinstance(lock_resource(work.place, other, "the database"), Locked)
    log = started_pythons(hooks)

    server.send(9, "tools/call", name="lock_resource", arguments={"resource": "the database", "wait_seconds": 60})
    refusals = [hooks.edit("src/auth/x.py").decision for _ in range(5)]
    assert unlock_resource(work.place, other, "the database").released

    assert refusals == ["deny"] * 5
    assert log.read_text() == ""
    assert server.answer(9)["result"]["structuredContent"]["granted"] is True


def test_two_sessions_with_the_same_folders_have_a_server_each(hooks: Hooks, work: Work, server: Server) -> None:
    work.claim(work.agent("other", "billing"), "src/auth/**")
    with subprocess.Popen(["sleep", "600"]) as client:
        other = Server(hooks, client=client.pid)
        log = started_pythons(hooks)

        assert hooks.edit("src/auth/x.py").decision == "deny"
        assert log.read_text() == ""
        other.stop()
        assert hooks.edit("src/auth/x.py").decision == "deny"
        assert log.read_text() == ""
        server.end()
        assert hooks.edit("src/auth/x.py").decision == "deny"
        assert log.read_text() != ""
        other.end()
        client.kill()


def ask(path: Path, event: dict[str, Any], hooks: Hooks) -> bytes:
    """What the server says to a question that this very process asks."""
    environment = "\0".join(f"{name}={value}" for name, value in hooks.environment.items()).encode()
    parts = [b"pre_tool_use", b"word", environment, str(hooks.repo).encode(), json.dumps(event).encode()]
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(str(path))
        connection.sendall(b"interlock 1 " + b" ".join(b"%d" % len(part) for part in parts) + b"\n" + b"".join(parts))
        said = b""
        while chunk := connection.recv(1 << 16):
            said += chunk
        return said


ASKING = """
import ctypes, json, os, sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from tests.hooks.resident.test_answers import ask
from tests.hooks.runner import Hooks
if sys.argv[5] == "confined":
    ctypes.CDLL(None).prctl(38, 1, 0, 0, 0)
if sys.argv[5] == "another" and os.fork():
    os.wait()
    os._exit(0)
if sys.argv[5] == "another":
    os.setsid()
    if os.fork():
        os._exit(0)
    while os.getppid() != 1:
        pass
hooks = Hooks(Path(sys.argv[3]), Path(sys.argv[4]))
event = {"session_id": "s1", "cwd": sys.argv[3], "hook_event_name": "PreToolUse", "tool_use_id": "t"}
try:
    said = ask(Path(sys.argv[2]), {**event, "tool_name": "Edit", "tool_input": {"file_path": "src/auth/x.py"}}, hooks)
except OSError:
    said = b""
os.write(1, said)
"""


@pytest.mark.parametrize(("who", "is_answered"), [("hook", True), ("confined", False), ("another", False)])
def test_only_what_the_client_started_and_nothing_confined_is_answered(
    hooks: Hooks, work: Work, server: Server, who: str, *, is_answered: bool
) -> None:
    work.claim(work.agent("other", "billing"), "src/auth/**")
    root = Path(__file__).parents[3]
    command = [sys.executable, "-c", ASKING, *map(str, (root, server.socket, hooks.repo, server.data)), who]

    said = subprocess.run(command, capture_output=True, check=True, cwd=root).stdout

    assert (b"held by billing" in said) is is_answered
    assert said.startswith(b"answer word ") is is_answered


HANGING = """
import contextlib, socket, sys
ones = [socket.socket(socket.AF_UNIX) for _ in range(20)]
for one in ones:
    one.connect(sys.argv[1])
    with contextlib.suppress(BrokenPipeError):
        one.send(bytes.fromhex(sys.argv[2]))
print("sent", flush=True)
sys.stdin.read()
"""


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"interlock 1",
        b"GET / HTTP/1.1\r\n\r\n",
        b"interlock 1 1 1 1 1 99999999999\n",
        b"interlock 1 12 1 0 0 9\npre_tool_useW",
        b"interlock 2 1 1 1 1 1\nabcde",
        b"x" * 5_000,
    ],
)
def test_a_question_that_is_none_or_never_ends_disturbs_no_other(
    hooks: Hooks, work: Work, server: Server, sent: bytes
) -> None:
    work.claim(work.agent("other", "billing"), "src/auth/**")
    log = started_pythons(hooks)
    command = [sys.executable, "-c", HANGING, str(server.socket), sent.hex()]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"sent\n"

        assert hooks.edit("src/auth/x.py").decision == "deny"
    assert log.read_text() == ""


def test_a_new_server_of_the_same_client_takes_over(hooks: Hooks, work: Work, server: Server) -> None:
    """As after `/mcp` reconnect: the old one ends after the new one has begun."""
    work.claim(work.agent("other", "billing"), "src/auth/**")
    before = server.socket.stat().st_ino
    second = Server(hooks)
    wait_until(lambda: second.socket.stat().st_ino != before)
    server.end()
    log = started_pythons(hooks)

    assert hooks.edit("src/auth/x.py").decision == "deny"
    assert log.read_text() == ""
    second.end()
    assert hooks.edit("src/auth/x.py").decision == "deny"
    assert log.read_text() != ""


def test_sockets_of_clients_that_are_gone_are_removed(hooks: Hooks) -> None:
    folder = Path(hooks.environment["CLAUDE_PLUGIN_DATA"]) / "sockets"
    folder.mkdir(mode=0o700)
    dead = folder / "4194305-0.1.0"
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(dead))

    for pid in ("4194305", str(os.getpid())):
        (folder.parent / f"elsewhere.{pid}").touch()

    started = Server(hooks)
    started.end()

    assert list(folder.iterdir()) == []
    assert [path.name for path in folder.parent.glob("elsewhere.*")] == [f"elsewhere.{os.getpid()}"]


def test_a_folder_with_a_long_name_has_its_socket_too(hooks: Hooks, work: Work, tmp_path: Path) -> None:
    work.claim(work.agent("other", "billing"), "src/auth/**")
    data = tmp_path / ("long" * 30)
    (tmp_path / "data").rename(data)
    hooks.environment["CLAUDE_PLUGIN_DATA"] = str(data)
    started = Server(hooks)
    log = started_pythons(hooks)

    assert hooks.edit("src/auth/x.py").decision == "deny"
    assert log.read_text() == ""
    started.end()


def test_without_a_client_or_a_private_folder_it_serves_its_tools_alone(hooks: Hooks) -> None:
    folder = Path(hooks.environment["CLAUDE_PLUGIN_DATA"]) / "sockets"
    folder.mkdir(mode=0o755)
    folder.chmod(0o755)
    process = subprocess.Popen(
        [sys.executable, "-I", "-S", str(hooks.root / "bin" / "serve.py")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=hooks.repo,
        env={**hooks.environment, "INTERLOCK_CLIENT_PID": str(os.getpid())},
    )
    assert process.stdin is not None
    assert process.stderr is not None
    process.stdin.write(OPENING)
    process.stdin.flush()
    complaint = process.stderr.readline()
    said, _ = process.communicate(timeout=60)

    assert json.loads(said.splitlines()[0])["result"]["serverInfo"]["name"] == "interlock"
    assert b"is not private" in complaint
    assert list(folder.iterdir()) == []
