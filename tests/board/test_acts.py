"""What a person may do from a board, and that an agent may not."""

from __future__ import annotations

import pytest

from mcp_server.core.agents.command_line import PersonsAct
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


def test_an_agent_is_refused_with_the_line_that_a_person_types(shop: Workspace) -> None:
    acts = acts_of(shop, "ada", "session")
    before = shop.task("A")
    with pytest.raises(PersonsAct, match="`interlock release A --force`"):
        acts.release("A")
    with pytest.raises(PersonsAct, match="`interlock message bob …`"):
        acts.message("bob", "stop")
    assert shop.task("A") == before


def test_what_can_t_be_done_is_said_and_changes_nothing(shop: Workspace) -> None:
    with pytest.raises(InterlockError, match="Z"):
        acts_of(shop).release("Z")
