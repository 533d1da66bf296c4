"""On the real client a session's hooks are answered by its server, and by themselves when it is not there."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
from contextlib import closing, suppress
from functools import partial
from pathlib import Path

import pytest

from tests.e2e.harness.client import ClaudeClient
from tests.e2e.harness.model import ScriptedModel
from tests.e2e.harness.plugin import ROOT, TOOL, settle
from tests.e2e.harness.processes import eventually
from tests.e2e.harness.steps import write
from tests.e2e.harness.turns import Request, Turn, call, once_offered, say, together


@pytest.fixture(autouse=True)
def settled(client: ClaudeClient) -> None:
    settle(client.home)


@pytest.fixture
def data(client: ClaudeClient) -> Path:
    return client.home / ".claude" / "plugins" / "data" / "interlock-inline"


def put_into_use(repo: Path) -> None:
    """Somebody else holds the folder src/auth."""
    environment = {**os.environ, "CLAUDE_PROJECT_DIR": str(repo)}
    plan = '{"tasks": [{"title": "Log in", "scope": ["src/auth/**"], "id": "A"}]}'
    for arguments, given in ((["init"], ""), (["plan", "-"], plan), (["claim", "A", "--as", "billing"], "")):
        subprocess.run(
            [ROOT / "bin" / "interlock", *arguments],
            cwd=repo,
            env=environment,
            input=given,
            text=True,
            check=True,
            capture_output=True,
        )


def watch_python(data: Path) -> Path:
    """Every Python that a hook starts from now on leaves its arguments in this file."""
    python, asked = (data / "python").read_text().splitlines()
    log, wrapper = data / "started", data / "watched-python"
    wrapper.write_text(f'#!/bin/sh\necho "$6" >>"{log}"\nexec "{python}" "$@"\n')
    wrapper.chmod(0o755)
    (data / "python").write_text(f"{wrapper}\n{asked}\n")
    log.write_text("")
    return log


def watched(data: Path, _: Request) -> Turn:
    """The server is connected by now: from here on it answers."""
    watch_python(data)
    return call("Bash", command="ls")


def server_of(data: Path) -> int:
    """The process that listens in the session's name."""
    [socket] = (data / "sockets").glob("[0-9]*")
    client = socket.name.partition("-")[0]
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if b"serve.py" in (folder / "cmdline").read_bytes() and (
                (folder / "stat").read_text().rpartition(")")[2].split()[1] == client
            ):
                return int(folder.name)
        except OSError:
            continue
    raise AssertionError("no server")


def test_the_server_answers_and_no_python_is_started(
    client: ClaudeClient, model: ScriptedModel, repo: Path, data: Path
) -> None:
    put_into_use(repo)

    alpha = model.script(
        "ALPHA",
        call(f"{TOOL}board"),
        partial(watched, data),
        write(repo / "src/auth/new.py"),
        write(repo / "src/api/new.py"),
        say("Done."),
    )

    client.run("ALPHA begins", cwd=repo, plugin_dir=ROOT)

    refused, allowed = alpha.results("Write")
    assert "held by billing" in refused.text
    assert not allowed.is_error
    # The session's end is the only one that may come when the server has gone.
    assert set((data / "started").read_text().split()) <= {"lifecycle"}
    assert list((data / "sockets").iterdir()) == []


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP])
def test_without_its_server_the_guard_decides_all_the_same(
    client: ClaudeClient, model: ScriptedModel, repo: Path, data: Path, how: signal.Signals
) -> None:
    put_into_use(repo)
    stopped: list[int] = []

    def lost(_: Request) -> Turn:
        stopped.append(server_of(data))
        os.kill(stopped[0], how)
        return call("Write", file_path=str(repo / "src/auth/new.py"), content="x")

    alpha = model.script("ALPHA", call(f"{TOOL}board"), lost, write(repo / "src/api/new.py"), say("Done."))

    client.run("ALPHA begins", cwd=repo, plugin_dir=ROOT)

    with suppress(ProcessLookupError):
        os.kill(stopped[0], signal.SIGKILL)
    refused, allowed = alpha.results("Write")
    assert "held by billing" in refused.text
    assert not allowed.is_error
    assert not (repo / "src/auth/new.py").exists()


