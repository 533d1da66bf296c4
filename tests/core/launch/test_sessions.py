"""Starting sessions for tasks: the session gets the claim, exactly once, after any interruption."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from mcp_server.core.agents.register import Caller
from mcp_server.core.launch import sessions
from mcp_server.core.launch.sessions import Failed, Launched, Order
from mcp_server.core.tasks.refusals import Refused
from mcp_server.domain.agent import Process
from mcp_server.domain.errors import Misuse
from mcp_server.domain.launch import Launch, NotStarted, Running, Way
from tests.workspace import LEASE, Workspace, task


class Killed(BaseException):
    """The launching process died at this point."""


class FakeSessions:
    """Sessions that run until a test ends them; `dies` is where the launching process is killed."""

    def __init__(self) -> None:
        self.running: dict[str, Launch] = {}
        self.started: list[tuple[Launch, str, str | None, Sequence[str]]] = []
        self.stopped: list[tuple[Launch, Process | None]] = []
        self.dies = ""
        self.fails = ""

    def check(self) -> None:
        """Fails when the test wants it to."""
        if self.fails == "check":
            raise NotStarted("no client")

    def find(self, launch: Launch) -> Running | None:
        """By the task, as a pane is found by its session."""
        return Running(f"%{launch.task}", "/server", "last line") if launch.task in self.running else None

    def start(self, launch: Launch, prompt: str, model: str | None, arguments: Sequence[str]) -> Running:
        """Runs from now on."""
        if self.fails == "start":
            raise NotStarted("no room")
        if self.dies == "before":
            raise Killed
        assert launch.task not in self.running, "a second session for one task"
        self.running[launch.task] = launch
        self.started.append((launch, prompt, model, arguments))
        if self.dies == "after":
            raise Killed
        return Running(f"%{launch.task}", "/server", "the command")

    def last_words(self, launch: Launch) -> str:  # noqa: ARG002
        """What a dead pane shows."""
        return "command not found"

    def stop(self, launch: Launch, process: Process | None) -> None:
        """Ends it."""
        self.stopped.append((launch, process))
        self.running.pop(launch.task, None)

    def door(self, launch: Launch) -> Sequence[str]:
        """The way in."""
        return ["look", launch.task]


class LaunchWorkspace:
    """A repository with ready tasks, and somebody who launches."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.sessions = FakeSessions()
        self.housed: list[str] = []
        self.dies_housing = False
        self._number = 0
        workspace.plan(task("A", "src/a/**"), task("B", "src/b/**"), task("AB", "src/a/x", "src/b/x"))

    def ways(self) -> dict[Way, FakeSessions]:
        """All lead to the same sessions."""
        return {"tmux": self.sessions, "background": self.sessions, "print": self.sessions}

    def launch(self, task_id: str, way: Way = "tmux", model: str | None = None) -> Launched | Refused | Failed:
        """One launch."""
        order = Order(way, model, ["--x"], self._session)
        begun = sessions.begin(self.workspace.place, self.ways(), order, task_id)
        if not isinstance(begun, Launch):
            return begun
        return sessions.start(self.workspace.place, self.ways(), order, begun, self._house)

    def launched(self, task_id: str, way: Way = "tmux") -> Launch:
        """A launch that went well."""
        outcome = self.launch(task_id, way)
        assert isinstance(outcome, Launched), outcome
        return outcome.launch

    def reports(self, launch: Launch, *, pid: int = 7, session: str | None = None, title: str | None = "") -> int:
        """The session's first hook."""
        process = self.workspace.processes.identify(pid)
        name = launch.name if title == "" else title
        caller = Caller(session or launch.session or "", title=name, worktree=launch.worktree, process=process)
        return self.workspace.recognise(caller)

    def holder(self, task_id: str) -> int | None:
        """Who holds a task."""
        held = [lease.holder for lease in self.workspace.leases() if lease.task == task_id]
        return held[0] if held else None

    def _session(self) -> str:
        self._number += 1
        return f"session-{self._number}"

    def _house(self, task_id: str) -> str:
        self.housed.append(task_id)
        if self.dies_housing:
            raise Killed
        if task_id == "B" and self.sessions.fails == "house":
            raise NotStarted("npm ci failed")
        return f"/trees/{task_id}"


