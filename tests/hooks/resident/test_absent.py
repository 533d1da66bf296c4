"""In how many ways the server can be absent, wrong or slow: the hook decides all the same, by the same words.

Where Interlock is not in use nothing is said, whatever the server does.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.hooks.conftest import Work, set_up
from tests.hooks.resident.conftest import Server, started_pythons, wait_until
from tests.hooks.runner import ROOT, Hooks, Said

Break = Callable[[Hooks], object]


def sockets(hooks: Hooks) -> Path:
    folder = Path(hooks.environment["CLAUDE_PLUGIN_DATA"]) / "sockets"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def fake(answer: Callable[[socket.socket, bytes], object]) -> Break:
    """A server in the place of the real one, which answers every question like this."""

    def start(hooks: Hooks) -> socket.socket:
        listening = socket.socket(socket.AF_UNIX)
        path = sockets(hooks) / f"{os.getpid()}-0.0.0"
        listening.bind(str(path))
        path.chmod(0o600)
        listening.listen()

        def serve() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                with connection:
                    try:
                        answer(connection, connection.recv(1 << 20))
                    except OSError:
                        continue

        threading.Thread(target=serve, daemon=True).start()
        return listening

    return start


def nonce(question: bytes) -> bytes:
    head, _, rest = question.partition(b"\n")
    hook, word = (int(size) for size in head.split()[2:4])
    return rest[hook : hook + word]


def drip(connection: socket.socket, _: bytes) -> None:
    """Show signs of life for ever."""
    while True:
        connection.send(b".")
        threading.Event().wait(0.2)


def never_started(_: Hooks) -> None:
    """Nothing has ever listened."""


def folder_is_a_file(hooks: Hooks) -> None:
    (Path(hooks.environment["CLAUDE_PLUGIN_DATA"]) / "sockets").write_text("")


def starting(hooks: Hooks) -> socket.socket:
    bound = socket.socket(socket.AF_UNIX)
    path = sockets(hooks) / f"{os.getpid()}-0.1.0"
    bound.bind(str(path))
    path.chmod(0o600)
    return bound


def killed(hooks: Hooks) -> None:
    Server(hooks).kill()


def hung(hooks: Hooks) -> Server:
    started = Server(hooks)
    started.stop()
    return started


def removed(hooks: Hooks) -> Server:
    started = Server(hooks)
    started.socket.unlink()
    return started


def not_private(hooks: Hooks) -> Server:
    started = Server(hooks)
    sockets(hooks).chmod(0o755)
    return started


def open_to_others(hooks: Hooks) -> Server:
    started = Server(hooks)
    started.socket.chmod(0o666)
    return started


def of_another_user(hooks: Hooks) -> Server:
    if os.geteuid():
        pytest.skip("only root can give a socket away")
    started = Server(hooks)
    os.chown(started.socket, 65534, 65534)
    return started


def of_another_copy(hooks: Hooks) -> Server:
    """A server that was started before an update put the plugin elsewhere."""
    root = Path(hooks.environment["CLAUDE_PLUGIN_DATA"]) / "old"
    for part in ("bin", "hooks", "mcp_server", ".claude-plugin"):
        shutil.copytree(ROOT / part, root / part, ignore=shutil.ignore_patterns("__pycache__"))
    return Server(hooks, root)


ABSENT: dict[str, Break] = {
    "never started": never_started,
    "no room for its folder": folder_is_a_file,
    "starting": starting,
    "killed": killed,
    "hung": hung,
    "its socket removed": removed,
    "its folder open to others": not_private,
    "its socket open to others": open_to_others,
    "of another user": of_another_user,
    "of another version": of_another_copy,
    "closes without a word": fake(lambda connection, _: connection.close()),
    "hears nothing": fake(lambda _, __: threading.Event().wait(30)),
    "never ends": fake(drip),
    "answers in half": fake(lambda one, asked: one.send(b"answer " + nonce(asked) + b' 400\n{"hookSpecific')),
    "answers too much": fake(lambda one, asked: one.send(b"answer " + nonce(asked) + b" 0\n{}")),
    "answers another event": fake(lambda one, _: one.send(b"answer 17.4 0\n")),
    "answers nonsense": fake(lambda one, _: one.send(b"HTTP/1.1 200 OK\r\n\r\n")),
    "cut off before its answer": fake(lambda one, asked: one.send(b"..answer " + nonce(asked))),
}


@pytest.fixture
def broken(request: pytest.FixtureRequest, hooks: Hooks) -> Iterator[Hooks]:
    made = ABSENT[request.param](hooks)
    yield hooks
    if isinstance(made, Server):
        made.end()
    elif isinstance(made, socket.socket):
        made.close()


@pytest.mark.parametrize("broken", list(ABSENT), indirect=True)
def test_the_hook_decides_by_itself(broken: Hooks, work: Work) -> None:
    work.claim(work.agent("other", "billing"), "src/auth/**")

    said = broken.edit("src/auth/x.py", old_string="x" * 200_000)

    assert said.decision == "deny"
    assert "src/auth/x.py is held by billing" in said.reason
    assert broken.edit("src/api/x.py") == Said("", "", 0)


@pytest.mark.parametrize("broken", list(ABSENT), indirect=True)
def test_where_interlock_is_not_in_use_nothing_is_said(broken: Hooks) -> None:
    assert broken.edit("src/auth/x.py") == Said("", "", 0)
    assert broken.before("make > out") == Said("", "", 0)


@pytest.fixture
def copy(hooks: Hooks, tmp_path: Path) -> Iterator[Hooks]:
    """The hooks of a copy of the plugin, whose server runs."""
    root = tmp_path / "plugin"
    for part in ("bin", "hooks", "mcp_server", ".claude-plugin"):
        shutil.copytree(ROOT / part, root / part, ignore=shutil.ignore_patterns("__pycache__"))
    data = Path(hooks.environment["CLAUDE_PLUGIN_DATA"])
    set_up(data)
    made = Hooks(hooks.repo, data, root=root)
    server = Server(made, root)
    yield made
    server.end()


@pytest.mark.parametrize("program", [None, "this is no Perl (", "exit 3;", "kill 9, $$;"])
def test_without_the_program_that_asks_python_decides(copy: Hooks, work: Work, program: str | None) -> None:
    work.claim(work.agent("other", "billing"), "src/auth/**")
    ask = copy.root / "hooks" / "ask.pl"
    ask.write_text(program) if program is not None else ask.unlink()

    said = copy.edit("src/auth/x.py")

    assert "held by billing" in said.reason
    assert copy.edit("src/api/x.py").output == ""


def test_an_event_that_is_lost_on_the_way_is_a_refusal(copy: Hooks, work: Work) -> None:
    assert work.file.exists()
    (copy.root / "hooks" / "ask.pl").write_text("1 while sysread STDIN, $_, 4096; kill 9, $$;")

    said = copy.edit("src/auth/x.py")

    assert said.decision == "deny"
    assert "could not decide" in said.reason
    assert "interlock doctor" in said.reason


def test_without_a_server_and_without_python_the_gate_refuses(copy: Hooks, work: Work) -> None:
    assert work.file.exists()
    for file in (copy.root / "bin").iterdir():
        if file.name == "find-python":
            file.write_text(file.read_text().replace("_il_probe() {", "_il_probe() {\n    return 1"))
    (Path(copy.environment["CLAUDE_PLUGIN_DATA"]) / "python").unlink(missing_ok=True)
    shutil.rmtree(Path(copy.environment["CLAUDE_PLUGIN_DATA"]) / "sockets")

    said = copy.edit("src/auth/x.py")

    assert said.decision == "deny"
    assert "no Python 3.11 or newer was found" in said.reason
    assert copy.send("Stop").json["systemMessage"]


def test_a_server_whose_files_have_changed_answers_no_more(copy: Hooks, work: Work) -> None:
    work.claim(work.agent("other", "billing"), "src/auth/**")
    assert copy.edit("src/auth/x.py").decision == "deny"
    log = started_pythons(copy)
    words = copy.root / "mcp_server" / "domain" / "decision.py"
    words.write_text(words.read_text().replace("is held by", "is now held by"))

    wait_until(lambda: "is now held by billing" in copy.edit("src/auth/x.py").reason)

    assert log.read_text() != ""


def test_a_broken_state_is_refused_in_the_same_words(hooks: Hooks, work: Work, server: Server) -> None:
    work.store.close()
    for file in work.file.parent.glob("state.db*"):
        file.unlink()
    work.file.write_text("this is no database " * 500)
    with_server = hooks.edit("src/x.py")
    server.end()

    assert with_server.decision == "deny"
    assert with_server == hooks.edit("src/x.py")


def test_the_program_that_asks_compiles_without_a_warning() -> None:
    done = subprocess.run(["perl", "-wc", str(ROOT / "hooks" / "ask.pl")], capture_output=True, text=True, check=False)

    assert done.stderr.endswith("syntax OK\n"), sys.platform
    assert done.stderr.count("\n") == 1


def test_a_command_of_a_skill_is_refused_under_its_own_name_too(copy: Hooks, work: Work) -> None:
    """Also when the server hangs and no Python is found: an answer to another event would count for nothing."""
    assert work.file.exists()
    os.kill(int(server_pid(copy)), signal.SIGSTOP)
    (copy.root / "bin" / "find-python").write_text("interlock_find_python() { return 1; }\n")
    command = f'hook=pre_tool_use gate=PreSkillShellCommand . "{copy.root}/hooks/run"'
    event = b'{"hook_event_name":"PreSkillShellCommand","tool_name":"Bash","tool_input":{"command":"ls"}}'

    done = subprocess.run(
        ["sh", "-c", command], input=event, capture_output=True, check=False, cwd=copy.repo, env=copy.environment
    )

    assert json.loads(done.stdout)["hookSpecificOutput"]["hookEventName"] == "PreSkillShellCommand"
    assert b"could not decide" in done.stdout


def server_pid(hooks: Hooks) -> str:
    """The process of the server that was started from this copy."""
    root = str(hooks.root / "bin" / "serve.py").encode()
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # others end meanwhile
            if root in (folder / "cmdline").read_bytes().split(b"\0"):
                found.append(folder.name)
    [pid] = found
    return pid
