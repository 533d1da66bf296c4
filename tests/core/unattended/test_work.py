"""One worker: it takes one task, its session works within limits, and what it leaves open is handed over."""

from __future__ import annotations

import pytest

from mcp_server.core.launch.sessions import Failed
from mcp_server.core.tasks.plan import Proposal
from mcp_server.core.tasks.update import update_task
from mcp_server.core.unattended import orphans
from mcp_server.core.unattended.work import Nothing
from mcp_server.domain.assignment.routing import RoutingSettings
from mcp_server.domain.errors import Misuse
from mcp_server.domain.settings import Settings
from mcp_server.domain.unattended.outcome import Finished
from tests.core.unattended.workers import Killed, WorkSpace
from tests.workspace import task


def says_done(at_work: WorkSpace) -> None:
    def act(agent: int, name: str) -> Finished:
        update_task(at_work.workspace.place, agent, name, status="done", note="It works.")
        return Finished("ended", words="Done.", turns=4, usd=0.5)

    at_work.does(act)


def test_without_a_task_no_session_is_started(at_work: WorkSpace) -> None:
    outcome = at_work.work()
    assert outcome == Nothing("No task is ready and no request waits: nothing was started.")
    assert at_work.started == []


def test_it_takes_the_best_task_in_the_model_of_its_tier_and_tells_that_nobody_watches(at_work: WorkSpace) -> None:
    at_work.workspace.plan(task("A", "a"), Proposal("Best", ("b",), id="B", priority=5, tier="haiku"))
    says_done(at_work)

    outcome = at_work.worked()

    assert (outcome.task, outcome.status, outcome.finished.usd) == ("B", "done", 0.5)
    [(name, model, prompt, arguments)] = at_work.tools.sessions.started
    assert (name, model, list(arguments)) == ("B", "haiku", ["--max-turns", "3"])
    assert "Nobody watches this session" in prompt
    assert at_work.workspace.leases() == []


def test_a_named_task_that_another_holds_is_refused_and_nothing_is_started(at_work: WorkSpace) -> None:
    at_work.workspace.plan(task("A", "a"))
    at_work.workspace.claimed(at_work.workspace.agent("ada"), "A")

    outcome = at_work.work("A")

    assert isinstance(outcome, Nothing)
    assert "ada is working on A" in outcome.words
    assert at_work.started == []
    with pytest.raises(Misuse, match="Z"):
        at_work.work("Z")


def test_what_a_session_left_open_is_handed_over_with_its_last_words(at_work: WorkSpace) -> None:
    at_work.workspace.plan(task("A", "a/**"))
    at_work.workspace.checkout.changed = ["a/x", "b/y"]
    at_work.does(lambda _agent, _task: Finished("ended", words="I have to go."))

    outcome = at_work.worked()

    found = at_work.workspace.task("A")
    assert (outcome.status, found.status, found.failures) == ("todo", "todo", 0)
    with at_work.workspace.store.reading() as books:
        [note] = [note.text for note in books.tasks.notes(found.seq, 5)]
    assert "1 uncommitted file" in note
    assert "Its last words: I have to go." in note
    assert at_work.workspace.claimed(at_work.workspace.agent("next"), "A")


@pytest.mark.parametrize(
    "finished",
    [Finished("failed", "it was killed"), Finished("limit", "it reached the limit of turns"), Finished("ended")],
    ids=["failed", "at a limit", "without a trace"],
)
def test_a_run_that_failed_counts_raises_the_tier_and_blocks_the_task_after_the_third(
    at_work: WorkSpace, finished: Finished
) -> None:
    at_work.workspace.plan(Proposal("Work", ("a",), id="A", tier="haiku"))
    at_work.does(lambda _agent, _task: finished)

    states = [at_work.worked().status for _ in range(3)]

    assert states == ["todo", "todo", "blocked"]
    assert [model for _, model, *_ in at_work.tools.sessions.started] == ["haiku", "sonnet", "opus"]
    assert isinstance(at_work.work(), Nothing)


def test_a_worker_that_is_told_to_stop_gives_the_task_back_uncounted(at_work: WorkSpace) -> None:
    at_work.workspace.plan(task("A", "a"))
    at_work.does(lambda _agent, _task: Finished("interrupted", "its worker was told to stop"))

    assert at_work.worked().status == "todo"
    assert at_work.workspace.task("A").failures == 0


def test_a_task_for_reading_is_done_by_its_answer_or_reviewed_if_that_is_required(at_work: WorkSpace) -> None:
    at_work.workspace.plan(task("A"), task("B"))
    assert at_work.worked().status == "done"
    required = Settings().review._replace(required=True)
    at_work.workspace.settings = Settings(review=required)
    assert at_work.worked().status == "review"


