"""What needs a person: each thing once, with the command to type, and nothing that agents settle by themselves."""

from __future__ import annotations

from mcp_server.core.board.needs import needs
from mcp_server.core.tasks.update import update_task
from mcp_server.core.workflows.progress import progress
from mcp_server.domain.conflict import Conflict
from mcp_server.domain.oversight.need import Need
from mcp_server.domain.settings import BudgetSettings, Settings
from tests.board.conftest import spend
from tests.core.workflows.running import begin
from tests.workspace import START_TIME, Workspace, task


def needed(workspace: Workspace) -> list[Need]:
    with workspace.store.reading() as books:
        return needs(books, workspace.settings)


def test_nothing_is_needed_while_everybody_works_or_is_idle(workspace: Workspace) -> None:
    workspace.plan(task("A", "src"), task("B", "lib"))
    ada = workspace.agent("ada", pid=7)
    workspace.claimed(ada, "A")
    with workspace.store.writing() as books:
        books.guard.stops([ada])
    assert needed(workspace) == []


def test_a_blocked_task_needs_what_its_note_says(workspace: Workspace) -> None:
    workspace.plan(task("A", "src"))
    ada = workspace.agent("ada")
    workspace.claimed(ada, "A")
    workspace.clock.advance(60)
    update_task(workspace.place, ada, "A", status="blocked", note="the key for the mail server")
    [need] = needed(workspace)
    assert (need.kind, need.subject, need.since) == ("blocked", "A", START_TIME + 60)
    assert need.words == "A is blocked: the key for the mail server"
    assert need.command == "interlock release A"


def test_an_agent_at_a_prompt_needs_its_user_until_it_goes_on(workspace: Workspace) -> None:
    ada = workspace.agent("ada", pid=7)
    with workspace.store.writing() as books:
        books.guard.asks([ada])
    [need] = needed(workspace)
    assert (need.kind, need.subject, need.command) == ("prompt", "ada", "interlock board")
    workspace.clock.advance(30)
    assert [again.cause for again in needed(workspace)] == [need.cause]
    with workspace.store.writing() as books:
        books.guard.touch([ada], prompt_is_over=True)
    assert needed(workspace) == []
    workspace.clock.advance(30)
    with workspace.store.writing() as books:
        books.guard.asks([ada])
    assert [again.cause == need.cause for again in needed(workspace)] == [False]


def test_an_agent_whose_process_ended_at_a_prompt_asks_nobody(workspace: Workspace) -> None:
    ada = workspace.agent("ada", pid=7)
    with workspace.store.writing() as books:
        books.guard.asks([ada])
    workspace.kill(7)
    assert needed(workspace) == []


def test_work_whose_agent_died_needs_a_person_until_somebody_continues_it(workspace: Workspace) -> None:
    workspace.plan(task("A", "src"))
    workspace.claimed(workspace.agent("ada", pid=7), "A")
    assert needed(workspace) == []
    workspace.kill(7)
    [need] = needed(workspace)
    assert (need.kind, need.subject, need.command) == ("lost", "A", "interlock restart A")
    workspace.claimed(workspace.agent("bob", pid=8), "A")
    assert needed(workspace) == []


def test_a_build_that_fails_on_somebody_elses_file_needs_a_person_after_a_while(workspace: Workspace) -> None:
    ada = workspace.agent("ada")
    minutes = workspace.settings.notify.build_minutes
    for _ in range(int(minutes)):
        assert needed(workspace) == []
        with workspace.store.writing() as books:
            books.activity.failed(ada, "lib/b.py", "make", apart=0)
        workspace.clock.advance(60)
    [need] = needed(workspace)
    assert (need.kind, need.subject) == ("build", "ada")
    assert "`make` has failed for 15 min because of lib/b.py" in need.words


