"""A workspace in which workers work: their sessions do what a test says, and end at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any

from mcp_server.adapters.text_files.request_folder import FileRequests
from mcp_server.core.agents.register import Caller, leave, recognise
from mcp_server.core.launch.sessions import Failed, Order
from mcp_server.core.unattended.work import Job, Nothing, work
from mcp_server.core.workplace import Workplace
from mcp_server.domain.agent import Process
from mcp_server.domain.launch import Launch, NotStarted, Running, Way
from mcp_server.domain.unattended.outcome import Finished, Outcome
from mcp_server.domain.worktree import Occupied, Trouble, Worktree
from mcp_server.ports import CommandLines, Foreground, Notifier, Progress, RequestFolder, Sessions, StepRunner, Trees
from tests.workspace import Workspace


class Killed(BaseException):
    """The worker died at this point."""


class FakeForeground:
    """Sessions of a worker: each reports, does what the test says, and ends."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self.started: list[tuple[str, str | None, str, Sequence[str]]] = []
        self.does: Callable[[int, str], Finished] = lambda _agent, _task: Finished("ended", words="I am done.")
        self.reports = True
        self.dies_after_start = False
        self.cannot = ""
        self.running: set[str] = set()
        self.late: set[str] = set()
        self.stopped: list[str] = []

    def check(self) -> None:
        """Fails when the test wants it to."""
        if self.cannot:
            raise NotStarted(self.cannot)

    def find(self, launch: Launch) -> Running | None:
        """As a test left it."""
        return Running("1 1 1") if launch.task in self.running else None

    def start(self, launch: Launch, prompt: str, model: str | None, arguments: Sequence[str]) -> Running:
        """It has begun; whoever waits for it may die now."""
        self.started.append((launch.task, model, prompt, arguments))
        if self.reports:
            self._report(launch)
        if self.dies_after_start:
            self.running.add(launch.task)
            raise Killed
        return Running("1 1 1")

    def finish(self, launch: Launch) -> Finished:
        """What the test has it do, and its end, which its hook reports."""
        self.running.discard(launch.task)
        if launch.place is None and not self.late:
            return Finished("interrupted", "its worker was gone before it began")
        if launch.task in self.late:
            return Finished("limit", "it was ended after 1 minutes")
        finished = self.does(launch.agent, launch.task)
        if self.reports:
            with self._workspace.store.writing() as books:
                leave(books, str(launch.session), "other")
        return finished

    def overdue(self, launch: Launch) -> bool:
        """As a test says."""
        return launch.task in self.late

    def last_words(self, launch: Launch) -> str:  # noqa: ARG002  there are none
        """None."""
        return ""

    def stop(self, launch: Launch, process: Process | None) -> None:  # noqa: ARG002  it ends by itself
        """It is gone."""
        self.stopped.append(launch.task)
        self.running.discard(launch.task)

    def door(self, launch: Launch) -> Sequence[str]:  # noqa: ARG002  there is none
        """None."""
        return []

    def _report(self, launch: Launch) -> None:
        process = self._workspace.processes.identify(4_000 + len(self.started))
        with self._workspace.store.writing() as books:
            recognise(books, Caller(session=str(launch.session), process=process, worktree="/tree"))


class FakeCommandLines:
    """A command that answers as the test says."""

    def __init__(self) -> None:
        self.given: list[tuple[str, str]] = []
        self.answers = Finished("ended", words="bug\n")

    def run(self, command: str, text: str, seconds: float, variables: Mapping[str, str]) -> Finished:  # noqa: ARG002
        """The answer."""
        self.given.append((command, text))
        return self.answers


