"""What waits for review, with all that whoever decides wants to see."""

from __future__ import annotations

import pytest

from mcp_server.core.approval.waiting import one_waiting, queue
from mcp_server.core.review.decision import NotWaiting
from mcp_server.core.tasks.update import update_task
from mcp_server.ports.reviews import Begin, Changes
from tests.core.review.test_closing import asked
from tests.store_contract.test_usage import passage, record
from tests.workspace import START_TIME, Workspace, task


class NoWorks:
    """Every task changed one file."""

    def changes(self, begin: Begin) -> Changes:  # noqa: ARG002  the port's form
        """The same for each."""
        return Changes(1, 2, 3)

    def show(self, begin: Begin, *, editor: bool) -> bool:  # noqa: ARG002
        """Nothing is shown."""
        return False


def test_what_waits_is_shown_the_longest_first_with_its_notes_changes_and_tokens(workspace: Workspace) -> None:
    ada = asked(workspace)
    record(workspace, ada, passage(("r1", (100, 20, 0, 0))), on="A")
    workspace.clock.advance(5)
    workspace.plan(task("D", "docs"))
    workspace.claimed(ada, "D")
    update_task(workspace.place, ada, "D", status="review")
    found = queue(workspace.place, NoWorks())
    assert (found.limit, found.more, [one.task.id for one in found.waiting]) == (3, 0, ["A", "D"])
    first, second = found.waiting
    assert (first.changes, first.tokens, second.tokens) == (Changes(1, 2, 3), 120, None)
    assert [note.text for note in first.notes] == ["all done"]
    assert first.begin == Begin(None, "/repository", ("src",), START_TIME)
    assert one_waiting(workspace.place, "D").task.id == "D"
    with pytest.raises(NotWaiting):
        one_waiting(workspace.place, "C")