@pytest.fixture
def launches(workspace: Workspace) -> LaunchWorkspace:
    return LaunchWorkspace(workspace)


def test_the_claim_is_held_before_the_session_starts_and_is_its_own_when_it_reports(launches: LaunchWorkspace) -> None:
    launch = launches.launched("A")
    assert (launch.session, launch.name, launch.worktree, launch.place) == (
        "session-1",
        "A-work-on-a",
        "/trees/A",
        "%A",
    )
    assert launches.holder("A") == launch.agent
    [(_, prompt, model, arguments)] = launches.sessions.started
    assert "A: Work on A" in prompt
    assert (model, arguments) == (None, ["--x"])
    assert sessions.state(launches.workspace.place, launches.sessions, launch) == "waiting"

    assert launches.reports(launch) == launch.agent

    assert sessions.state(launches.workspace.place, launches.sessions, launch) == "working"
    assert launches.workspace.rule(launch.agent, "src/a/x") == "own"


def test_what_cannot_be_claimed_is_refused_and_leaves_nothing(launches: LaunchWorkspace) -> None:
    launch = launches.launched("A")
    refused = launches.launch("AB")
    assert isinstance(refused, Refused)
    assert (refused.reason, refused.holder) == ("overlap", launch.name)
    with launches.workspace.store.reading() as books:
        assert [each.task for each in books.launches.all()] == ["A"]
    assert launches.housed == ["A"]
    with pytest.raises(Misuse):
        launches.launch("none")


def test_a_session_that_runs_is_not_started_twice(launches: LaunchWorkspace) -> None:
    launch = launches.launched("A")
    launches.reports(launch)
    again = launches.launch("A", "background")
    assert again == Launched(launch, anew=False)


@pytest.mark.parametrize("point", ["housing", "before", "after"])
def test_a_launch_that_was_killed_goes_on_with_the_same_claim_and_the_same_session(
    launches: LaunchWorkspace, point: str
) -> None:
    launches.dies_housing, launches.sessions.dies = point == "housing", point
    with pytest.raises(Killed):
        launches.launch("A")
    holder = launches.holder("A")
    launches.dies_housing, launches.sessions.dies = False, ""

    launch = launches.launched("A")

    assert (launch.agent, launch.session, launch.place) == (holder, "session-1", "%A")
    assert len(launches.sessions.started) == 1
    assert launches.reports(launch) == holder


@pytest.mark.parametrize("point", ["check", "start", "house"])
def test_when_no_session_can_be_started_the_claim_is_given_back(launches: LaunchWorkspace, point: str) -> None:
    launches.sessions.fails = point
    failed = launches.launch("B")
    assert isinstance(failed, Failed)
    assert launches.holder("B") is None
    assert launches.workspace.task("B").ready
    launches.sessions.fails = ""
    launches.launched("B")


def test_a_session_that_ends_before_it_reports_is_told_with_its_last_words(launches: LaunchWorkspace) -> None:
    launch = launches.launched("A")
    launches.sessions.running.clear()
    failed = sessions.state(launches.workspace.place, launches.sessions, launch)
    assert isinstance(failed, Failed)
    assert "command not found" in failed.reason
    assert launches.holder("A") is None


def test_a_session_that_has_ended_is_followed_by_a_new_one_in_the_same_worktree(launches: LaunchWorkspace) -> None:
    launch = launches.launched("A")
    launches.reports(launch)
    launches.sessions.running.clear()
    launches.workspace.leaves("session-1")
    assert sessions.state(launches.workspace.place, launches.sessions, launch) == "ended"
    later = launches.launched("A")
    assert (later.session, later.worktree) == ("session-2", "/trees/A")
    assert launches.holder("A") == later.agent


def test_one_that_was_killed_too(launches: LaunchWorkspace) -> None:
    launch = launches.launched("A")
    launches.reports(launch)
    launches.workspace.kill(7)
    launches.sessions.running.clear()
    later = launches.launched("A")
    assert later.session == "session-2"
    assert launches.holder("A") == later.agent == launch.agent, "it has the same name, so it is the same agent"
    assert later.name == launch.name


