"""A status that claims something finished is kept, and marked when what was observed speaks against it."""

from __future__ import annotations

from mcp_server.core.sharing import read_state, write_state
from tests.worlds import World, task


def doubt(world: World, agent_id: int, text: str, kind: str = "status") -> str | None:
    return write_state(world.place, agent_id, kind, text).doubt  # type: ignore[arg-type]  # a literal all the same


def ran(world: World, agent_id: int, *, failed: bool) -> None:
    with world.store.writing() as books:
        books.watch.ran(agent_id, "pytest  -x\n tests", failed=failed)


def test_done_with_changes_in_ones_scope_that_are_not_committed_is_unconfirmed(world: World) -> None:
    world.plan(task("A", "src"))
    ada = world.agent("ada")
    world.claimed(ada, "A")
    world.checkout.changed = ["src/a", "lib/b"]
    assert doubt(world, ada, "A is done") == "1 file in its scope not committed"
    assert [entry.doubt for entry in read_state(world.place)] == ["1 file in its scope not committed"]
    assert doubt(world, ada, "A is almost done") is None
    assert doubt(world, ada, "A is done", "learning") is None
    world.checkout.changed = ["lib/b"]
    assert doubt(world, ada, "A is done") is None


def test_all_tests_pass_after_a_run_that_failed_is_unconfirmed(world: World) -> None:
    ada, ben = world.agent("ada"), world.agent("ben")
    ran(world, ada, failed=True)
    assert doubt(world, ada, "All tests pass") == ("its last test run failed (pytest -x tests, 2027-01-15T08:00:00Z)")
    assert doubt(world, ben, "All tests pass") is None
    ran(world, ada, failed=False)
    assert doubt(world, ada, "All tests pass") is None


def test_both_reasons_are_said(world: World) -> None:
    world.plan(task("A", "src"))
    ada = world.agent("ada")
    world.claimed(ada, "A")
    world.checkout.changed = ["src/a", "src/b"]
    ran(world, ada, failed=True)
    said = doubt(world, ada, "finished") or ""
    assert said.startswith("2 files in its scope not committed; its last test run failed")


def test_who_holds_nothing_any_more_answers_for_what_it_was_the_last_to_edit(world: World) -> None:
    ada, ben = world.agent("ada"), world.agent("ben")
    with world.store.writing() as books:
        books.journal.edited("src/a", ada)
        books.journal.edited("src/b", ada)
    world.clock.advance(1)
    with world.store.writing() as books:
        books.journal.edited("src/b", ben)
    world.checkout.changed = ["src/a", "src/b", "src/c"]
    assert doubt(world, ada, "done") == "1 file that it edited not committed"
    world.checkout.changed = ["src/b"]
    assert doubt(world, ada, "done") is None
    world.checkout.changed = None
    assert doubt(world, ada, "done") is None
