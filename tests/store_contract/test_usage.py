"""What was spent, each response once, how far transcripts were read, and what may be spent."""

from __future__ import annotations

import itertools

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mcp_server.adapters.sqlite.usage.book import KEPT_SECONDS
from mcp_server.core.prune import DAY, prune
from mcp_server.core.tasks.plan import Proposal, plan_tasks
from mcp_server.domain.text import stamp
from mcp_server.domain.usage.response import Passage, Place, Response, Tokens
from mcp_server.domain.usage.sums import Doubt, Part, Usage
from tests.workspace import Workspace, task

NUMBERS = itertools.count(1)
MAIN, OTHER = "/t/s1.jsonl", "/t/s2.jsonl"
TODAY = "2027-01-15"


def passage(*responses: tuple[str, Tokens], place: Place | None = None, at: str = "", model: str = "opus") -> Passage:
    found = Passage(place or Place(7, 100, 100))
    found.responses = [Response(name, model, at, tokens) for name, tokens in responses]
    return found


def record(workspace: Workspace, agent: int, found: Passage | None, *, path: str = MAIN, on: str = "") -> None:
    with workspace.store.writing() as books:
        books.usage.record(path, MAIN if path.startswith("/t/s1") else path, agent, on, found)


def parts(workspace: Workspace) -> list[Part]:
    with workspace.store.reading() as books:
        return books.usage.parts()


def test_a_response_counts_once_however_often_and_wherever_it_is_read(workspace: Workspace) -> None:
    ada, bob = workspace.agent("ada"), workspace.agent("bob")

    record(workspace, ada, passage(("m1", (1, 2, 3, 4)), ("m1", (1, 2, 3, 4)), ("m2", (10, 0, 0, 0))))
    record(workspace, ada, passage(("m1", (1, 2, 3, 4))))
    record(workspace, bob, passage(("m1", (1, 2, 3, 4)), ("m3", (5, 5, 5, 5))), path=OTHER)

    assert parts(workspace) == [
        Part("ada", "", "opus", TODAY, Usage(2, 11, 2, 3, 4)),
        Part("bob", "", "opus", TODAY, Usage(1, 5, 5, 5, 5)),
    ]


def test_what_was_spent_on_a_task_is_compared_with_what_is_done_of_its_tier(workspace: Workspace) -> None:
    workspace.plan(*(task(name, name) for name in "ABCDE"))
    ada = workspace.agent("ada")
    with workspace.store.writing() as books:
        for name in "ABCD":
            found = books.tasks.get(name)
            assert found is not None
            books.tasks.put(found.seq, status="done" if name != "D" else "blocked", token=None)
    for number, name in enumerate("ABD", start=1):
        record(workspace, ada, passage((f"m{name}", (number, 10, 100, 1_000))), on=name)
    record(workspace, ada, passage(("more", (5, 0, 0, 0))), on="A")
    with workspace.store.writing() as books:
        assert [books.usage.on_task(name) for name in ("A", "B", "E", "")] == [116, 112, 0, 0]
        assert sorted(books.usage.on_done_like("E", 10)) == [112, 116]
        assert len(books.usage.on_done_like("E", 1)) == 1
    plan_tasks(workspace.place, ada, [Proposal("Other", ("other",), id="O", tier="haiku")])
    with workspace.store.reading() as books:
        assert books.usage.on_done_like("O", 10) == []


def test_what_is_said_last_of_a_response_counts_where_it_was_counted_first(workspace: Workspace) -> None:
    ada = workspace.agent("ada")

    record(workspace, ada, passage(("m1", (9, 1, 0, 0))), on="T1")
    record(workspace, ada, passage(("m1", (9, 50, 0, 0)), ("m1", (8, 60, 0, 0))), on="T2")

    assert parts(workspace) == [Part("ada", "T1", "opus", TODAY, Usage(1, 8, 60, 0, 0))]


def test_it_counts_for_the_day_on_which_it_was_written_but_for_none_to_come(workspace: Workspace) -> None:
    ada = workspace.agent("ada")

    record(workspace, ada, passage(("m1", (1, 0, 0, 0)), at="2027-01-14T23:59:59.999Z"))
    record(workspace, ada, passage(("m2", (2, 0, 0, 0)), at="2027-02-01T00:00:00.000Z"))

    assert [(part.day, part.usage.input) for part in parts(workspace)] == [("2027-01-14", 1), (TODAY, 2)]
    with workspace.store.reading() as books:
        assert [part.day for part in books.usage.parts(TODAY)] == [TODAY]
        assert books.usage.parts(TODAY, agent=ada + 1) == []


