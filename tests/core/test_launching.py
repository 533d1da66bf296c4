"""Starting sessions for tasks: the claim goes to whoever starts there, once, wherever it was broken off before."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from mcp_server.core import launching
from mcp_server.core.arriving import Caller
from mcp_server.core.claiming import Refused
from mcp_server.core.launching import Failed, Launched, Order
from mcp_server.domain.agent import Process
from mcp_server.domain.launch import Launch, NotStarted, Running, Way
from mcp_server.domain.refusal import Misuse
from tests.worlds import LEASE, World, task


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


class Launchpad:
    """A repository with ready tasks, and somebody who launches."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.sessions = FakeSessions()
        self.housed: list[str] = []
        self.dies_housing = False
        self._number = 0
        world.plan(task("A", "src/a/**"), task("B", "src/b/**"), task("AB", "src/a/x", "src/b/x"))

    def ways(self) -> dict[Way, FakeSessions]:
        """All lead to the same sessions."""
        return {"tmux": self.sessions, "background": self.sessions, "print": self.sessions}

    def launch(self, task_id: str, way: Way = "tmux", model: str | None = None) -> Launched | Refused | Failed:
        """One launch."""
        order = Order(way, model, ["--x"], self._session)
        begun = launching.begin(self.world.place, self.ways(), order, task_id)
        if not isinstance(begun, Launch):
            return begun
        return launching.start(self.world.place, self.ways(), order, begun, self._house)

    def launched(self, task_id: str, way: Way = "tmux") -> Launch:
        """A launch that went well."""
        outcome = self.launch(task_id, way)
        assert isinstance(outcome, Launched), outcome
        return outcome.launch

    def reports(self, launch: Launch, *, pid: int = 7, session: str | None = None, title: str | None = "") -> int:
        """The session's first hook."""
        process = self.world.processes.identify(pid)
        name = launch.name if title == "" else title
        caller = Caller(session or launch.session or "", title=name, worktree=launch.worktree, process=process)
        return self.world.recognise(caller)

    def holder(self, task_id: str) -> int | None:
        """Who holds a task."""
        held = [lease.holder for lease in self.world.leases() if lease.task == task_id]
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
def pad(world: World) -> Launchpad:
    return Launchpad(world)


def test_the_claim_is_held_before_the_session_starts_and_is_its_own_when_it_reports(pad: Launchpad) -> None:
    launch = pad.launched("A")
    assert (launch.session, launch.name, launch.worktree, launch.place) == (
        "session-1", "A-work-on-a", "/trees/A", "%A",
    )  # fmt: skip
    assert pad.holder("A") == launch.agent
    [(_, prompt, model, arguments)] = pad.sessions.started
    assert "A: Work on A" in prompt
    assert (model, arguments) == (None, ["--x"])
    assert launching.progress(pad.world.place, pad.sessions, launch) == "waiting"

    assert pad.reports(launch) == launch.agent

    assert launching.progress(pad.world.place, pad.sessions, launch) == "working"
    assert pad.world.rule(launch.agent, "src/a/x") == "own"


def test_what_cannot_be_claimed_is_refused_and_leaves_nothing(pad: Launchpad) -> None:
    launch = pad.launched("A")
    refused = pad.launch("AB")
    assert isinstance(refused, Refused)
    assert (refused.reason, refused.holder) == ("overlap", launch.name)
    with pad.world.store.reading() as books:
        assert [each.task for each in books.launches.all()] == ["A"]
    assert pad.housed == ["A"]
    with pytest.raises(Misuse):
        pad.launch("none")


def test_a_session_that_runs_is_not_started_twice(pad: Launchpad) -> None:
    launch = pad.launched("A")
    pad.reports(launch)
    again = pad.launch("A", "background")
    assert again == Launched(launch, anew=False)


@pytest.mark.parametrize("point", ["housing", "before", "after"])
def test_a_launch_that_was_killed_goes_on_with_the_same_claim_and_the_same_session(pad: Launchpad, point: str) -> None:
    pad.dies_housing, pad.sessions.dies = point == "housing", point
    with pytest.raises(Killed):
        pad.launch("A")
    holder = pad.holder("A")
    pad.dies_housing, pad.sessions.dies = False, ""

    launch = pad.launched("A")

    assert (launch.agent, launch.session, launch.place) == (holder, "session-1", "%A")
    assert len(pad.sessions.started) == 1
    assert pad.reports(launch) == holder


@pytest.mark.parametrize("point", ["check", "start", "house"])
def test_when_no_session_can_be_started_the_claim_is_given_back(pad: Launchpad, point: str) -> None:
    pad.sessions.fails = point
    failed = pad.launch("B")
    assert isinstance(failed, Failed)
    assert pad.holder("B") is None
    assert pad.world.task("B").ready
    pad.sessions.fails = ""
    pad.launched("B")


