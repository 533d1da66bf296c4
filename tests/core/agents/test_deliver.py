"""Messages reach an agent at its next step: once, short, and none is lost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mcp_server.adapters.sqlite.store import SqliteStore
from mcp_server.core.agents.deliver import LONGEST, deliver, urgent
from mcp_server.domain.decision import Policy
from mcp_server.domain.scopes.scope import parse
from tests.workspace import FakeClock, Workspace


def delivered(workspace: Workspace, agent_id: int) -> str:
    with workspace.store.writing() as books:
        return deliver(books.inbox, agent_id)


def post(workspace: Workspace, sender: int | None, reader: int, subject: str, body: str = "") -> None:
    with workspace.store.writing() as books:
        books.inbox.post(sender, reader, subject, body)


def test_a_message_is_shown_once_with_its_sender(workspace: Workspace) -> None:
    ada, bob = workspace.agent("ada"), workspace.agent("bob")
    post(workspace, bob, ada, "the API has changed", "see src/api.py")
    post(workspace, None, ada, "ben waits for a.py")
    assert delivered(workspace, ada) == (
        "Message from bob: the API has changed\nsee src/api.py\nInterlock: ben waits for a.py"
    )
    assert delivered(workspace, ada) == ""
    assert workspace.inbox(ada) == [], "what was shown whole was read"
    assert delivered(workspace, bob) == ""


def test_a_long_message_is_shown_in_part_and_stays_unread(workspace: Workspace) -> None:
    ada = workspace.agent("ada")
    post(workspace, None, ada, "long", "x" * 5_000)
    shown = delivered(workspace, ada)
    assert len(shown) <= LONGEST
    assert shown.endswith("(read_messages shows the rest)")
    assert delivered(workspace, ada) == ""
    assert [message.subject for message in workspace.inbox(ada)] == ["long"]


@given(st.lists(st.integers(0, 1_500), max_size=12))
def test_all_messages_arrive_in_order_however_long(lengths: list[int]) -> None:
    store = SqliteStore(None, clock=FakeClock(), policy=lambda: Policy("enforce", "allow", parse([])))
    with store.writing() as books:
        ada = books.agents.add("a", "ada", "session", parent=None, process=None, worktree="")
        for number, length in enumerate(lengths):
            books.inbox.post(None, ada.id, f"<{number}>", "x" * length)
    steps = []
    for _ in range(len(lengths) + 1):
        with store.writing() as books:
            steps.append(deliver(books.inbox, ada.id))
    assert all(len(step) <= LONGEST for step in steps)
    assert steps[-1] == ""
    told = "\n".join(steps)
    assert [told.count(f"<{number}>") for number in range(len(lengths))] == [1] * len(lengths)
    assert sorted(range(len(lengths)), key=lambda number: told.index(f"<{number}>")) == list(range(len(lengths)))


def test_urgent_messages_reach_one_that_is_about_to_stop_and_the_others_wait(workspace: Workspace) -> None:
    ada = workspace.agent("ada")
    for number in range(20):
        post(workspace, None, ada, f"later {number}")
    post(workspace, None, ada, "URGENT: do not push")
    with workspace.store.writing() as books:
        assert urgent(books.inbox, ada) == "Interlock: URGENT: do not push"
        assert urgent(books.inbox, ada) == "", "once"
    assert delivered(workspace, ada).startswith("Interlock: later 0\n")


def test_a_message_that_was_sent_again_is_shown_once_with_how_often(workspace: Workspace) -> None:
    ada, ben = workspace.agent("ada"), workspace.agent("ben")
    for _ in range(3):
        post(workspace, ben, ada, "stop")
    assert delivered(workspace, ada) == "Message from ben: stop (sent 3 times)"
