"""Steering: a pause holds at the next claim, a stop takes out what nobody works on, a restart keeps earlier work."""

from __future__ import annotations

import pytest

from mcp_server.core.tasks.update import update_task
from mcp_server.core.workflows import carry_out, progress, steer
from mcp_server.domain.errors import Misuse
from mcp_server.ports import Printed
from tests.core.workflows.running import begin, finish, person, phases, run_of, states, tasks
from tests.core.workflows.test_progress import GATED, REVIEWED, TWO
from tests.workspace import LEASE, Workspace, task


def test_a_pause_holds_at_the_next_claim_and_what_is_being_done_goes_on(workspace: Workspace) -> None:
    begin(workspace, TWO)
    ada, pat = workspace.agent("ada"), person(workspace)
    workspace.claimed(ada, "T1")
    paused = steer.pause(workspace.place, pat, None)
    assert paused.held == (("T1", "ada"),)
    refused = workspace.refused(ada, "T2")
    assert (refused.reason, "sam paused the run flow-1" in refused.advice) == ("waiting", True)
    assert "interlock workflow resume flow-1" in workspace.refused(ada).advice
    assert workspace.claimed(ada, "T1").task.id == "T1"
    update_task(workspace.place, ada, "T1", status="done")
    workspace.plan(task("other", "lib"))
    assert workspace.claimed(ada).task.id == "other", "what is none of the run's"
    steer.resume(workspace.place, pat, "flow-1")
    assert workspace.claimed(ada).task.id == "T2"


def test_the_task_of_a_holder_that_was_killed_is_offered_after_the_pause(workspace: Workspace) -> None:
    begin(workspace, TWO)
    workspace.claimed(workspace.agent("ada", pid=7), "T1")
    steer.pause(workspace.place, person(workspace), None)
    workspace.kill(7)
    bob = workspace.agent("bob")
    assert workspace.refused(bob, "T1").reason == "waiting"
    steer.resume(workspace.place, person(workspace), None)
    assert workspace.claimed(bob).task.id == "T1"


def test_a_gate_that_passes_during_a_pause_has_passed_and_the_next_phase_begins_later(workspace: Workspace) -> None:
    begin(workspace, GATED)
    finish(workspace, "T1", "T2", "T3")

    def paused() -> Printed:
        steer.pause(workspace.place, person(workspace), None)
        return Printed(0, ())

    workspace.workshop.prints = {"make test": paused}
    carry_out.carry_out(workspace.place, "flow-1")
    assert states(workspace) == {"one": "passed", "two": "waiting"}
    steer.resume(workspace.place, person(workspace), None)
    progress.progress(workspace.place)
    assert (states(workspace)["two"], workspace.workshop.ran) == ("open", ["make test"])


def test_a_stop_takes_out_what_nobody_works_on_and_ends_with_the_last_claim(workspace: Workspace) -> None:
    begin(workspace, TWO)
    ada, pat = workspace.agent("ada"), person(workspace)
    workspace.claimed(ada, "T1")
    finish(workspace, "T3", by="bob")
    stopped = steer.stop(workspace.place, pat, None)
    assert (stopped.held, stopped.changed, stopped.run.state) == ((("T1", "ada"),), ("T2",), "stopping")
    [message] = workspace.inbox(ada)
    assert "sam stopped the run flow-1" in message.subject
    assert (workspace.task("T2").status, workspace.task("T3").status) == ("dropped", "done")
    update_task(workspace.place, ada, "T1", status="released")
    assert workspace.refused(workspace.agent("bob"), "T1").reason == "waiting"
    progress.progress(workspace.place)
    assert (run_of(workspace).state, workspace.task("T1").status) == ("stopped", "dropped")
    with pytest.raises(steer.NotSteered, match="it is stopped by sam"):
        steer.resume(workspace.place, pat, "flow-1")


