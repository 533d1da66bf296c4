"""One version of the list and the tasks brought together, whatever people have made of it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mcp_server.core.task_list import sync
from mcp_server.core.tasks import update
from mcp_server.core.tasks.plan import Proposal
from mcp_server.domain.errors import Misuse
from mcp_server.task_list.document import Document
from tests.core.task_list.workspace import TaskListWorkspace
from tests.workspace import KINDS

LIST = """# Work

Intro.

- [ ] **T1** Auth (scope: `src/auth/**`)
- [ ] **T2** Docs (scope: `docs/**`)
- [ ] **T3** Think
"""
MERGE = "<<<<<<< HEAD\n- [ ] **T2** Docs\n=======\n- [x] **T2** Docs\n>>>>>>> theirs\n"
LINES = st.sampled_from(
    [
        "- [ ] a",
        "  - [x] b",
        "",
        "# h",
        "```",
        "<!--",
        "-->",
        "text",
        "1. [~] c @x",
        "\t* [!] d",
        "    - [ ] e",
        "---",
        "- plain",
        "   - [ ] n (scope: n)",
        "~~~~",
        "- [ ] <!-- z",
        "title: y",
        "      - [ ] deep",
        "- [ ] T77 q",
        "- [ ] **slug** s (after: slug)",
    ]
)


@pytest.fixture(params=KINDS)
def workspace(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[TaskListWorkspace]:
    made = TaskListWorkspace(request.param, tmp_path)
    made.listed(LIST)
    made.claimed(made.agent("ada"), "T1")
    made.sync()
    yield made
    made.close()


@pytest.mark.parametrize("begun", ["```", "<!-- I am just writing"])
def test_a_person_in_the_middle_of_writing_code_or_a_comment_drops_no_task(
    workspace: TaskListWorkspace, begun: str
) -> None:
    text = workspace.paper.text
    assert workspace.edit("Intro.", begun).changed == ()
    assert workspace.paper.text == text.replace("Intro.", begun)


def test_a_list_with_an_open_merge_is_left_alone_until_it_is_resolved(workspace: TaskListWorkspace) -> None:
    text = workspace.paper.text
    synced = workspace.edit("- [ ] **T2** Docs (scope: `docs/**`)\n", MERGE)
    assert synced.notice is not None
    assert "an unresolved merge" in synced.notice
    assert (synced.created, synced.changed, MERGE in workspace.paper.text) == ((), (), True)
    assert workspace.task("T2").status == "todo"
    assert sync.export_list(workspace.place).decode() == text

    workspace.listed(text.replace("[ ] **T2**", "[x] **T2**"))
    assert workspace.task("T2").status == "done"


def test_a_merge_that_git_leaves_there_just_when_the_list_is_written_stays_there(workspace: TaskListWorkspace) -> None:
    merged = workspace.paper.text.replace("- [ ] **T2** Docs (scope: `docs/**`)\n", MERGE)
    workspace.paper.saved_meanwhile.append(merged.encode())
    workspace.plan(Proposal("More", ("more/**",)))
    assert "an unresolved merge" in (workspace.sync().notice or "")
    assert workspace.paper.text == merged


def test_a_list_with_an_open_merge_is_not_imported(workspace: TaskListWorkspace) -> None:
    with pytest.raises(Misuse, match="Nothing was imported"):
        sync.import_list(workspace.place, workspace.me, "OTHER.md", MERGE.encode())


@pytest.mark.parametrize("mark", ["~", "!"])
def test_a_mark_that_was_set_before_somebody_finished_the_task_does_not_open_it_again(
    workspace: TaskListWorkspace, mark: str
) -> None:
    workspace.paper.unusable = "not now"
    ben = workspace.agent("ben")
    workspace.claimed(ben, "T2")
    update.update_task(workspace.place, ben, "T2", status="done")
    workspace.paper.unusable = None
    workspace.edit("[ ] **T2**", f"[{mark}] **T2**")
    assert (workspace.task("T2").status, "- [x] **T2** Docs" in workspace.paper.text) == ("done", True)


@pytest.mark.parametrize("mishap", ["empty", "gone", "unusable"])
def test_a_lost_list_is_exported_with_all_its_text_and_continued(workspace: TaskListWorkspace, mishap: str) -> None:
    text = workspace.paper.text
    workspace.paper.save(None if mishap == "gone" else " \n")
    workspace.paper.unusable = "TASKS.md is binary" if mishap == "unusable" else None
    assert workspace.sync().notice
    workspace.claimed(workspace.agent("ben"), "T2")
    exported = sync.export_list(workspace.place, to_keep=True).decode()
    assert exported == text.replace("[ ] **T2** Docs (scope: `docs/**`)", "[~] **T2** Docs (scope: `docs/**`) — @ben")

    workspace.paper.unusable = None
    workspace.paper.save(exported)
    update.update_task(workspace.place, workspace.agent("ben"), "T2", status="done")
    workspace.sync()
    assert (workspace.task("T2").status, "- [x] **T2** Docs" in workspace.paper.text) == ("done", True)


def test_no_task_gets_the_id_that_another_line_gives(workspace: TaskListWorkspace) -> None:
    workspace.listed(
        workspace.paper.text + "- [ ] Fresh\n- [ ] **T4** Named (scope: `named`)\n- [ ] Last (after: T4)\n"
    )
    assert "- [ ] **T5** Fresh\n- [ ] **T4** Named (scope: `named`)\n- [ ] **T6** Last" in workspace.paper.text
    assert workspace.task("T4").title == "Named"


@pytest.mark.parametrize("end", ["— @bob", "@bob", "(claimed by bob)", "(unclaimed)", "<!-- b"])
def test_a_title_that_ends_like_a_holders_name_survives_a_claim(workspace: TaskListWorkspace, end: str) -> None:
    workspace.plan(Proposal(f"Ask {end}", ("ask",), id="ask"))
    workspace.sync()
    text = workspace.paper.text
    workspace.claimed(workspace.agent("ben"), "ask")
    workspace.sync()
    update.update_task(workspace.place, workspace.agent("ben"), "ask", status="released")
    workspace.sync()
    assert (workspace.paper.text, workspace.task("ask").title) == (text, f"Ask {end}")


def test_a_title_keeps_what_joins_its_letters(workspace: TaskListWorkspace) -> None:
    workspace.edit("Think", "Think 👨\u200d💻\tand \u202ewrite")
    assert workspace.task("T3").title == "Think 👨\u200d💻 and write"


def test_writing_another_name_explains_how_to_release_the_claim(workspace: TaskListWorkspace) -> None:
    text = workspace.paper.text
    assert "T1 is still held by ada; `interlock release T1 --force` frees it for ben" in str(
        workspace.edit("@ada", "@ben").notice
    )
    assert workspace.paper.text == text


def test_tasks_keep_the_ids_that_a_tracker_gave_them(workspace: TaskListWorkspace) -> None:
    lines = "- [ ] **AUTH-12** Keys (after: AUTH-9)\n- [ ] **AUTH-9** Login\n"
    workspace.listed(workspace.paper.text + lines + "- [ ] **AUTH-9** Login, the rest\n")
    assert workspace.paper.text.endswith(lines + "- [ ] **T4** **AUTH-9** Login, the rest\n")
    assert (workspace.task("AUTH-12").title, workspace.task("AUTH-12").waiting) == ("Keys", 1)


def test_a_task_below_another_one_is_still_a_task(workspace: TaskListWorkspace) -> None:
    workspace.edit("- [ ] **T2** Docs", "  - [ ] write it first\n  - [ ] **T2** Docs")
    assert (workspace.task("T2").status, workspace.sync().changed) == ("todo", ())
    assert "  - [ ] write it first\n  - [ ] **T2** Docs" in workspace.paper.text


@settings(max_examples=60, deadline=None)
@given(st.lists(LINES, max_size=10), st.lists(st.tuples(st.integers(0, 20), LINES | st.none()), max_size=4))
def test_whatever_a_list_is_made_into_it_shows_every_open_task_and_then_stays_as_it_is(
    begun: list[str], edits: list[tuple[int, str | None]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        workspace = TaskListWorkspace("sqlite", Path(folder))
        workspace.listed("\n".join(begun))
        workspace.plan(Proposal("One", ("one/**",), id="first"), Proposal("Two", ("two/**",)))
        workspace.sync()
        workspace.claimed(workspace.agent("ada"), "first")
        lines = workspace.paper.text.split("\n")
        for at, line in edits:
            lines[at : at + (line is None)] = [] if line is None else [line]
        workspace.listed("\n".join([*lines, "Words."]))
        written = workspace.paper.text
        with workspace.store.reading() as books:
            is_open = {task.id for task in books.tasks.open(100)}
        assert is_open <= {row.item.id for row in Document(written.encode()).rows}
        workspace.paper.save(written)
        assert workspace.sync() == sync.Synced(looked=True)
        assert workspace.paper.text == written