def test_the_task_is_the_agents_own_claim_or_else_its_parents(workspace: Workspace) -> None:
    workspace.plan(task("A", "src/a"), task("B", "src/b"))
    ada = workspace.agent("ada")
    helper = workspace.subagent("ada", "x1")
    with workspace.store.reading() as books:
        assert books.usage.task_of(helper, ada) == ""
    workspace.claimed(ada, "A")
    with workspace.store.reading() as books:
        assert (books.usage.task_of(helper, ada), books.usage.task_of(helper, None)) == ("A", "")
    workspace.claimed(helper, "B")
    with workspace.store.reading() as books:
        assert (books.usage.task_of(helper, ada), books.usage.task_of(ada, None)) == ("B", "A")


def test_the_response_that_gave_a_task_back_counts_for_it_and_later_ones_do_not(workspace: Workspace) -> None:
    workspace.plan(task("A", "src/a"))
    ada = workspace.agent("ada")
    workspace.claimed(ada, "A")
    record(workspace, ada, passage(("m1", (1, 0, 0, 0))), on="A")
    seq = workspace.task("A").seq
    with workspace.store.writing() as books:
        books.tasks.put(seq, status="done", token=None)

    record(workspace, ada, passage(("m2", (2, 0, 0, 0)), at=stamp(workspace.clock.now - 1)))
    record(workspace, ada, passage(("m3", (4, 0, 0, 0)), at=stamp(workspace.clock.now - 1)))

    assert [(part.task, part.usage.input) for part in parts(workspace)] == [("A", 3), ("", 4)]


def test_how_far_a_transcript_was_read_is_kept_and_why_its_sums_may_not_be_exact(workspace: Workspace) -> None:
    ada = workspace.agent("ada")
    with workspace.store.reading() as books:
        assert books.usage.place(MAIN) is None
    found = passage(place=Place(7, 60, 100, waits=True))
    found.unreadable, found.compacted, found.rewritten = 2, 1, True
    record(workspace, ada, found)
    record(workspace, ada, None, path=OTHER)

    with workspace.store.reading() as books:
        place = books.usage.place(MAIN)
        assert place is not None
        assert (place.inode, place.at, place.size, place.left, place.waits) == (7, 60, 100, 40, True)
        assert books.usage.doubts(books.now) == [Doubt("ada", 40, 1, 2, 1, gone=True)]
        assert books.usage.doubts(books.now + 1) == []
        assert books.usage.unfinished(books.now) == [(MAIN, MAIN, ada), (OTHER, OTHER, ada)]
    record(workspace, ada, passage(), path=OTHER)
    record(workspace, ada, passage())
    with workspace.store.reading() as books:
        assert books.usage.doubts(books.now) == [Doubt("ada", 0, 1, 2, 1)]


def test_what_the_client_counted_beyond_the_transcripts_counts_for_the_agent_and_only_once(
    workspace: Workspace,
) -> None:
    ada, helper = workspace.agent("ada"), workspace.subagent("ada", "x1")
    found = passage(("m1", (10, 10, 10, 10)))
    found.compacted = 1
    record(workspace, ada, found)
    record(workspace, helper, passage(("m2", (1, 1, 1, 1))), path="/t/s1/subagents/agent-x1.jsonl")

    for output in (15, 20):
        with workspace.store.writing() as books:
            books.usage.settle(MAIN, ada, "T1", {"opus": (11, output, 11, 11), "haiku": (3, 0, 0, 0)})

    with workspace.store.reading() as books:
        found_parts = books.usage.parts(agent=ada)
        assert books.usage.doubts(books.now) == []
    assert [(part.task, part.model, part.usage) for part in found_parts] == [
        ("", "opus", Usage(1, 10, 10, 10, 10)),
        ("T1", "opus", Usage(0, 0, 9, 0, 0)),
        ("T1", "haiku", Usage(0, 3, 0, 0, 0)),
    ]


def test_a_subagent_that_begins_with_a_copy_of_its_session_changes_nothing(workspace: Workspace) -> None:
    ada, helper = workspace.agent("ada"), workspace.subagent("ada", "x1")
    record(workspace, ada, passage(("m1", (10, 0, 0, 0))))
    found = passage(("m1", (10, 0, 0, 0)), ("m2", (1, 0, 0, 0)))
    found.copies = ["m1"]
    record(workspace, helper, found, path="/t/s1/subagents/agent-x1.jsonl")

    with workspace.store.writing() as books:
        books.usage.settle(MAIN, ada, "", {"opus": (15, 0, 0, 0)})

    assert [(part.agent, part.usage.input) for part in parts(workspace)] == [("ada", 14), ("ada/worker-1", 1)]


