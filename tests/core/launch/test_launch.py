"""How many sessions are launched, and what is reported about the other tasks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext

import pytest

from mcp_server.core.launch import launch
from mcp_server.core.launch.launch import TooMany
from mcp_server.core.launch.sessions import Order
from mcp_server.core.tasks.refusals import Refused
from mcp_server.core.workplace import Workplace
from mcp_server.domain.errors import Misuse
from mcp_server.domain.launch import Way
from mcp_server.domain.worktree import Occupied, Trouble, Worktree
from mcp_server.ports import Progress, Sessions, StepRunner, Trees
from tests.core.launch.test_sessions import FakeSessions
from tests.workspace import Workspace, task

ORDER = Order("tmux", None, (), lambda: "a session")


class FakeTools:
    """Sessions that run at once, in no worktree: making one fails in words."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.sessions = FakeSessions()
        self.locked: set[str] = set()
        self.paused = 0

    def ways(self) -> Mapping[Way, Sessions]:
        """All lead to the same sessions."""
        return {"tmux": self.sessions, "background": self.sessions, "print": self.sessions}

    def launch_lock(self, task: str) -> AbstractContextManager[object]:
        """Free, unless a test has locked it."""
        return self._refusing(task) if task in self.locked else nullcontext()

    def pause(self, seconds: float) -> None:  # noqa: ARG002
        """Counts."""
        self.paused += 1

    def open_another(self) -> Workplace:
        """The same workplace: no other thread needs one."""
        return self.workspace.place

    def trees(self) -> Trees:
        """There is no git."""
        raise Trouble("no git here")

    def step_runner(self, trees: Trees, worktree: Worktree) -> StepRunner:
        """Never asked, because there is no worktree."""
        raise NotImplementedError

    @contextmanager
    def _refusing(self, task: str) -> Iterator[None]:
        raise Occupied(f"{task} is being launched")
        yield


class Silent:
    """Progress that nobody sees."""

    def begins(self, step: object) -> None: ...
    def ends(self, carried: object) -> None: ...
    def says(self, words: str) -> None: ...
    def of(self, name: str) -> Progress:  # noqa: ARG002
        """The same."""
        return self


@pytest.fixture
def tools(workspace: Workspace) -> FakeTools:
    workspace.plan(*(task(name, f"src/{name}/**") for name in "ABCDE"))
    return FakeTools(workspace)


def launched(tools: FakeTools, *tasks: str, count: int = 1) -> launch.Report:
    return launch.launch_sessions(tools.workspace.place, tools, ORDER, tasks, count, lambda: nullcontext(Silent()))


@pytest.mark.parametrize(
    ("tasks", "agents", "count"),
    [
        ((), None, 3),
        (("A", "B"), None, 2),
        (("A", "A"), None, 1),
        ((), 2, 2),
        (("A", "B", "C", "D"), None, TooMany("that would make 4 agents; max_agents is 3", 4)),
        ((), 9, TooMany("that would make 5 agents; max_agents is 3", 5)),
    ],
)
def test_as_many_are_launched_as_are_asked_for_and_allowed(
    tools: FakeTools, tasks: tuple[str, ...], agents: int | None, count: int | TooMany
) -> None:
    assert launch.how_many(tools.workspace.place, tools, tasks, agents) == count


def test_with_no_room_left_only_a_number_starts_more(tools: FakeTools) -> None:
    tools.workspace.settings = tools.workspace.settings._replace(max_agents=0)
    refused = launch.how_many(tools.workspace.place, tools, (), None)
    assert isinstance(refused, TooMany)
    assert refused.final


def test_tasks_and_a_number_contradict_each_other(tools: FakeTools) -> None:
    with pytest.raises(Misuse, match="not both"):
        launch.how_many(tools.workspace.place, tools, ("A",), 2)


def test_a_task_that_is_being_launched_elsewhere_is_refused(tools: FakeTools) -> None:
    tools.locked.add("A")
    report = launched(tools, "A")
    assert report.sessions == []
    assert [(one.task, isinstance(one.outcome, Refused)) for one in report.not_launched] == [("A", True)]


def test_without_a_worktree_the_claim_is_given_back_and_the_failure_reported(tools: FakeTools) -> None:
    report = launched(tools, "A", "B")
    assert [(one.task, getattr(one.outcome, "reason", None)) for one in report.not_launched] == [
        ("A", "no git here"),
        ("B", "no git here"),
    ]
    assert tools.workspace.leases() == []


def test_a_failure_counts_as_one_of_the_sessions_asked_for(tools: FakeTools) -> None:
    tools.sessions.fails = "check"
    report = launched(tools, count=2)
    assert [one.task for one in report.not_launched] == ["A", "B"]
