"""Whether a command runs, whether the kernel confines it, and what is recorded."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from mcp_server.bash.reading import Reading, Sweep
from mcp_server.core.guard.command import Site, is_worth_recording, judge_command, record_command, verdict_on
from mcp_server.domain.decision import Decision
from mcp_server.ports import Books
from tests.workspace import Workspace, task

if TYPE_CHECKING:
    from mcp_server.bash.state.files import Files


class Disk:
    """`/repository/src` is a directory; nothing else exists."""

    def is_dir(self, path: str) -> bool:
        return path in ("/repository", "/repository/src")

    def status(self, path: str) -> None:  # noqa: ARG002  nothing exists
        return None


DISK: Files = Disk()  # type: ignore[assignment]  # no more of a disk is asked for


def site(books: Books, agent_id: int, root: str = "/repository") -> Site:
    agent = books.agents.get(agent_id)
    rights = books.guard.rights_of(agent.id, agent.parent)
    return Site(
        root,
        books.guard,
        rights,
        None,
        relative=lambda path: path.removeprefix(root).lstrip("/") or ".",
        ignored=lambda paths: set(),  # noqa: ARG005  nothing is ignored
    )


def reading(*writes: str) -> Reading:
    found = Reading()
    for path in writes:
        found.add(path, "file", "writes")
    return found


def refusal_of(books: Books, agent_id: int, found: Reading) -> Decision | None:
    here = site(books, agent_id)
    inside = {"/repository": here, "/repository/src": here}
    return judge_command("x", found, here, site_of=inside.get, disk=DISK)


def two(workspace: Workspace) -> tuple[int, int]:
    workspace.plan(task("A", "src/a"), task("B", "src/b"))
    ada, bob = workspace.agent("ada"), workspace.agent("bob")
    workspace.claimed(ada, "A")
    workspace.claimed(bob, "B")
    return ada, bob


def test_writes_are_judged_in_the_worktree_that_they_lie_in_and_nowhere_else(workspace: Workspace) -> None:
    ada, _ = two(workspace)
    with workspace.store.reading() as books:
        assert refusal_of(books, ada, reading("/elsewhere/x", "/repository/src/a")) is None
        refused = refusal_of(books, ada, reading("/elsewhere/x", "/repository/src/b"))
    assert refused is not None
    assert (refused.rule, refused.path) == ("held", "src/b")


def test_a_command_over_the_whole_tree_is_judged_before_its_writes(workspace: Workspace) -> None:
    ada, _ = two(workspace)
    found = reading("/repository/src/b")
    found.sweep(Sweep("git add -A", "stage", "/repository", "git add -- {paths}"))
    with workspace.store.reading() as books:
        refused = refusal_of(books, ada, found)
    assert refused is not None
    assert refused.rule in ("sweep", "held")


def test_only_an_agent_with_a_claim_is_confined_and_only_where_the_kernel_can(workspace: Workspace) -> None:
    ada, _ = two(workspace)
    eve = workspace.agent("eve")
    with workspace.store.reading() as books:
        confined = [
            verdict_on("make", None, reading(), site(books, agent), can_confine=partial(bool, able)).confined
            for agent, able in ((ada, True), (ada, False), (eve, True))
        ]
    assert confined == [True, False, False]


def test_a_refused_command_is_recorded_and_not_watched(workspace: Workspace) -> None:
    ada, bob = two(workspace)
    with workspace.store.writing() as books:
        here = site(books, ada)
        refused = refusal_of(books, ada, reading("/repository/src/b"))
        verdict = verdict_on("make", refused, reading("/repository/src/b"), here, can_confine=lambda: True)
        assert not verdict.runs
        assert not verdict.is_watched
        assert is_worth_recording(verdict, here)
        record_command(books, here, verdict, command="x", call_id="")
        assert books.commands.alongside(bob, 0.0) == []


def test_a_command_that_may_write_is_watched_while_it_runs(workspace: Workspace) -> None:
    ada, bob = two(workspace)
    with workspace.store.writing() as books:
        here = site(books, ada)
        verdict = verdict_on("make", None, reading("/repository/src/a"), here, can_confine=lambda: False)
        record_command(books, here, verdict, command="x", call_id="c1")
        assert books.commands.is_running("c1")
        assert books.commands.alongside(bob, 0.0) == [ada]


def test_nothing_is_recorded_of_a_command_that_only_reads_while_the_leases_are_fresh(workspace: Workspace) -> None:
    eve = workspace.agent("eve")
    with workspace.store.reading() as books:
        here = site(books, eve)
        assert not is_worth_recording(verdict_on("make", None, reading(), here, can_confine=lambda: True), here)


def test_a_command_of_which_a_part_was_not_read_is_refused_with_a_way_to_run_it(workspace: Workspace) -> None:
    ada, _ = two(workspace)
    found = Reading()
    found.give_up("The command has too many steps to follow.")
    with workspace.store.reading() as books:
        refused = refusal_of(books, ada, found)
    assert refused is not None
    assert refused.rule == "unread"
    for words in ("too many steps", "a script file in your scope"):
        assert words in refused.reason


def test_possible_writes_refuse_nothing(workspace: Workspace) -> None:
    ada, _ = two(workspace)
    found = Reading()
    found.add_possible("/repository/src/b", "file", "npm")
    with workspace.store.reading() as books:
        assert refusal_of(books, ada, found) is None
    assert not found.only_reads


def test_work_that_git_brings_unseen_comes_whole_or_not_at_all(workspace: Workspace) -> None:
    ada, _ = two(workspace)
    eve = workspace.agent("eve")
    found = Reading()
    found.brings, found.instead = True, "Do it elsewhere."
    found.add_possible("/repository", "tree", "git")
    with workspace.store.reading() as books:
        refused = refusal_of(books, ada, found)
        assert refusal_of(books, eve, found) is None
    assert refused is not None
    assert "halfway. Do it elsewhere." in refused.reason
