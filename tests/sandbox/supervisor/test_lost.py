"""A command that outlives its agent's lease never writes into somebody else's later one."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator

import pytest

from mcp_server.adapters.host.clock import system_clock
from mcp_server.adapters.host.processes import HostProcesses
from mcp_server.adapters.sqlite import schema
from mcp_server.adapters.sqlite.store import SqliteStore
from mcp_server.core.agents.register import Caller, leave, recognise
from mcp_server.core.leases.lock import Locked, lock_resource
from mcp_server.core.tasks.claim import Claimed, claim_task
from mcp_server.core.tasks.plan import Proposal, plan_tasks
from mcp_server.core.tasks.update import update_task
from mcp_server.core.workplace import Workplace
from mcp_server.domain.decision import Policy
from mcp_server.domain.scopes.scope import parse
from mcp_server.domain.settings import Settings
from mcp_server.sandbox.record import BETWEEN_SCOPES
from mcp_server.sandbox.supervisor import shell
from tests.sandbox.sandbox_repo import CAN_CONFINE, SandboxRepo
from tests.sandbox.supervisor.test_shell import until
from tests.workspace import FakeCheckout

pytestmark = pytest.mark.skipif(not (CAN_CONFINE and shell.can_supervise()), reason="this kernel supervises nobody")

SCOPE = "src/auth/**"
READY = "echo 1 > src/auth/ready; "
WAIT = "until [ -e go ]; do sleep 0.02; done; "
END = "; echo $? > src/api/end.log"
LATE_WRITES = [
    "echo late > src/auth/late",
    "echo late >> src/auth/login.py",
    'python3 -c \'open("src/auth/late", "w").write("late")\'',
    "mkdir src/auth/late",
    "echo late > a.log && mv a.log src/auth/late",
    "mv src/auth/login.py src/auth/late",
    "ln -s ../api src/auth/late",
    "rm src/auth/login.py",
    "sed -i s/True/late/ src/auth/login.py",
    "(cd src/api && echo late > ../auth/late)",
    "truncate -s 0 src/auth/login.py",
]


class Two:
    """Ada, whose command is confined to her claim, and Ben, who wants it, in one repository."""

    def __init__(self, repo: SandboxRepo) -> None:
        self.repo = repo
        self.started: list[subprocess.Popen[bytes]] = []
        file = repo.state / "state.db"
        file.write_bytes(schema.image())
        self.store = SqliteStore(file, clock=system_clock, policy=lambda: Policy("enforce", "allow", parse([])))
        self.place = Workplace(self.store, HostProcesses(), FakeCheckout(), Settings)
        with self.store.writing() as books:
            self.ada = recognise(books, Caller("s1", title="ada")).id
            self.ben = recognise(books, Caller("s2", title="ben")).id
        plan_tasks(self.place, self.ada, [Proposal("Auth", (SCOPE,), id="T1"), Proposal("Docs", ("docs",), id="T2")])
        self.claims(self.ada)

    def close(self) -> None:
        """Nothing that was started is left."""
        self.store.close()
        for process in self.started:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def claims(self, agent: int, task: str = "T1") -> None:
        """The agent gets the task."""
        assert isinstance(claim_task(self.place, agent, task), Claimed)

    def ada_ends(self) -> None:
        """Her session ends; what she holds is free."""
        with self.store.writing() as books:
            leave(books, "s1", "logout")

    def start(self, command: str, *patterns: str, background: bool = False, below: str = "") -> subprocess.Popen[bytes]:
        """Her command, until it is ready; `below` is a shell that starts it."""
        self.repo.record_call(READY + command, patterns=[SCOPE, BETWEEN_SCOPES, *patterns], background=background)
        words = ["/bin/bash", "-c", self.repo.string(READY + command)]
        process = subprocess.Popen(
            ["/bin/sh", "-c", below, *words] if below else words,
            cwd=self.repo.repo,
            env=self.repo.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self.started.append(process)
        ready = self.repo.repo / "src/auth/ready"
        assert until(lambda: ready.exists() and ready.read_text() == "1\n")
        return process

    def go(self) -> None:
        """Let the command go on."""
        (self.repo.repo / "go").touch()

    def state(self) -> dict[str, str]:
        """What is in the scope."""
        folder = self.repo.repo / "src/auth"
        return {path.name: path.read_text() if path.is_file() else "folder" for path in folder.iterdir()}

    def told(self) -> list[str]:
        """What Ada has to read."""
        with self.store.reading() as books:
            return [message.subject for message in books.shared.inbox(self.ada, unread_only=True, limit=10)]


@pytest.fixture
def two(own_repo: SandboxRepo) -> Iterator[Two]:
    made = Two(own_repo)
    yield made
    made.close()


@pytest.mark.parametrize("late", LATE_WRITES)
def test_what_a_command_writes_after_its_lease_was_taken_over_is_refused(two: Two, late: str) -> None:
    process = two.start(WAIT + late + END)
    two.ada_ends()
    two.claims(two.ben)
    before = two.state()
    two.go()
    process.wait(timeout=60)

    assert two.state() == before
    assert (two.repo.repo / "src/api/end.log").read_text().strip() != "0"
    [told] = [subject for subject in two.told() if "ben holds" in subject]
    assert told.startswith("ben holds src/auth/")


@pytest.mark.parametrize("late", LATE_WRITES)
def test_a_command_goes_on_writing_while_others_claim_something_else(two: Two, late: str) -> None:
    process = two.start(WAIT + late + END)
    two.claims(two.ben, "T2")
    before = two.state()
    two.go()
    process.wait(timeout=60)

    assert two.state() != before
    assert (two.repo.repo / "src/api/end.log").read_text() == "0\n"
    assert two.told() == []


@pytest.mark.parametrize("ends", ["done", "a path lock", "open to all"])
def test_it_does_not_matter_how_the_lease_ended(two: Two, ends: str) -> None:
    process = two.start(WAIT + LATE_WRITES[0] + END, *(["src/auth/late"] if ends == "open to all" else []))
    if ends == "done":
        update_task(two.place, two.ada, "T1", status="released")
        two.claims(two.ben)
    elif ends == "a path lock":
        update_task(two.place, two.ada, "T1", status="done")
        assert isinstance(lock_resource(two.place, two.ben, "path:src/auth/late"), Locked)
    else:
        two.ada_ends()
        two.claims(two.ben)
    two.go()
    process.wait(timeout=60)

    assert (two.repo.repo / "src/auth/late").exists() is (ends == "open to all")


def test_what_has_a_file_open_for_writing_is_stopped(two: Two) -> None:
    log = two.repo.repo / "src/auth/run.txt"
    process = two.start("(while :; do echo line; sleep 0.02; done) > src/auth/run.txt; true")
    assert until(lambda: log.exists() and log.stat().st_size > 0)
    reader = subprocess.Popen(
        ["tail", "-f", str(log)], stdout=subprocess.DEVNULL, env=two.repo.environment, start_new_session=True
    )
    two.started.append(reader)
    two.ada_ends()
    two.claims(two.ben)

    process.wait(timeout=60)
    length = log.stat().st_size
    assert reader.poll() is None, "whoever only reads goes on"
    assert log.stat().st_size == length
    assert any("ben holds src/auth/run.txt now" in subject for subject in two.told())


@pytest.mark.parametrize("background", [False, True])
def test_what_a_command_left_behind_is_refused_too(two: Two, *, background: bool) -> None:
    left = f"setsid sh -c '{WAIT}echo late > src/auth/late; echo over > end.log' >/dev/null 2>&1 &"
    two.start(left, background=background).wait(timeout=60)
    two.ada_ends()
    two.claims(two.ben)
    two.go()

    assert until((two.repo.repo / "end.log").exists)
    assert "late" not in two.state()


def test_a_command_whose_client_was_killed_is_refused_too(two: Two) -> None:
    client = two.start(WAIT + LATE_WRITES[0] + "; echo over > end.log", below='"$0" "$@" & wait')
    with two.store.writing() as books:
        recognise(books, Caller("s1", process=HostProcesses().identify(client.pid)))
    assert not isinstance(claim_task(two.place, two.ben, "T1"), Claimed)

    client.kill()
    client.wait()
    two.claims(two.ben)
    two.go()

    assert until((two.repo.repo / "end.log").exists)
    assert "late" not in two.state()
