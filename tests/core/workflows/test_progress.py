"""Carrying on: each phase is planned once, when the one before has passed, whoever comes by and in whatever order."""

from __future__ import annotations

import pytest

from mcp_server.core.approval.decide import approve_task, reject_task
from mcp_server.core.tasks.update import update_task
from mcp_server.core.workflows import carry_out, progress, steer
from mcp_server.domain.errors import InterlockError
from mcp_server.ports import Printed
from tests.core.workflows.running import begin, finish, person, phases, run_of, states, tasks
from tests.store_contract.branches.test_worktrees import add
from tests.workspace import Workspace

TWO = """
[[phases]]
name = "one"
for_each = { list = ["a", "b", "c"] }
title = "Do {item}"
scope = ["{item}/**"]
[[phases]]
name = "two"
for_each = { phase = "one" }
title = "Look at {item}"
"""
GATED = TWO.replace('title = "Do', 'gate = { command = "make test" }\ntitle = "Do')
REVIEWED = TWO.replace('title = "Do', 'gate = { review = true }\ntitle = "Do')
FOUND = TWO.replace('{ phase = "one" }', '{ glob = "out/*" }')


def test_the_next_phase_is_planned_when_all_of_the_one_before_is_done_in_any_order(workspace: Workspace) -> None:
    begin(workspace, TWO)
    assert finish(workspace, "T3").words == ()
    assert finish(workspace, "T1").words == ()
    assert tasks(workspace, 2) == {}
    words = " ".join(finish(workspace, "T2").words)
    assert "Phase 'two' of flow-1 has begun: T4, T5, T6" in words
    assert tasks(workspace, 2) == {"a": "T4", "b": "T5", "c": "T6"}
    assert progress.progress(workspace.place).words == (), "once is enough"
    assert finish(workspace, "T6", "T4", "T5").words[-1] == "The run flow-1 is done."
    assert run_of(workspace).state == "done"


def test_a_gate_is_run_by_a_process_of_its_own_and_only_by_one(workspace: Workspace) -> None:
    begin(workspace, GATED)
    [due] = finish(workspace, "T1", "T2", "T3").due
    assert not due.is_running
    assert carry_out.set_going(workspace.place, due)
    [(run_id, attempt)] = workspace.workshop.started
    [again] = progress.progress(workspace.place).due
    assert again.is_running
    assert not carry_out.set_going(workspace.place, again)
    refused = workspace.refused(workspace.agent("ada"))
    assert (refused.reason, "ask again in half a minute" in refused.advice) == ("nothing_ready", True)
    carry_out.carry_out(workspace.place, run_id, attempt)
    assert workspace.workshop.ran == ["make test"]
    assert states(workspace) == {"one": "passed", "two": "open"}


def test_a_gate_whose_process_died_is_run_again_and_what_the_dead_one_finds_late_does_not_count(
    workspace: Workspace,
) -> None:
    begin(workspace, GATED)
    [due] = finish(workspace, "T1", "T2", "T3").due
    carry_out.set_going(workspace.place, due)
    runner = phases(workspace)["one"].runner
    assert runner is not None
    workspace.processes.gone.add(runner)
    [again] = progress.progress(workspace.place).due
    assert not again.is_running

    [(_, attempt)] = workspace.workshop.started

    def late() -> Printed:
        workspace.workshop.prints = {}
        seq = run_of(workspace).seq
        with workspace.store.writing() as books:
            assert books.runs.take(seq, 1, None, attempt + 1)
        carry_out.carry_out(workspace.place, "flow-1", attempt + 1)
        return Printed(1, ("too late",))

    workspace.workshop.prints = {"make test": late}
    carry_out.carry_out(workspace.place, "flow-1", attempt)
    assert workspace.workshop.ran == ["make test", "make test"]
    assert (run_of(workspace).state, states(workspace)["two"], len(tasks(workspace, 2))) == ("running", "open", 3)


def test_a_failed_gate_blocks_the_run_with_its_last_lines_until_a_person_resumes_it(workspace: Workspace) -> None:
    begin(workspace, GATED)
    workspace.workshop.prints = {"make test": Printed(2, ("ok", "1 failed"), "/log")}
    finish(workspace, "T1", "T2", "T3")
    carry_out.carry_out(workspace.place, "flow-1")
    assert run_of(workspace).state == "blocked"
    assert "`make test`, failed with exit code 2: ok / 1 failed" in (run_of(workspace).why or "")
    assert phases(workspace)["one"].log == "/log"
    assert "is blocked" in workspace.refused(workspace.agent("ada")).advice
    assert progress.progress(workspace.place) == progress.NOTHING
    workspace.workshop.prints = {}
    steer.resume(workspace.place, workspace.agent("pat"), None)
    carry_out.carry_out(workspace.place, "flow-1")
    assert states(workspace) == {"one": "passed", "two": "open"}
    assert workspace.workshop.ran == ["make test"] * 2


