"""What waits beside an idle session: it wakes it for a message, once, and never outstays its session."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mcp_server.core.shared_state.write import send_message
from tests.e2e.harness.processes import eventually
from tests.hooks.conftest import Work
from tests.hooks.runner import EVENTS, Hooks

SECONDS = 60
[COMMAND] = {
    hook["command"]
    for name in ("Stop", "SessionStart")
    for group in EVENTS[name]
    for hook in group["hooks"]
    if hook.get("asyncRewake")
}
CLIENT = "import subprocess, sys; sys.exit(subprocess.run(['sh', '-c', sys.argv[1]]).returncode)"
"""A process that starts hooks as the client does: they are its children."""


class Waiter:
    """The hook of one session, started as a client starts it and not waited for."""

    def __init__(self, hooks: Hooks, entrypoint: str = "cli", name: str = "Stop") -> None:
        environment = {**hooks.environment, "CLAUDE_CODE_ENTRYPOINT": entrypoint}
        event = {"session_id": hooks.session, "cwd": str(hooks.repo), "hook_event_name": name}
        self.client = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", CLIENT, COMMAND],
            cwd=hooks.repo,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert self.client.stdin is not None
        self.client.stdin.write(json.dumps(event).encode())
        self.client.stdin.close()
        self.client.stdin = None
        self._notes = Path(hooks.environment["CLAUDE_PLUGIN_DATA"])

    def ends(self) -> tuple[int, str]:
        """Its exit code, and what it says to the session."""
        _, said = self.client.communicate(timeout=SECONDS)
        return self.client.returncode, said.decode()

    def has_looked(self) -> bool:
        """Whether it has the state open."""
        pid = (self._notes / f"waiting.{self.client.pid}").read_text()
        return any("state.db" in str(link.readlink()) for link in Path(f"/proc/{pid}/fd").iterdir())

    def has_begun(self) -> None:
        """Return when it waits."""
        eventually((self._notes / f"waiting.{self.client.pid}").exists, "a note of who waits", SECONDS)


class Session:
    """An agent whose turn has ended, and somebody who writes to it."""

    def __init__(self, hooks: Hooks, work: Work) -> None:
        self.hooks, self.work = hooks, work
        self.id = work.agent("s1", "ada")
        self._other = work.agent("s2", "bob")
        hooks.send("Stop")
        assert work.is_idle("ada")

    def gets(self, subject: str) -> None:
        send_message(self.work.place, self._other, "ada", subject, None)

    def unseen(self) -> list[str]:
        with self.work.store.reading() as books:
            return [each.subject for each in books.inbox.unseen(self.id, 100)]


@pytest.fixture
def session(hooks: Hooks, work: Work) -> Session:
    return Session(hooks, work)


@pytest.fixture
def waiters() -> Iterator[list[Waiter]]:
    made: list[Waiter] = []
    yield made
    for each in made:
        each.client.kill()
        each.client.communicate()


def test_a_message_wakes_it_once_and_its_turn_has_begun(session: Session, hooks: Hooks, waiters: list[Waiter]) -> None:
    waiter = Waiter(hooks)
    waiters.append(waiter)
    waiter.has_begun()
    session.gets("the port is free")

    code, said = waiter.ends()

    assert (code, "Message from bob: the port is free" in said) == (2, True)
    assert session.unseen() == []
    assert not session.work.is_idle("ada")
    assert "the port" not in hooks.send("UserPromptSubmit", prompt="x").told


def test_what_came_before_it_waits_wakes_it_too_and_much_comes_at_once(
    session: Session, hooks: Hooks, waiters: list[Waiter]
) -> None:
    for number in range(60):
        session.gets(f"news {number:02}")
    waiters.append(Waiter(hooks))

    code, said = waiters[0].ends()

    assert (code, [f"news {number:02}" in said for number in range(60)]) == (2, [True] * 60)


def test_nothing_waits_beside_a_headless_session(session: Session, hooks: Hooks, waiters: list[Waiter]) -> None:
    session.gets("too late")
    waiters.append(Waiter(hooks, entrypoint="sdk-cli"))

    assert waiters[0].ends() == (0, "")
    assert session.unseen() == ["too late"]


def test_one_in_the_middle_of_a_turn_is_not_disturbed_until_that_ends(
    session: Session, hooks: Hooks, waiters: list[Waiter]
) -> None:
    hooks.send("UserPromptSubmit", prompt="Go on.")
    session.gets("for later")
    waiter = Waiter(hooks)
    waiters.append(waiter)
    waiter.has_begun()
    assert session.unseen() == ["for later"]

    with session.work.store.writing() as books:
        books.guard.stops((session.id,))

    assert waiter.ends()[0] == 2


def test_a_session_that_starts_is_woken_by_what_comes_then_and_not_by_older_messages(
    session: Session, hooks: Hooks, waiters: list[Waiter]
) -> None:
    session.gets("of yesterday")
    waiter = Waiter(hooks, name="SessionStart")
    waiters.append(waiter)
    waiter.has_begun()
    eventually(waiter.has_looked, "its first look", SECONDS)
    assert session.unseen() == ["of yesterday"]

    session.gets("of today")

    code, said = waiter.ends()
    assert (code, "of yesterday" in said, "of today" in said) == (2, True, True)


def test_whoever_waits_ends_with_its_session(session: Session, hooks: Hooks, waiters: list[Waiter]) -> None:
    waiter = Waiter(hooks)
    waiters.append(waiter)
    waiter.has_begun()
    note = Path(hooks.environment["CLAUDE_PLUGIN_DATA"]) / f"waiting.{waiter.client.pid}"
    pid = int(note.read_text())

    waiter.client.kill()

    eventually(lambda: not _lives(pid), "the end of what waits", SECONDS)
    assert session.unseen() == []


def test_a_later_stop_of_the_session_ends_the_earlier_wait(
    session: Session, hooks: Hooks, waiters: list[Waiter]
) -> None:
    waiter = Waiter(hooks)
    waiters.append(waiter)
    waiter.has_begun()
    note = Path(hooks.environment["CLAUDE_PLUGIN_DATA"]) / f"waiting.{waiter.client.pid}"

    note.unlink()
    note.write_text("a later one")

    assert waiter.ends() == (0, "")
    session.gets("for the later one")
    assert session.unseen() == ["for the later one"]


def test_the_settings_may_say_that_nothing_wakes_a_session(
    session: Session, hooks: Hooks, waiters: list[Waiter]
) -> None:
    (hooks.repo / ".claude").mkdir()
    (hooks.repo / ".claude" / "interlock.toml").write_text("wake_idle = false\n")
    session.gets("unheard")
    waiters.append(Waiter(hooks))

    assert waiters[0].ends() == (0, "")


def test_in_a_repository_not_in_use_nothing_waits(hooks: Hooks, waiters: list[Waiter]) -> None:
    waiters.append(Waiter(hooks))

    assert waiters[0].ends() == (0, "")


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
