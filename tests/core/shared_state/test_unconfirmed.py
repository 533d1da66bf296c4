"""A status that claims that something is finished is recorded, and marked when observations contradict it."""

from __future__ import annotations

from mcp_server.core.shared_state.write import read_state, write_state
from tests.workspace import Workspace, task


def doubt(workspace: Workspace, agent_id: int, text: str, kind: str = "status") -> str | None:
    return write_state(workspace.place, agent_id, kind, text).doubt  # type: ignore[arg-type]  # a literal all the same


def ran(workspace: Workspace, agent_id: int, *, failed: bool) -> None:
    with workspace.store.writing() as books:
        books.activity.ran(agent_id, "pytest  -x\n tests", failed=failed)


def test_done_with_uncommitted_changes_in_the_scope_is_unconfirmed(workspace: Workspace) -> None:
    workspace.plan(task("A", "src"))
    ada = workspace.agent("ada")
    workspace.claimed(ada, "A")
    workspace.checkout.changed = ["src/a", "lib/b"]
    assert doubt(workspace, ada, "A is done") == "1 file in its scope not committed"
    assert [entry.doubt for entry in read_state(workspace.place)] == ["1 file in its scope not committed"]
    assert doubt(workspace, ada, "A is almost done") is None
    assert doubt(workspace, ada, "A is done", "learning") is None
    workspace.checkout.changed = ["lib/b"]
    assert doubt(workspace, ada, "A is done") is None


def test_all_tests_pass_after_a_run_that_failed_is_unconfirmed(workspace: Workspace) -> None:
    ada, ben = workspace.agent("ada"), workspace.agent("ben")
    ran(workspace, ada, failed=True)
    assert doubt(workspace, ada, "All tests pass") == (
        "its last test run failed (pytest -x tests, 2027-01-15T08:00:00Z)"
    )
    assert doubt(workspace, ben, "All tests pass") is None
    ran(workspace, ada, failed=False)
    assert doubt(workspace, ada, "All tests pass") is None


def test_both_reasons_are_given(workspace: Workspace) -> None:
    workspace.plan(task("A", "src"))
    ada = workspace.agent("ada")
    workspace.claimed(ada, "A")
    workspace.checkout.changed = ["src/a", "src/b"]
    ran(workspace, ada, failed=True)
    said = doubt(workspace, ada, "finished") or ""
    assert said.startswith("2 files in its scope not committed; its last test run failed")


def test_without_a_claim_the_files_that_the_agent_edited_last_count(workspace: Workspace) -> None:
    ada, ben = workspace.agent("ada"), workspace.agent("ben")
    with workspace.store.writing() as books:
        books.journal.edited("src/a", ada)
        books.journal.edited("src/b", ada)
    workspace.clock.advance(1)
    with workspace.store.writing() as books:
        books.journal.edited("src/b", ben)
    workspace.checkout.changed = ["src/a", "src/b", "src/c"]
    assert doubt(workspace, ada, "done") == "1 file that it edited not committed"
    workspace.checkout.changed = ["src/b"]
    assert doubt(workspace, ada, "done") is None
    workspace.checkout.changed = None
    assert doubt(workspace, ada, "done") is None