def test_totals_that_began_in_another_session_are_not_taken_for_this_ones(workspace: Workspace) -> None:
    ada = workspace.agent("ada")
    record(workspace, ada, passage(("m1", (10, 10, 10, 10))), path=OTHER)
    found = passage(("m1", (10, 10, 10, 10)), ("m2", (1, 1, 1, 1)))
    found.compacted = 1
    record(workspace, ada, found)

    with workspace.store.writing() as books:
        books.usage.settle(MAIN, ada, "", {"opus": (99, 99, 99, 99)})

    with workspace.store.reading() as books:
        assert sum(part.usage.input for part in books.usage.parts()) == 11
        assert [doubt.compacted for doubt in books.usage.doubts(books.now)] == [1]


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_reads_of_the_same_lines_give_the_same_sums(workspace: Workspace, data: st.DataObject) -> None:
    number = next(NUMBERS)
    ada = workspace.agent(f"ada-{number}")
    lines = data.draw(st.lists(st.tuples(st.integers(0, 5), st.integers(1, 50)), max_size=20))
    said = [(f"{number}-m{name}", (tokens, tokens, 0, 1)) for name, tokens in lines]
    last = dict(said)
    with workspace.store.writing() as books:
        begun = 0
        while begun < len(said):
            end = data.draw(st.integers(begun + 1, len(said)))
            books.usage.record(f"/t/{number}", f"/t/{number}", ada, "", passage(*said[begun:end]))
            begun = end if end == len(said) else data.draw(st.integers(min(begun + 1, end), end))  # some are read again
        books.usage.record(f"/t/{number}-fork", f"/t/{number}-fork", ada, "", passage(*said))
        whole = [part.usage for part in books.usage.parts(agent=ada)]

    spent = sum(tokens[0] for tokens in last.values())
    assert whole == ([Usage(len(last), spent, spent, 0, len(last))] if last else [])


def test_a_budget_knows_what_is_spent_of_it_and_who_works_under_it(workspace: Workspace) -> None:
    workspace.plan(task("A", "src/a"))
    ada, bob = workspace.agent("ada"), workspace.agent("bob")
    workspace.claimed(bob, "A")
    record(workspace, ada, passage(("m1", (10, 20, 30, 1000))), on="A")

    with workspace.store.writing() as books:
        assert not books.usage.is_limited()
        books.budgets.allow("task", "A", 50)
        books.budgets.allow("task", "A", 70)
        of_task, of_agent, of_day = (
            books.budgets.of(kind, subject)
            for kind, subject in (("task", "A"), ("agent", str(ada)), ("day", books.budgets.today()))
        )
        assert [(one.most, one.spent, one.level, one.name) for one in (of_task, of_agent, of_day)] == [
            (70, 60, 0, "A"),
            (None, 60, 0, "ada"),
            (None, 60, 0, TODAY),
        ]
        books.budgets.keep(of_task, 2)
        books.budgets.keep(of_agent, 2)
        books.budgets.crossed(of_task, "budget_reached", ada, "words")
        assert books.usage.is_limited()
        assert [(one.kind, one.name, one.spent) for one in books.budgets.all()] == [
            ("agent", "ada", 60),
            ("task", "A", 60),
        ]
        assert [one.kind for one in books.budgets.reached(ada, ["A"])] == ["agent", "task"]
        assert [one.kind for one in books.budgets.reached(bob, [])] == []
        assert books.budgets.concerned(of_task, ada) == [ada, bob]
        assert books.budgets.concerned(of_agent, ada) == [ada]
        assert set(books.budgets.concerned(of_day, ada)) >= {ada, bob}
    [event] = workspace.events("budget_reached")
    assert (event.agent, event.subject, event.detail) == ("ada", "A", "words")


def test_what_was_spent_long_ago_goes_and_a_copy_of_it_is_not_counted_again(workspace: Workspace) -> None:
    workspace.plan(task("A", "src/a"), task("B", "src/b"))
    ada, at = workspace.agent("ada"), stamp(workspace.clock.now)
    record(workspace, ada, passage(("m1", (1, 0, 0, 0)), at=at))
    record(workspace, ada, passage(("m2", (2, 0, 0, 0)), at=at), on="B")
    with workspace.store.writing() as books:
        books.budgets.keep(books.budgets.of("agent", str(ada)), 1)
        books.budgets.keep(books.budgets.of("day", books.budgets.today()), 1)
        books.budgets.allow("task", "B", 10)
    workspace.clock.advance(KEPT_SECONDS + DAY)
    while prune(workspace.store, workspace.settings.retention):
        pass
    record(workspace, ada, passage(("m1", (1, 0, 0, 0)), ("m2", (2, 0, 0, 0)), at=at), path=OTHER)
    assert [part.usage.input for part in parts(workspace)] == [1, 2]

    workspace.clock.advance(100 * DAY)
    for _ in range(4):
        prune(workspace.store, workspace.settings.retention)

    assert [(part.task, part.usage.input) for part in parts(workspace)] == [("B", 2)]
    with workspace.store.reading() as books:
        assert books.usage.place(MAIN) is None
        assert [budget.kind for budget in books.budgets.all()] == ["agent", "task"]
