"""Planning: all of a plan or nothing, with the reason for a refusal and an example for each overlap."""

from __future__ import annotations

import pytest

from mcp_server.core.tasks import overlaps, plan, update
from mcp_server.core.tasks.overlaps import Overlap
from mcp_server.core.tasks.plan import Proposal, plan_tasks
from mcp_server.domain.errors import Misuse
from tests.workspace import Workspace, task


def test_tasks_are_created_in_order_with_fresh_ids_where_none_is_given(workspace: Workspace) -> None:
    planned = workspace.plan(
        Proposal("first", ["a"]), task("mine", "b"), Proposal("second", ["c"], depends_on=["mine"], priority=3)
    )
    assert planned.created == ("T1", "mine", "T2")
    assert planned.ready == ("T1", "mine")
    assert planned.overlaps == ()
    assert planned.complete
    assert workspace.task("T2").priority == 3
    assert [(event.agent, event.subject) for event in workspace.events("planned")] == [("planner", "T1")]


def test_all_that_a_planner_says_is_kept(workspace: Workspace) -> None:
    workspace.plan(
        Proposal("  Billing  ", ["./src//billing/", "!src/billing/x"], "B", (), "tests pass", 7, "opus", ["db", "db"])
    )
    kept = workspace.task("B")
    assert (kept.title, kept.done_when, kept.priority, kept.tier) == ("Billing", "tests pass", 7, "opus")
    assert kept.scope[0].startswith("src/billing")
    assert kept.resources == ("db",)
    needed = Proposal("Look", [], "L", role="reader", capabilities=["docker", "gpu", "docker"])
    workspace.plan(needed)
    assert (workspace.task("L").role, workspace.task("L").capabilities) == ("reader", ("docker", "gpu"))


def test_a_fresh_id_is_never_one_that_the_same_plan_gives(workspace: Workspace) -> None:
    planned = workspace.plan(Proposal("first", ["a"]), task("T1", "b"), task("T2", "c"))
    assert planned.created == ("T3", "T1", "T2")


def test_dependencies_may_point_forward_and_to_earlier_plans(workspace: Workspace) -> None:
    workspace.plan(task("old", "a"))
    planned = workspace.plan(task("A", "b", depends_on=["B", "old"]), task("B", "c"))
    assert planned.ready == ("B",)
    assert workspace.task("A").waiting == 2


def test_false_independence_is_found_with_an_example(workspace: Workspace) -> None:
    planned = workspace.plan(task("A", "src/**"), task("B", "src/b.py"), task("C", "docs"))
    assert planned.overlaps == (Overlap(("A", "B"), "src/b.py"),)


def test_false_independence_is_found_against_tasks_that_were_there_before(workspace: Workspace) -> None:
    workspace.plan(task("A", "src/**"), task("B", "src/**"), task("D", "docs"))
    planned = workspace.plan(task("C", "src/c"))
    assert {overlap.tasks for overlap in planned.overlaps} == {("A", "C"), ("B", "C")}


def test_a_done_task_prevents_no_claim(workspace: Workspace) -> None:
    workspace.plan(task("A", "src/**"))
    ada = workspace.agent("ada")
    workspace.claimed(ada)
    update.update_task(workspace.place, ada, "A", status="done")
    assert workspace.plan(task("B", "src/b")).overlaps == ()


def test_tasks_that_a_dependency_orders_may_overlap(workspace: Workspace) -> None:
    planned = workspace.plan(
        task("A", "src/**"), task("B", "lib", depends_on=["A"]), task("C", "src/c", depends_on=["B"])
    )
    assert planned.overlaps == ()


def test_a_tried_plan_says_the_same_and_leaves_nothing(workspace: Workspace) -> None:
    planner = workspace.agent("planner")
    before = workspace.dump()
    tried = plan_tasks(workspace.place, planner, [Proposal("x", ["src"]), task("A", "src/a")], dry_run=True)
    assert workspace.dump() == before
    assert plan_tasks(workspace.place, planner, [Proposal("x", ["src"]), task("A", "src/a")]) == tried
    assert tried.overlaps == (Overlap(("T1", "A"), "src/a"),)


