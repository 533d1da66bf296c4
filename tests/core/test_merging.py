"""One version of the list and the tasks brought together, whatever people have made of it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mcp_server.core import listing, updating
from mcp_server.core.planning import Proposal
from mcp_server.domain.refusal import Misuse
from mcp_server.task_list.document import Document
from tests.core.listing.world import ListWorld
from tests.worlds import KINDS

LIST = """# Work

Intro.

- [ ] **T1** Auth (scope: `src/auth/**`)
- [ ] **T2** Docs (scope: `docs/**`)
- [ ] **T3** Think
"""
MERGE = "<<<<<<< HEAD\n- [ ] **T2** Docs\n=======\n- [x] **T2** Docs\n>>>>>>> theirs\n"
LINES = st.sampled_from(
    [
        "- [ ] a", "  - [x] b", "", "# h", "```", "<!--", "-->", "text", "1. [~] c @x", "\t* [!] d", "    - [ ] e",
        "---", "- plain", "   - [ ] n (scope: n)", "~~~~", "- [ ] <!-- z", "title: y", "      - [ ] deep",
        "- [ ] T77 q", "- [ ] **slug** s (after: slug)",
    ]
)  # fmt: skip


@pytest.fixture(params=KINDS)
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ListWorld]:
    made = ListWorld(request.param, tmp_path)
    made.listed(LIST)
    made.claimed(made.agent("ada"), "T1")
    made.sync()
    yield made
    made.close()


@pytest.mark.parametrize("begun", ["```", "<!-- I am just writing"])
def test_a_person_in_the_middle_of_writing_code_or_a_comment_drops_no_task(world: ListWorld, begun: str) -> None:
    text = world.paper.text
    assert world.edit("Intro.", begun).changed == ()
    assert world.paper.text == text.replace("Intro.", begun)


def test_a_list_with_an_open_merge_is_left_alone_until_it_is_resolved(world: ListWorld) -> None:
    text = world.paper.text
    synced = world.edit("- [ ] **T2** Docs (scope: `docs/**`)\n", MERGE)
    assert synced.notice is not None
    assert "a merge that is not resolved" in synced.notice
    assert (synced.created, synced.changed, MERGE in world.paper.text) == ((), (), True)
    assert world.task("T2").status == "todo"
    assert listing.export_list(world.place).decode() == text

    world.listed(text.replace("[ ] **T2**", "[x] **T2**"))
    assert world.task("T2").status == "done"


def test_a_merge_that_git_leaves_there_just_when_the_list_is_written_stays_there(world: ListWorld) -> None:
    merged = world.paper.text.replace("- [ ] **T2** Docs (scope: `docs/**`)\n", MERGE)
    world.paper.saved_meanwhile.append(merged.encode())
    world.plan(Proposal("More", ("more/**",)))
    assert "a merge that is not resolved" in (world.sync().notice or "")
    assert world.paper.text == merged


def test_a_list_with_an_open_merge_is_not_imported(world: ListWorld) -> None:
    with pytest.raises(Misuse, match="Nothing was taken in"):
        listing.import_list(world.place, world.me, "OTHER.md", MERGE.encode())


@pytest.mark.parametrize("mark", ["~", "!"])
def test_a_mark_that_was_set_before_somebody_finished_the_task_does_not_open_it_again(
    world: ListWorld, mark: str
) -> None:
    world.paper.unusable = "not now"
    ben = world.agent("ben")
    world.claimed(ben, "T2")
    updating.update_task(world.place, ben, "T2", status="done")
    world.paper.unusable = None
    world.edit("[ ] **T2**", f"[{mark}] **T2**")
    assert (world.task("T2").status, "- [x] **T2** Docs" in world.paper.text) == ("done", True)


@pytest.mark.parametrize("mishap", ["empty", "gone", "unusable"])
def test_a_list_that_was_lost_is_exported_with_all_its_words_and_goes_on_from_there(
    world: ListWorld, mishap: str
) -> None:
    text = world.paper.text
    world.paper.save(None if mishap == "gone" else " \n")
    world.paper.unusable = "TASKS.md is binary" if mishap == "unusable" else None
    assert world.sync().notice
    world.claimed(world.agent("ben"), "T2")
    exported = listing.export_list(world.place, to_keep=True).decode()
    assert exported == text.replace("[ ] **T2** Docs (scope: `docs/**`)", "[~] **T2** Docs (scope: `docs/**`) — @ben")

    world.paper.unusable = None
    world.paper.save(exported)
    updating.update_task(world.place, world.agent("ben"), "T2", status="done")
    world.sync()
    assert (world.task("T2").status, "- [x] **T2** Docs" in world.paper.text) == ("done", True)


def test_no_task_gets_the_id_that_another_line_gives(world: ListWorld) -> None:
    world.listed(world.paper.text + "- [ ] Fresh\n- [ ] **T4** Named (scope: `named`)\n- [ ] Last (after: T4)\n")
    assert "- [ ] **T5** Fresh\n- [ ] **T4** Named (scope: `named`)\n- [ ] **T6** Last" in world.paper.text
    assert world.task("T4").title == "Named"


@pytest.mark.parametrize("end", ["— @bob", "@bob", "(claimed by bob)", "(unclaimed)", "<!-- b"])
def test_a_title_that_ends_as_if_it_named_a_holder_comes_through_a_claim_unharmed(world: ListWorld, end: str) -> None:
    world.plan(Proposal(f"Ask {end}", ("ask",), id="ask"))
    world.sync()
    text = world.paper.text
    world.claimed(world.agent("ben"), "ask")
    world.sync()
    updating.update_task(world.place, world.agent("ben"), "ask", status="released")
    world.sync()
    assert (world.paper.text, world.task("ask").title) == (text, f"Ask {end}")


def test_a_title_keeps_what_joins_its_letters(world: ListWorld) -> None:
    world.edit("Think", "Think 👨\u200d💻\tand \u202ewrite")
    assert world.task("T3").title == "Think 👨\u200d💻 and write"


def test_whoever_writes_another_name_there_is_told_how_a_claim_is_freed(world: ListWorld) -> None:
    text = world.paper.text
    assert "T1 is still held by ada; `interlock update T1 --status released --force` frees it for ben" in str(
        world.edit("@ada", "@ben").notice
    )
    assert world.paper.text == text


def test_tasks_keep_the_ids_that_a_tracker_gave_them(world: ListWorld) -> None:
    lines = "- [ ] **AUTH-12** Keys (after: AUTH-9)\n- [ ] **AUTH-9** Login\n"
    world.listed(world.paper.text + lines + "- [ ] **AUTH-9** Login, the rest\n")
    assert world.paper.text.endswith(lines + "- [ ] **T4** **AUTH-9** Login, the rest\n")
    assert (world.task("AUTH-12").title, world.task("AUTH-12").waiting) == ("Keys", 1)


def test_a_task_that_is_put_below_another_one_is_still_a_task(world: ListWorld) -> None:
    world.edit("- [ ] **T2** Docs", "  - [ ] write it first\n  - [ ] **T2** Docs")
    assert (world.task("T2").status, world.sync().changed) == ("todo", ())
    assert "  - [ ] write it first\n  - [ ] **T2** Docs" in world.paper.text


@settings(max_examples=60, deadline=None)
@given(st.lists(LINES, max_size=10), st.lists(st.tuples(st.integers(0, 20), LINES | st.none()), max_size=4))
def test_whatever_a_list_is_made_into_it_shows_every_open_task_and_then_stays_as_it_is(
    begun: list[str], edits: list[tuple[int, str | None]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = ListWorld("memory", Path(folder))
        world.listed("\n".join(begun))
        world.plan(Proposal("One", ("one/**",), id="first"), Proposal("Two", ("two/**",)))
        world.sync()
        world.claimed(world.agent("ada"), "first")
        lines = world.paper.text.split("\n")
        for at, line in edits:
            lines[at : at + (line is None)] = [] if line is None else [line]
        world.listed("\n".join([*lines, "Words."]))
        written = world.paper.text
        with world.store.reading() as books:
            is_open = {task.id for task in books.tasks.open(100)}
        assert is_open <= {row.item.id for row in Document(written.encode()).rows}
        world.paper.save(written)
        assert world.sync() == listing.Synced(looked=True)
        assert world.paper.text == written