def test_a_claim_that_nobody_takes_up_lapses_like_any_other(launches: LaunchWorkspace) -> None:
    launches.launched("A", "print")
    launches.workspace.clock.advance(LEASE + 1)
    launches.workspace.claimed(launches.workspace.agent("eve"), "A")
    assert sessions.running(launches.workspace.place, launches.ways()) == []
    refused = launches.launch("A", "print")
    assert isinstance(refused, Refused)
    assert refused.holder == "eve"


def test_a_printed_command_can_be_printed_again_and_keeps_its_claim(launches: LaunchWorkspace) -> None:
    first = launches.launched("A", "print")
    launches.sessions.running.clear()
    again = launches.launched("A", "print")
    assert (again.agent, again.session) == (first.agent, first.session)


def test_another_way_is_another_session(launches: LaunchWorkspace) -> None:
    first = launches.launched("A", "print")
    launches.sessions.running.clear()
    again = launches.launched("A", "tmux")
    assert again.session != first.session
    assert launches.holder("A") == again.agent


def test_whoever_starts_in_the_worktree_takes_the_claim_of_a_session_that_the_client_names(
    launches: LaunchWorkspace,
) -> None:
    launch = launches.launched("A", "background")
    assert launch.session is None
    assert launches.reports(launch, session="chosen-by-client") == launch.agent
    assert launches.workspace.rule(launch.agent, "src/a/x") == "own"


def test_only_the_first_does_and_only_under_that_name(launches: LaunchWorkspace) -> None:
    launch = launches.launched("A", "background")
    stranger = launches.reports(launch, session="a person's own", title="looking around")
    assert stranger != launch.agent
    assert launches.reports(launch, session="one") == launch.agent
    assert launches.reports(launch, session="two", pid=8) != launch.agent


def test_the_candidates_are_the_ready_tasks_in_the_order_of_claiming(launches: LaunchWorkspace) -> None:
    launches.workspace.plan(task("NOW", "now", priority=5), task("LATER", "later", depends_on=["A"]))
    assert sessions.candidates(launches.workspace.place, 10) == ["NOW", "A", "B", "AB"]
    assert sessions.known(launches.workspace.place, ["A", "LATER"]) == ["A", "LATER"]
    with pytest.raises(Misuse):
        sessions.known(launches.workspace.place, ["A", "none"])


def test_running_are_those_that_work_or_still_may(launches: LaunchWorkspace) -> None:
    one, two = launches.launched("A"), launches.launched("B")
    launches.reports(one)
    assert sessions.running(launches.workspace.place, launches.ways()) == [one, two]
    launches.sessions.running.clear()
    assert sessions.running(launches.workspace.place, launches.ways()) == [one]
    launches.workspace.leaves(one.session or "")
    assert sessions.running(launches.workspace.place, launches.ways()) == []
    assert sessions.launches(launches.workspace.place) == [one, two]


def test_stopping_lets_go_of_the_claim_and_leaves_the_worktree(launches: LaunchWorkspace) -> None:
    launch = launches.launched("A")
    launches.reports(launch)
    launches.workspace.checkout.changed = ["src/a/x", "notes"]
    stopped = sessions.stop(launches.workspace.place, launches.ways(), launch)
    assert (stopped.had_begun, stopped.uncommitted) == (True, 2)
    assert launches.sessions.stopped == [(launch, launches.workspace.processes.identify(7))]
    assert launches.workspace.task("A").ready
    assert sessions.running(launches.workspace.place, launches.ways()) == []


def test_a_prepared_claim_that_no_session_took_is_given_back_by_stopping(launches: LaunchWorkspace) -> None:
    launch = launches.launched("A")
    launches.sessions.running.clear()
    stopped = sessions.stop(launches.workspace.place, launches.ways(), launch)
    assert not stopped.had_begun
    assert launches.sessions.stopped == [(launch, None)]
    assert launches.workspace.task("A").ready
