"""What every store promises about the worktrees that were made."""

from __future__ import annotations

from mcp_server.domain.worktree import Worktree
from mcp_server.ports import Books, Store
from tests.workspace import START_TIME, Workspace, task


def add(books: Books, name: str, *, task: str | None = None) -> Worktree:
    return books.worktrees.add(name, f"/trees/{name}", branch=f"b-{name}", base="main", start="c0ffee", task=task)


def test_a_worktree_is_being_made_until_it_is_ready(store: Store) -> None:
    with store.writing() as books:
        made = add(books, "Ünï x", task="T1")
        assert made == Worktree(
            "Ünï x", "/trees/Ünï x", "b-Ünï x", "main", "c0ffee", "T1", "making", START_TIME, (), None
        )
        books.worktrees.move("Ünï x", "ready")
    with store.reading() as books:
        assert books.worktrees.get("Ünï x") == made._replace(state="ready")
        assert books.worktrees.get("other") is None


def test_a_worktree_is_found_by_its_folder_and_by_its_task(workspace: Workspace) -> None:
    with workspace.store.writing() as books:
        assert not books.worktrees.are_there()
        one = add(books, "one", task="T1")
        assert books.worktrees.are_there()
        other = add(books, "other")
    workspace.clock.advance(1)
    with workspace.store.writing() as books:
        later = add(books, "later", task="T1")
        assert books.worktrees.at("/trees/other") == other
        assert books.worktrees.at("/trees") is None
        assert books.worktrees.of_task("T1") == later
        assert books.worktrees.of_task("T2") is None
        assert books.worktrees.around("T1", "/trees/other") == [later, one, other]
        assert books.worktrees.around("T2", "/trees/none") == []
        assert books.worktrees.all() == [one, other, later]
        books.worktrees.relocate("other", "/elsewhere")
        assert books.worktrees.at("/elsewhere") == other._replace(path="/elsewhere")


def test_what_is_left_to_do_and_what_came_home_is_kept_with_it(store: Store) -> None:
    with store.writing() as books:
        made = add(books, "one")
        books.worktrees.leave("one", ["copy", "npm ci"])
        books.worktrees.record_merge("one", "d00d")
        assert books.worktrees.get("one") == made._replace(undone=("copy", "npm ci"), merged="d00d")
        books.worktrees.leave("one", [])
        books.worktrees.record_merge("one", None)
        assert books.worktrees.get("one") == made


def test_a_worktree_that_is_gone_leaves_its_name_and_its_folder_to_others(store: Store) -> None:
    with store.writing() as books:
        add(books, "one")
        books.worktrees.forget("one")
        books.worktrees.forget("never was")
        books.worktrees.move("one", "ready")
        assert books.worktrees.all() == []
        assert add(books, "one").state == "making"


def test_only_a_finished_task_is_asked_for_whose_worktree_is_ready_and_not_merged(workspace: Workspace) -> None:
    workspace.plan(*(task(name, f"src/{name}") for name in ("done", "todo", "merged", "half")))
    with workspace.store.writing() as books:
        for name in ("done", "todo", "merged", "half"):
            add(books, name, task=name)
            books.worktrees.move(name, "making" if name == "half" else "ready")
        books.worktrees.record_merge("merged", "d00d")
        add(books, "none")
        for name in ("done", "merged", "half"):
            found = books.tasks.get(name)
            assert found is not None
            books.tasks.put(found.seq, status="done", token=None)
        assert [worktree.name for worktree in books.worktrees.unmerged()] == ["done"]