def test_a_session_that_ends_before_it_reports_is_told_with_its_last_words(pad: Launchpad) -> None:
    launch = pad.launched("A")
    pad.sessions.running.clear()
    failed = launching.progress(pad.world.place, pad.sessions, launch)
    assert isinstance(failed, Failed)
    assert "command not found" in failed.reason
    assert pad.holder("A") is None


def test_a_session_that_has_ended_is_followed_by_a_new_one_in_the_same_worktree(pad: Launchpad) -> None:
    launch = pad.launched("A")
    pad.reports(launch)
    pad.sessions.running.clear()
    pad.world.leaves("session-1")
    assert launching.progress(pad.world.place, pad.sessions, launch) == "ended"
    later = pad.launched("A")
    assert (later.session, later.worktree) == ("session-2", "/trees/A")
    assert pad.holder("A") == later.agent


def test_one_that_was_killed_too(pad: Launchpad) -> None:
    launch = pad.launched("A")
    pad.reports(launch)
    pad.world.kill(7)
    pad.sessions.running.clear()
    later = pad.launched("A")
    assert later.session == "session-2"
    assert pad.holder("A") == later.agent != launch.agent


def test_a_claim_that_nobody_takes_up_lapses_like_any_other(pad: Launchpad) -> None:
    pad.launched("A", "print")
    pad.world.clock.advance(LEASE + 1)
    pad.world.claimed(pad.world.agent("eve"), "A")
    assert launching.running(pad.world.place, pad.ways()) == []
    refused = pad.launch("A", "print")
    assert isinstance(refused, Refused)
    assert refused.holder == "eve"


def test_a_printed_command_can_be_printed_again_and_keeps_its_claim(pad: Launchpad) -> None:
    first = pad.launched("A", "print")
    pad.sessions.running.clear()
    again = pad.launched("A", "print")
    assert (again.agent, again.session) == (first.agent, first.session)


def test_another_way_is_another_session(pad: Launchpad) -> None:
    first = pad.launched("A", "print")
    pad.sessions.running.clear()
    again = pad.launched("A", "tmux")
    assert again.session != first.session
    assert pad.holder("A") == again.agent


def test_whoever_starts_in_the_worktree_takes_the_claim_of_a_session_that_the_client_names(pad: Launchpad) -> None:
    launch = pad.launched("A", "background")
    assert launch.session is None
    assert pad.reports(launch, session="chosen-by-client") == launch.agent
    assert pad.world.rule(launch.agent, "src/a/x") == "own"


def test_only_the_first_does_and_only_under_that_name(pad: Launchpad) -> None:
    launch = pad.launched("A", "background")
    stranger = pad.reports(launch, session="a person's own", title="looking around")
    assert stranger != launch.agent
    assert pad.reports(launch, session="one") == launch.agent
    assert pad.reports(launch, session="two", pid=8) != launch.agent


def test_the_candidates_are_the_ready_tasks_in_the_order_of_claiming(pad: Launchpad) -> None:
    pad.world.plan(task("NOW", "now", priority=5), task("LATER", "later", depends_on=["A"]))
    assert launching.candidates(pad.world.place, 10) == ["NOW", "A", "B", "AB"]
    assert launching.known(pad.world.place, ["A", "LATER"]) == ["A", "LATER"]
    with pytest.raises(Misuse):
        launching.known(pad.world.place, ["A", "none"])


def test_running_are_those_that_work_or_still_may(pad: Launchpad) -> None:
    one, two = pad.launched("A"), pad.launched("B")
    pad.reports(one)
    assert launching.running(pad.world.place, pad.ways()) == [one, two]
    pad.sessions.running.clear()
    assert launching.running(pad.world.place, pad.ways()) == [one]
    pad.world.leaves(one.session or "")
    assert launching.running(pad.world.place, pad.ways()) == []
    assert launching.launches(pad.world.place) == [one, two]


def test_stopping_lets_go_of_the_claim_and_leaves_the_worktree(pad: Launchpad) -> None:
    launch = pad.launched("A")
    pad.reports(launch)
    pad.world.checkout.changed = ["src/a/x", "notes"]
    stopped = launching.stop(pad.world.place, pad.ways(), launch)
    assert (stopped.had_begun, stopped.uncommitted) == (True, 2)
    assert pad.sessions.stopped == [(launch, pad.world.processes.identify(7))]
    assert pad.world.task("A").ready
    assert launching.running(pad.world.place, pad.ways()) == []


def test_a_prepared_claim_that_no_session_took_is_given_back_by_stopping(pad: Launchpad) -> None:
    launch = pad.launched("A")
    pad.sessions.running.clear()
    stopped = launching.stop(pad.world.place, pad.ways(), launch)
    assert not stopped.had_begun
    assert pad.sessions.stopped == [(launch, None)]
    assert pad.world.task("A").ready