def test_after_a_reconnect_the_new_server_answers(
    client: ClaudeClient, model: ScriptedModel, repo: Path, data: Path
) -> None:
    put_into_use(repo)
    refused = write(repo / "src/auth/new.py")
    board = once_offered(f"{TOOL}board", call(f"{TOOL}board"))
    alpha = model.script("ALPHA", board, partial(watched, data), say("Done."), refused, board, say("Done."))
    session = client.start(cwd=repo, plugin_dir=ROOT)
    session.ask("ALPHA begins")
    first = server_of(data)

    session.control("mcp_reconnect", serverName="plugin:interlock:interlock")
    eventually(lambda: not Path(f"/proc/{first}").exists(), "the end of the first server")
    eventually(lambda: list((data / "sockets").glob("[0-9]*")), "the next one")
    session.ask("Go on.")

    assert server_of(data) != first
    assert "held by billing" in alpha.result("Write").text
    assert "billing" in alpha.result("board").text
    session.finish()
    assert set((data / "started").read_text().split()) <= {"lifecycle"}


def test_a_background_session_is_answered_by_its_server(
    client: ClaudeClient, model: ScriptedModel, repo: Path, data: Path
) -> None:
    put_into_use(repo)
    alpha = model.script(
        "ALPHA",
        once_offered(f"{TOOL}board", call(f"{TOOL}board")),
        partial(watched, data),
        call("Bash", command="echo x > src/auth/new.py", description="Write"),
        call("Bash", command="echo x > src/api/new.py", description="Write"),
        say("Done."),
    )

    client.in_background("ALPHA begins", cwd=repo, plugin_dir=ROOT)

    eventually(lambda: alpha.finished, "the end of its turn")
    assert "held by billing" in next(one for one in alpha.results("Bash") if one.is_error).text
    assert (repo / "src/api/new.py").exists()
    assert not (repo / "src/auth/new.py").exists()
    assert set((data / "started").read_text().split()) <= {"lifecycle"}


def test_an_edit_of_a_step_that_is_interrupted_is_in_the_journal(
    client: ClaudeClient, model: ScriptedModel, repo: Path
) -> None:
    """The client ends such a step without a hook."""
    put_into_use(repo)
    edit = call("Write", file_path=str(repo / "src/api/new.py"), content="x = 1\n")
    alpha = model.script(
        "ALPHA",
        once_offered(f"{TOOL}board", call(f"{TOOL}board")),
        together(edit, call("Bash", command="touch began; sleep 60", description="Wait")),
        say("I go on."),
    )
    terminal = client.interactive(cwd=repo, plugin_dir=ROOT)
    terminal.submit("ALPHA begins")
    eventually((repo / "began").exists, "the command")
    terminal.escape()
    terminal.wait_for("Interrupted")
    terminal.submit("Go on.")
    terminal.wait_for("I go on.")

    assert (repo / "src/api/new.py").exists()
    assert alpha.finished
    with closing(sqlite3.connect(repo / ".git/interlock/state.db")) as state:
        assert state.execute("SELECT path, times FROM edit").fetchall() == [("src/api/new.py", 1)]
        assert state.execute("SELECT path FROM begun_edit").fetchall() == []
    assert terminal.leave() == 0


def test_after_clear_and_after_a_resume_the_server_answers(
    client: ClaudeClient, model: ScriptedModel, repo: Path, data: Path
) -> None:
    put_into_use(repo)

    refused = (call(f"{TOOL}board"), partial(watched, data), write(repo / "src/auth/new.py"), say("Done."))
    model.script("ALPHA", call(f"{TOOL}board"), say("Done."))
    bravo = model.script("BRAVO", *refused, *refused)
    session = client.start(cwd=repo, plugin_dir=ROOT)
    for text in ("ALPHA begins", "/clear", "BRAVO begins"):
        session.ask(text)
    ended = session.finish()

    assert set((data / "started").read_text().split()) <= {"session_start", "lifecycle"}

    client.run("Go on.", cwd=repo, plugin_dir=ROOT, resume=ended.session_id)

    assert [("held by billing" in result.text) for result in bravo.results("Write")] == [True, True]
    assert set((data / "started").read_text().split()) <= {"lifecycle"}