def test_a_stopped_run_does_not_wait_for_a_holder_that_is_gone(workspace: Workspace) -> None:
    begin(workspace, TWO)
    workspace.claimed(workspace.agent("ada", pid=7), "T1")
    steer.stop(workspace.place, person(workspace), None)
    workspace.kill(7)
    progress.progress(workspace.place)
    assert run_of(workspace).state == "stopped"


def test_a_restart_puts_a_phase_and_later_ones_back_and_keeps_what_was_before(workspace: Workspace) -> None:
    three = TWO + '[[phases]]\nname = "three"\ntitle = "Last"\n'
    begin(workspace, three)
    finish(workspace, "T1", "T2", "T3")
    finish(workspace, "T4", "T5", "T6")
    assert tasks(workspace, 3) == {"": "T7"}
    restarted = steer.restart(workspace.place, person(workspace), "two", None)
    assert restarted.changed == ("T4", "T5", "T6")
    assert [workspace.task(f"T{number}").status for number in range(1, 8)] == [*["done"] * 3, *["todo"] * 3, "dropped"]
    assert states(workspace) == {"one": "passed", "two": "open", "three": "waiting"}
    finish(workspace, "T6", "T5", "T4")
    assert tasks(workspace, 3) == {"": "T8"}
    finish(workspace, "T8")
    assert run_of(workspace).state == "done"


def test_a_phase_that_somebody_works_on_is_not_restarted(workspace: Workspace) -> None:
    begin(workspace, TWO)
    ada = workspace.agent("ada")
    finish(workspace, "T2")
    workspace.claimed(ada, "T1")
    before = workspace.dump()
    with pytest.raises(steer.NotSteered, match=r"while somebody works on T1 \(ada\)"):
        steer.restart(workspace.place, person(workspace), "one", None)
    assert workspace.task("T2").status == "done"
    assert before.count("dropped") == workspace.dump().count("dropped")
    workspace.clock.advance(LEASE + 1)
    steer.restart(workspace.place, person(workspace), "one", None)
    assert workspace.task("T1").status == "todo", "nobody does any more"


def test_a_run_that_is_over_can_be_restarted_and_a_phase_that_has_not_begun_can_not(workspace: Workspace) -> None:
    begin(workspace, TWO)
    with pytest.raises(steer.NotSteered, match="phase two of flow-1 has not begun yet"):
        steer.restart(workspace.place, person(workspace), "two", None)
    with pytest.raises(Misuse, match="has no phase 'three': it has one, two"):
        steer.restart(workspace.place, person(workspace), "three", None)
    finish(workspace, "T1", "T2", "T3")
    finish(workspace, "T4", "T5", "T6")
    assert run_of(workspace).state == "done"
    steer.restart(workspace.place, person(workspace), "two", "flow-1")
    assert (run_of(workspace).state, workspace.task("T4").status) == ("running", "todo")


def test_restarting_a_phase_that_waits_for_a_person_takes_its_gate_back(workspace: Workspace) -> None:
    begin(workspace, REVIEWED)
    finish(workspace, "T1", "T2", "T3")
    gate = phases(workspace)["one"].gate
    assert gate == "T4"
    steer.restart(workspace.place, person(workspace), "one", None)
    assert (workspace.task("T4").status, workspace.task("T1").status) == ("dropped", "todo")


def test_a_run_is_named_only_where_there_are_several(workspace: Workspace) -> None:
    pat = person(workspace)
    with pytest.raises(steer.NotSteered, match="no run of a workflow is going on"):
        steer.pause(workspace.place, pat, None)
    begin(workspace, TWO)
    begin(workspace, TWO)
    with pytest.raises(Misuse, match="several runs are going on; name one: flow-1, flow-2"):
        steer.pause(workspace.place, pat, None)
    with pytest.raises(Misuse, match="there is no run 'flow-9'; the latest: flow-2, flow-1"):
        steer.pause(workspace.place, pat, "flow-9")
    assert steer.pause(workspace.place, pat, "flow-2").run.id == "flow-2"
    with pytest.raises(steer.NotSteered, match="it is paused by sam"):
        steer.pause(workspace.place, pat, "flow-2")