class Tools:
    """What workers and the heartbeat need, without processes and worktrees."""

    def __init__(self, workspace: Workspace, folder: Path) -> None:
        self._workspace = workspace
        self._folder = folder
        self.sessions = FakeForeground(workspace)
        self.commands = FakeCommandLines()
        self.locked: set[str] = set()
        self.told: list[str] = []
        self.workers_started: list[int] = []

    @property
    def root(self) -> str:
        """The checkout."""
        return str(self._folder)

    @property
    def inbox(self) -> Path:
        """The folder of requests, there from the beginning."""
        folder = self._folder / "inbox"
        folder.mkdir(exist_ok=True)
        return folder

    @property
    def outbox(self) -> Path:
        """The folder of answers."""
        return self._folder / "outbox"

    def ways(self) -> dict[Way, Sessions]:
        """One way."""
        return {"work": self.sessions}

    def foreground(self) -> Foreground:
        """The same."""
        return self.sessions

    def start_lock(self) -> AbstractContextManager[object]:
        """Nobody else starts."""
        return nullcontext()

    def launch_lock(self, task: str) -> AbstractContextManager[object]:
        """Held by whoever works on it; a test may hold it."""
        return self._lock(task)

    def pause(self, seconds: float) -> None:
        """Takes no time."""

    def request_folder(self) -> RequestFolder:
        """The real folder, in which every file has been there for a while."""
        state = self._folder / "state"
        return FileRequests(self.inbox, self.outbox, state, now=lambda: 1e12, pause=self.pause)

    def command_lines(self) -> CommandLines:
        """The command."""
        return self.commands

    def own_process(self) -> Process | None:
        """The worker's process."""
        return self._workspace.processes.identify(77)

    def workers(self) -> Tools:
        """Counts what would be started."""
        return self

    def start(self, count: int) -> int:
        """So many workers."""
        self.workers_started.append(count)
        return count

    def notifiers(self) -> Sequence[Notifier]:
        """One way, which remembers."""
        return [self]

    def notify(self, need: Any) -> None:
        """A person is told."""
        self.told.append(need.words)

    def open_another(self) -> Workplace:
        """The same."""
        return self._workspace.place

    def trees(self) -> Trees:
        """There are none."""
        raise Trouble("no worktrees here")

    def step_runner(self, trees: Trees, worktree: Worktree) -> StepRunner:
        """Never asked for."""
        raise NotImplementedError

    @contextmanager
    def _lock(self, task: str) -> Any:
        if task in self.locked:
            raise Occupied("busy")
        self.locked.add(task)
        try:
            yield
        finally:
            self.locked.discard(task)


class WorkSpace:
    """A repository in which somebody types `interlock work`."""

    def __init__(self, workspace: Workspace, folder: Path) -> None:
        self.workspace = workspace
        self.tools = Tools(workspace, folder)
        self.person = workspace.agent("pat")
        self._number = 0

    @property
    def started(self) -> list[str]:
        """The tasks for which sessions were started."""
        return [task for task, *_ in self.tools.sessions.started]

    def does(self, act: Callable[[int, str], Finished]) -> None:
        """What each session does: its agent's number and its task are given."""
        self.tools.sessions.does = act

    def work(self, *tasks: str, tried: Sequence[str] = ()) -> Outcome | Failed | Nothing:
        """One worker, in the checkout."""
        order = Order("work", None, ["--max-turns", "3"], self._session)
        job = Job(order, tasks, in_checkout=True, tried=frozenset(tried))
        return work(self.workspace.place, self.tools, self.person, job, _no_progress)

    def worked(self, *tasks: str) -> Outcome:
        """The same, which finds something to do."""
        outcome = self.work(*tasks)
        assert isinstance(outcome, Outcome), outcome
        return outcome

    def asks(self, name: str, text: str) -> None:
        """Somebody puts a file into the inbox."""
        (self.tools.inbox / name).write_text(text)

    def answer(self, name: str) -> str:
        """What was answered."""
        return (self.tools.outbox / name).read_text()

    def _session(self) -> str:
        self._number += 1
        return f"session-{self._number}"


def _no_progress() -> AbstractContextManager[Progress]:
    raise AssertionError("no worktree is made here")
