"""Long answers are shortened, say what is missing, and keep what matters most."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mcp_server.answers.board import AgentPart, BoardAnswer, BoardTask, LeasePart
from mcp_server.answers.bounded import LONGEST, bounded
from mcp_server.answers.messages import EntryPart, PathPart, ScopeAnswer, StateAnswer
from mcp_server.answers.tasks import OverlapPart, PlanAnswer

AT = "2027-01-15T08:00:00Z"


def board(tasks: int, claims: int, agents: int, title: str = "t") -> BoardAnswer:
    return BoardAnswer(
        agents=[AgentPart(name=f"agent-{at}", kind="session", worktree="/r", seen_at=AT) for at in range(agents)],
        tasks=[BoardTask(id=f"T{at}", title=title, scope=["src/**"], status="todo", ready=True) for at in range(tasks)],
        done=3,
        more=0,
        claims=[
            LeasePart(
                holder=f"agent-{at}",
                task=f"T{at}",
                resource=None,
                scope=["src/**"],
                purpose=None,
                since=AT,
                expires_at=AT,
                live=True,
            )
            for at in range(claims)
        ],
        locks=[],
        waiting=[],
        conflicts=[],
    )


def size(answer: BoardAnswer | ScopeAnswer | StateAnswer | PlanAnswer) -> int:
    return len(answer.model_dump_json(exclude_none=True))


@given(st.integers(0, 300), st.integers(0, 300), st.integers(0, 60), st.text(min_size=1, max_size=200))
def test_it_fits_and_nothing_goes_unsaid(tasks: int, claims: int, agents: int, title: str) -> None:
    whole = board(tasks, claims, agents, title)
    answer = bounded(whole)
    assert isinstance(answer, BoardAnswer)
    assert size(answer) <= LONGEST or size(whole) <= LONGEST
    missing = answer.left_out or {}
    assert len(answer.tasks) + missing.get("tasks", 0) == tasks
    assert len(answer.claims) + missing.get("claims", 0) == claims
    assert len(answer.agents) + missing.get("agents", 0) == agents
    assert answer.tasks == whole.tasks[: len(answer.tasks)]


def test_what_fits_is_left_as_it_is() -> None:
    whole = board(5, 5, 5)
    assert bounded(whole) is whole
    assert whole.words_about_the_rest() == ""


def test_a_short_list_stays_whole_beside_a_long_one() -> None:
    answer = bounded(board(500, 3, 2))
    assert isinstance(answer, BoardAnswer)
    assert (len(answer.claims), len(answer.agents)) == (3, 2)
    assert answer.words_about_the_rest().startswith(f" Not shown: {500 - len(answer.tasks)} more tasks; scope_check")


def test_of_the_shared_state_the_newest_stay() -> None:
    entries = [
        EntryPart(id=at, at=AT, author="a", kind="learning", text="x" * 100, revision=None, uncommitted=None)
        for at in range(200)
    ]
    answer = bounded(StateAnswer(entries=entries))
    assert isinstance(answer, StateAnswer)
    assert answer.entries[-1].id == 199
    assert answer.left_out == {"entries": 200 - len(answer.entries)}


def test_the_refused_path_that_the_line_speaks_of_may_be_beyond_the_list() -> None:
    paths = [PathPart(path=f"src/{at}", allowed=True, reason="free") for at in range(400)]
    answer = bounded(ScopeAnswer(paths=paths))
    assert isinstance(answer, ScopeAnswer)
    assert size(answer) <= LONGEST
    assert "ask about fewer paths at once" in answer.words_about_the_rest()


def test_overlaps_are_shortened_and_the_created_ids_stay_in_order() -> None:
    overlaps = [OverlapPart(tasks=("A", "B"), example="e" * 90) for _ in range(100)]
    answer = bounded(PlanAnswer(created=[f"T{at}" for at in range(50)], ready=[], overlaps=overlaps))
    assert isinstance(answer, PlanAnswer)
    assert answer.created == [f"T{at}" for at in range(50)]
    assert size(answer) <= LONGEST