@pytest.mark.parametrize(
    ("proposals", "words"),
    [
        ([], "the plan is empty"),
        ([task("A", "a"), task("A", "b")], "the id 'A' occurs twice in the plan"),
        ([task("known", "b")], "the id 'known' belongs to an existing task"),
        ([task("A", "a", depends_on=["nowhere"])], "A depends on 'nowhere', which is not a task"),
        ([task("A", depends_on=["A"])], "wait for each other: A → A"),
        (
            [task("A", depends_on=["C"]), task("B", depends_on=["A"]), task("C", depends_on=["B"])],
            "wait for each other: (A → C → B → A|C → B → A → C|B → A → C → B)",
        ),
        ([task("A", "../x")], r"task 1 \('Work on A'\): pattern \"../x\""),
        ([task("A", "/etc/passwd")], "/etc/passwd"),
        ([task("A", "src/[a")], r"pattern \"src/\[a\""),
        ([task("A", "a\0b")], "control character"),
        ([task("A", "a\ud800b")], "half a character"),
        ([task("A", "x" * 1_000_000)], "1000000 characters"),
        ([task("A", "")], "is empty"),
        ([task("A", "!a")], "takes away from nothing"),
        ([task("ok", "a"), Proposal("", ["a"])], r"task 2 \(''\): title is empty"),
        ([Proposal("a\nb", ["a"])], r"title 'a\\nb' contains characters"),
        ([Proposal("x" * 1_000_000, ["a"])], "title has 1,000,000 characters"),
        ([Proposal("a\0b", ["a"])], "title"),
        ([task(" -x")], "commands would take it for an option"),
        ([Proposal("\udc80", ["a"])], "title"),
        ([task("two words")], "must be one word"),
        ([task("all")], "must be one word, and not `all`"),
        ([task("a*b")], r"would be ambiguous in the task list"),
        ([task("a\u200db")], "would be ambiguous in the task list"),
        ([task("a:")], r"would be ambiguous in the task list"),
        ([Proposal("a", ["a"], id="x" * 1_000_000)], "id has 1,000,000 characters"),
        ([Proposal("a", ["a"], id="\ud800")], r"id '\\ud800' contains"),
        ([task("A", depends_on=["\0"])], "depends_on"),
        ([task("A", depends_on=[""])], "depends_on is empty"),
        ([task("A", resources=["path:../x"])], r"\.\."),
        ([task("A", resources=[" "])], "resource is empty"),
        ([task("A", resources=["x" * 1_000_000])], "resource has 1,000,000 characters"),
        ([task("A", priority=1_001)], "priority 1001 is out of range"),
        ([task("A", priority=-(10**30))], "is out of range"),
        ([Proposal("a", ["a"], role="boss")], "there is no role 'boss': there are reader, tester, writer, reviewer"),
        ([Proposal("a", ["a"], capabilities=["a gpu"])], "the capability 'a gpu' must be one word"),
        ([Proposal("a", ["a"], done_when="\0")], "done_when contains a NUL"),
        ([Proposal("a", ["a"], done_when="x" * 1_000_000)], "done_when has 1,000,000 characters"),
        ([Proposal("a", ["{a,b}" * 9])], "alternatives"),
        ([Proposal("a", [f"f{number}" for number in range(1_001)])], "one too many"),
    ],
)
def test_an_invalid_plan_is_refused_with_the_reason_and_nothing_is_planned(
    workspace: Workspace, proposals: list[Proposal], words: str
) -> None:
    workspace.plan(task("known", "a"))
    before = workspace.dump()
    with pytest.raises(Misuse, match=words) as refused:
        plan_tasks(workspace.place, workspace.agent("planner"), proposals)
    assert len(str(refused.value)) < 500
    str(refused.value).encode()
    assert workspace.dump() == before


def test_ten_thousand_tasks_are_planned_at_once_and_one_more_is_refused(workspace: Workspace) -> None:
    many = [
        task(f"J{number}", f"src/{number}/**", depends_on=[f"J{number - 1}"] if number % 10 else [])
        for number in range(plan.MOST_TASKS)
    ]
    with pytest.raises(Misuse, match="the plan has 10,001 tasks; at most 10,000"):
        workspace.plan(*many, task("more"))
    planned = workspace.plan(*many)
    assert len(planned.created) == plan.MOST_TASKS
    assert len(planned.ready) == plan.MOST_TASKS // 10
    assert planned.complete
    assert workspace.claimed(workspace.agent("ada")).task.id == "J0"


def test_a_plan_with_countless_overlaps_names_some_and_says_that_there_are_more(workspace: Workspace) -> None:
    planned = workspace.plan(*(task(f"J{number}", "src/**") for number in range(200)))
    assert len(planned.overlaps) == overlaps.MOST_OVERLAPS
    assert planned.complete is False
    assert len(planned.created) == 200