def test_a_conflict_needs_a_person_once_nobody_works_on_either_branch(workspace: Workspace) -> None:
    workspace.plan(task("A", "src"), task("B", "lib"))
    ada, bob = workspace.agent("ada"), workspace.agent("bob")
    workspace.claimed(ada, "A")
    workspace.claimed(bob, "B")
    with workspace.store.writing() as books:
        for name in "AB":
            books.worktrees.add(name, f"/w/{name}", branch=f"{name}-work", base="main", start="0", task=name)
        books.conflicts.find("A-work", "B-work", Conflict("package.json", "contents", (), (), "1"))
    assert needed(workspace) == []
    update_task(workspace.place, ada, "A", status="done")
    assert needed(workspace) == []
    update_task(workspace.place, bob, "B", status="done")
    [need] = needed(workspace)
    assert (need.kind, need.command) == ("conflict", "interlock conflicts")
    assert "A-work and B-work conflict in 1 file, and nobody works on them: package.json" in need.words


def test_a_budget_needs_a_person_at_its_warning_and_at_its_end_each_once(workspace: Workspace) -> None:
    workspace.settings = Settings(budget=BudgetSettings(task_tokens=1_000))
    workspace.plan(task("A", "src"))
    ada = workspace.agent("ada")
    workspace.claimed(ada, "A")
    spend(workspace, ada, "A", 700)
    assert needed(workspace) == []
    spend(workspace, ada, "A", 150)
    [warned] = needed(workspace)
    assert (warned.kind, warned.command) == ("budget", "interlock budget raise A TOKENS")
    assert warned.words == "the budget of A (850 of 1,000 tokens) is nearly used up"
    spend(workspace, ada, "A", 200)
    [reached] = needed(workspace)
    assert "is used up" in reached.words
    assert reached.cause != warned.cause
    update_task(workspace.place, ada, "A", status="done")
    assert needed(workspace) == []


def test_an_agent_that_goes_in_circles_needs_a_person_until_its_claim_ends(workspace: Workspace) -> None:
    workspace.plan(task("A", "src"))
    ada = workspace.agent("ada")
    workspace.claimed(ada, "A")
    workspace.clock.advance(5)
    for _ in range(2):
        with workspace.store.writing() as books:
            books.events.add("off_track", "A", agent=ada, detail="`make` failed 4 times in the same way")
    [need] = needed(workspace)
    assert (need.kind, need.subject, need.command) == ("off_track", "A", "interlock restart A")
    assert "ada goes in circles on A: `make` failed 4 times" in need.words
    update_task(workspace.place, ada, "A", status="released")
    assert needed(workspace) == []
    workspace.clock.advance(1)
    workspace.claimed(ada, "A")
    assert needed(workspace) == []


def test_a_budget_that_is_crossed_later_hides_no_circle(workspace: Workspace) -> None:
    workspace.plan(task("A", "src"))
    ada = workspace.agent("ada")
    workspace.claimed(ada, "A")
    with workspace.store.writing() as books:
        books.events.add("off_track", "A", agent=ada, detail="`make` failed 4 times in the same way")
        books.events.add("budget_warned", "A", agent=ada, detail="nearly")
    assert [need.kind for need in needed(workspace)] == ["off_track"]


def test_what_waited_longest_comes_first(workspace: Workspace) -> None:
    workspace.plan(task("A", "src"), task("B", "lib"))
    ada = workspace.agent("ada", pid=7)
    for name in "AB":
        workspace.claimed(ada, name)
        update_task(workspace.place, ada, name, status="blocked", note="a decision")
        workspace.clock.advance(10)
    with workspace.store.writing() as books:
        books.guard.asks([ada])
    assert [need.subject for need in needed(workspace)] == ["A", "B", "ada"]


def test_a_run_of_a_workflow_that_is_blocked_needs_a_person_who_resumes_it(workspace: Workspace) -> None:
    begin(workspace, "[limits]\nfailures = 1\n[[phases]]\nname = 'one'\ntitle = 'Do it'")
    assert needed(workspace) == []
    ada = workspace.agent("ada")
    workspace.claimed(ada, "T1")
    update_task(workspace.place, ada, "T1", status="failed")
    progress(workspace.place)
    [need] = needed(workspace)
    assert (need.kind, need.subject, need.command) == ("blocked", "flow-1", "interlock workflow resume flow-1")
    assert need.words == "the run flow-1 is blocked: its tasks failed 1 time, and its limit is 1"