def test_a_review_gate_waits_for_a_person_where_reviews_do(workspace: Workspace) -> None:
    begin(workspace, REVIEWED)
    finish(workspace, "T1", "T2", "T3")
    assert workspace.task("T4").status == "review"
    assert "interlock approve T4" in workspace.refused(workspace.agent("ada")).advice
    with pytest.raises(InterlockError, match="only a person may do this"):
        approve_task(workspace.place, workspace.agent("bob"), "T4", note=None, line="interlock approve T4")
    pat = person(workspace)
    approve_task(workspace.place, pat, "T4", note=None, line="")
    assert "Phase 'two'" in " ".join(progress.progress(workspace.place).words)


def test_a_phase_that_a_person_rejects_blocks_the_run_with_the_reason(workspace: Workspace) -> None:
    begin(workspace, REVIEWED)
    finish(workspace, "T1", "T2", "T3")
    reject_task(workspace.place, person(workspace), "T4", "c is wrong")
    assert workspace.refused(workspace.agent("ada")).reason == "nothing_ready", "a gate is nobody's work"
    progress.progress(workspace.place)
    assert (run_of(workspace).state, workspace.task("T4").status) == ("blocked", "dropped")
    assert "c is wrong" in (run_of(workspace).why or "")
    restarted = steer.restart(workspace.place, person(workspace), "one", None)
    assert restarted.changed == ("T1", "T2", "T3")


def test_what_a_later_phase_finds_counts_when_it_begins(workspace: Workspace) -> None:
    begin(workspace, FOUND)
    workspace.workshop.paths = ["out/x.md", "out/y.md"]
    [due] = finish(workspace, "T1", "T2", "T3").due
    assert due.phase.name == "two"
    carry_out.carry_out(workspace.place, "flow-1")
    assert tasks(workspace, 2) == {"out/x.md": "T4", "out/y.md": "T5"}


@pytest.mark.parametrize("optional", [True, False])
def test_a_later_phase_without_an_item_is_passed_over_only_if_it_says_so(workspace: Workspace, optional: bool) -> None:
    begin(workspace, FOUND.replace('title = "Look', f'optional = {str(optional).lower()}\ntitle = "Look'))
    finish(workspace, "T1", "T2", "T3")
    carry_out.carry_out(workspace.place, "flow-1")
    assert run_of(workspace).state == ("done" if optional else "blocked")
    assert "no file is covered by out/*" in (phases(workspace)["two"].words or "")


def test_a_phase_waits_for_what_is_not_merged_yet_and_says_so(workspace: Workspace) -> None:
    begin(workspace, TWO)
    with workspace.store.writing() as books:
        add(books, "tree", task="T2")
    assert finish(workspace, "T1", "T2", "T3").words == ()
    advice = workspace.refused(workspace.agent("bob")).advice
    said = "the run flow-1 waits for 1 task of phase one, done and not merged yet: `interlock merge TASK`"
    assert said in advice
    with workspace.store.writing() as books:
        books.worktrees.record_merge("tree", "c0ffee")
    assert "Phase 'two'" in " ".join(progress.progress(workspace.place).words)


def test_a_limit_of_failures_blocks_the_run_and_a_person_allows_as_many_again(workspace: Workspace) -> None:
    begin(workspace, "[limits]\nfailures = 2\n" + TWO)
    ada = workspace.agent("ada")
    for task in ("T1", "T2"):
        workspace.claimed(ada, task)
        update_task(workspace.place, ada, task, status="failed")
    progress.progress(workspace.place)
    assert (run_of(workspace).state, run_of(workspace).why) == (
        "blocked",
        "its tasks failed 2 times, and its limit is 2",
    )
    assert workspace.refused(ada).reason == "nothing_ready"
    steer.resume(workspace.place, person(workspace), None)
    assert (run_of(workspace).failures, progress.progress(workspace.place).words) == (4, ())
    assert workspace.claimed(ada).task.id == "T1"