def test_a_failure_counts_also_if_somebody_has_taken_the_task_in_that_moment(at_work: WorkSpace) -> None:
    at_work.workspace.plan(task("A", "a"))

    def act(agent: int, name: str) -> Finished:
        update_task(at_work.workspace.place, agent, name, status="released")
        at_work.workspace.claimed(at_work.workspace.agent("ada"), name)
        return Finished("failed", "it was killed")

    at_work.does(act)
    outcome = at_work.worked()

    found = at_work.workspace.task("A")
    assert (outcome.status, found.status, found.failures) == ("in_progress", "in_progress", 1)
    assert [lease.holder_name for lease in at_work.workspace.leases()] == ["ada"]


def test_a_client_that_cannot_be_started_leaves_the_task_as_it_was(at_work: WorkSpace) -> None:
    at_work.workspace.plan(task("A", "a"))
    at_work.tools.sessions.cannot = "there is no client"

    assert at_work.work() == Failed("A", "there is no client")
    assert (at_work.workspace.task("A").status, at_work.workspace.task("A").ready) == ("todo", True)


def test_what_was_tried_is_left_alone_and_no_more_work_than_the_settings_allow(at_work: WorkSpace) -> None:
    at_work.workspace.plan(task("A", "a"), task("B", "b"))
    at_work.workspace.settings = Settings(max_agents=1)
    outcome = at_work.work(tried=["A"])
    assert getattr(outcome, "task", None) == "B"
    at_work.tools.sessions.dies_after_start = True
    with pytest.raises(Killed):
        at_work.work("A")
    # The session of the dead worker still runs.
    at_work.tools.sessions.dies_after_start = False
    at_work.workspace.plan(task("C", "c"))
    full = at_work.work()
    assert isinstance(full, Nothing)
    assert "all that max_agents allows" in full.words


def test_the_session_of_a_killed_worker_goes_on_until_its_limit_and_is_then_concluded(at_work: WorkSpace) -> None:
    at_work.workspace.plan(task("A", "a"))
    at_work.tools.sessions.dies_after_start = True
    with pytest.raises(Killed):
        at_work.work()
    place, tools = at_work.workspace.place, at_work.tools

    assert orphans.settle(place, tools) == []
    tools.locked.add("A")
    tools.sessions.late = {"A"}
    assert orphans.settle(place, tools) == []  # its worker lives
    tools.locked.clear()
    [outcome] = orphans.settle(place, tools)

    assert (outcome.status, outcome.finished.how, at_work.workspace.task("A").failures) == ("todo", "limit", 1)
    assert orphans.settle(place, tools) == []


def test_a_session_that_a_person_stops_is_no_failure(at_work: WorkSpace) -> None:
    at_work.workspace.plan(task("A", "a"))

    def act(_agent: int, name: str) -> Finished:
        from mcp_server.core.launch import sessions

        place, ways = at_work.workspace.place, at_work.tools.ways()
        [launch] = [each for each in sessions.launches(place) if each.task == name]
        sessions.stop(place, ways, launch)
        return Finished("failed", "it was killed")

    at_work.does(act)
    outcome = at_work.worked()
    assert (outcome.status, outcome.finished.why) == ("todo", "a person stopped its session")
    assert at_work.workspace.task("A").failures == 0


def test_a_local_task_is_answered_by_the_command_and_no_session_is_started(at_work: WorkSpace) -> None:
    at_work.workspace.settings = Settings(routing=RoutingSettings(local="classify"))
    at_work.workspace.plan(Proposal("Bug or wish?", (), id="L", tier="local", done_when="one word"))

    assert at_work.workspace.refused(at_work.workspace.agent("ada")).reason == "nothing_ready"
    outcome = at_work.worked()

    assert (outcome.status, at_work.started) == ("done", [])
    assert at_work.tools.commands.given == [("classify", "L: Bug or wish?\n\nIt is done when: one word\n")]
    found = at_work.workspace.task("L")
    with at_work.workspace.store.reading() as books:
        assert [note.text for note in books.tasks.notes(found.seq, 5)] == ["bug\n"]
    assert at_work.workspace.leases() == []


def test_a_local_task_whose_command_fails_goes_to_an_agent(at_work: WorkSpace) -> None:
    at_work.workspace.settings = Settings(routing=RoutingSettings(local="classify"))
    at_work.workspace.plan(Proposal("Bug or wish?", (), id="L", tier="local"))
    at_work.tools.commands.answers = Finished("failed", "exit code 1")

    assert at_work.worked().status == "todo"
    assert at_work.workspace.task("L").failures == 1
    assert at_work.workspace.claimed(at_work.workspace.agent("ada")).task.id == "L"
