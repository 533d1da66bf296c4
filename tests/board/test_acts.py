"""What a person may do from a board, and that an agent may not."""

from __future__ import annotations

import pytest

from mcp_server.core.agents.command_line import PersonsAct
from mcp_server.core.tasks.update import update_task
from mcp_server.domain.errors import InterlockError, Misuse, UnknownRecipient
from tests.board.conftest import acts_of
from tests.workspace import Workspace


def test_a_person_releases_a_task_whoever_holds_it_and_the_holder_is_notified(shop: Workspace) -> None:
    assert acts_of(shop).release("A") == "A was released: it can be claimed again."
    assert shop.task("A").status == "todo"
    assert any("was released by pat" in message.subject for message in shop.inbox(shop.agent("ada")))


def test_a_person_writes_to_an_agent_or_to_whoever_claims_a_task(shop: Workspace) -> None:
    acts = acts_of(shop)
    assert acts.message("ada", "please stop at the form") == "Sent to ada."
    assert acts.message("D", "use the new client") == "Sent to whoever claims D next."
    with pytest.raises(Misuse, match="the message is empty"):
        acts.message("ada", "  ")
    with pytest.raises(UnknownRecipient):
        acts.message("nobody", "hello there")


def test_a_person_decides_on_what_waits_for_review(shop: Workspace) -> None:
    ada, acts = shop.agent("ada", pid=7), acts_of(shop)
    update_task(shop.place, ada, "A", status="review", note="please look")
    assert "A" in acts.reject("A", "the tests are missing")
    assert shop.task("A").status == "todo"
    assert any("the tests are missing" in message.body for message in shop.inbox(ada))
    shop.claimed(ada, "A")
    update_task(shop.place, ada, "A", status="review")
    with pytest.raises(InterlockError, match="no branch"):
        acts.approve("A", merge=True)
    assert shop.task("A").status == "review"
    assert "A" in acts.approve("A")
    assert shop.task("A").status == "done"
    with pytest.raises(InterlockError):
        acts.approve("A")


def test_an_agent_is_refused_with_the_line_that_a_person_types(shop: Workspace) -> None:
    acts = acts_of(shop, "ada", "session")
    before = shop.task("A")
    with pytest.raises(PersonsAct, match="`interlock release A --force`"):
        acts.release("A")
    with pytest.raises(PersonsAct, match="`interlock message bob SUBJECT`"):
        acts.message("bob", "stop")
    assert shop.task("A") == before


def test_what_can_t_be_done_is_said_and_changes_nothing(shop: Workspace) -> None:
    with pytest.raises(InterlockError, match="Z"):
        acts_of(shop).release("Z")
