"""The task list kept true in both directions, on every kind of store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mcp_server.core import claiming, listing, updating
from mcp_server.core.planning import Proposal
from mcp_server.domain.refusal import NotHolder
from tests.core.listing_world import ListWorld
from tests.worlds import KINDS, task

LISTS = sorted((Path(__file__).parents[1] / "data/task_lists").glob("*.txt"))
LIST = """# Work

- [ ] Auth (scope: src/auth/**)
- [ ] Docs (scope: docs; after: T1)
- [ ] Think
- [x] Begun

Words.
"""


@pytest.fixture(params=KINDS)
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ListWorld]:
    made = ListWorld(request.param, tmp_path)
    yield made
    made.close()


@pytest.fixture
def listed(world: ListWorld) -> ListWorld:
    world.listed(LIST)
    return world


def update(world: ListWorld, agent: int, task_id: str, status: updating.Move, note: str | None = None) -> None:
    updating.update_task(world.place, agent, task_id, status=status, note=note)


def statuses(world: ListWorld) -> dict[str, str]:
    with world.store.reading() as books:
        return {task.id: task.status for task in books.tasks.among(f"T{number}" for number in range(1, 20))}


def test_a_list_is_taken_in_and_its_tasks_get_ids(world: ListWorld) -> None:
    synced = world.listed(LIST)

    assert synced.created == ("T1", "T2", "T3", "T4")
    assert statuses(world) == {"T1": "todo", "T2": "todo", "T3": "todo", "T4": "done"}
    assert (world.task("T1").scope, world.task("T1").ready, world.task("T2").waiting) == (("src/auth/**",), True, 1)
    assert world.paper.text == LIST.replace("] Auth", "] **T1** Auth").replace("] Docs", "] **T2** Docs").replace(
        "] Think", "] **T3** Think"
    ).replace("] Begun", "] **T4** Begun")


def test_nothing_is_read_or_written_when_nothing_has_changed(listed: ListWorld) -> None:
    before = listed.paper.text, listed.paper.writes
    listed.paper.unusable = "it was read"

    assert listed.sync() == listing.Synced()
    assert (listed.paper.text, listed.paper.writes) == before


def test_a_list_that_was_taken_in_is_not_written_again(listed: ListWorld) -> None:
    writes = listed.paper.writes
    listed.leaves("pat")  # an event that says nothing about tasks

    synced = listed.sync()

    assert (synced.looked, synced.written, listed.paper.writes) == (True, False, writes)


def test_a_claim_and_what_comes_of_it_are_shown(listed: ListWorld) -> None:
    ada = listed.agent("ada")
    listed.claimed(ada, "T1")
    listed.sync()
    assert "- [~] **T1** Auth (scope: src/auth/**) — @ada\n" in listed.paper.text
    update(listed, ada, "T1", "blocked", "a key")
    listed.sync()
    assert "- [!] **T1** Auth (scope: src/auth/**)\n" in listed.paper.text
    update(listed, ada, "T1", "released")
    listed.sync()
    assert "- [ ] **T1** Auth (scope: src/auth/**)\n" in listed.paper.text
    update(listed, ada, "T1", "done")
    listed.sync()
    assert "- [x] **T1** Auth (scope: src/auth/**)\n" in listed.paper.text


def test_planned_tasks_are_added_behind_the_open_ones(listed: ListWorld) -> None:
    listed.plan(task("A", "src/a/**", "b;c", depends_on=["T1"], priority=3), Proposal("Read <!-- only", []))
    listed.sync()

    assert (
        "- [ ] **T3** Think\n"
        "- [ ] **A** Work on A (scope: `src/a/**`, `b;c`; after: T1; priority: 3)\n"
        "- [ ] **T5** Read &lt;!-- only (scope: none)\n"
        "- [x] **T4** Begun\n"
    ) in listed.paper.text
    listed.paper.save(listed.paper.text + "\nMore words.\n")
    assert listed.sync().changed == ()


def test_no_list_is_made_where_there_is_none(world: ListWorld) -> None:
    world.plan(task("A", "src/a"))
    assert world.sync() == listing.Synced()
    assert world.paper.content is None


def test_an_empty_list_that_somebody_made_is_filled(world: ListWorld) -> None:
    world.plan(task("A", "src/a"))
    world.listed("")
    assert world.paper.text == "# Tasks\n\n- [ ] **A** Work on A (scope: `src/a`)\n"


def test_a_task_without_a_scope_can_be_claimed_once_it_has_one(listed: ListWorld) -> None:
    ada = listed.agent("ada")
    refused = listed.refused(ada, "T3")
    assert (refused.reason, "needs a scope" in refused.advice) == ("waiting", True)

    listed.edit("Think", "Think (scope: src/think/**)")

    assert listed.claimed(ada, "T3").task.scope == ("src/think/**",)


def test_where_only_a_scope_is_missing_whoever_asks_for_any_task_is_told(world: ListWorld) -> None:
    world.listed("- [ ] Think\n")
    refused = world.refused(world.agent("ada"))
    assert (refused.reason, "T1 needs a scope" in refused.advice) == ("nothing_ready", True)


def test_a_scope_that_an_agent_gave_is_shown(listed: ListWorld) -> None:
    updating.update_task(listed.place, listed.agent("ada"), "T3", widen=["src/x/**"])
    listed.sync()
    assert "- [ ] **T3** Think (scope: `src/x/**`)\n" in listed.paper.text
    assert listed.task("T3").ready


def test_a_person_rewords_reorders_and_adds(listed: ListWorld) -> None:
    text = listed.paper.text
    lines = text.split("\n")
    lines[2], lines[4] = lines[4].replace("Think", "Think hard"), lines[2]
    lines.insert(3, "* [ ] Between (priority: 7)")
    synced = listed.listed("\n".join(lines))

    assert synced.created == ("T5",)
    assert (listed.task("T3").title, listed.task("T5").priority) == ("Think hard", 7)
    assert listed.paper.text == "\n".join(lines).replace("] Between", "] **T5** Between")


def test_priority_and_order_that_are_taken_away_are_gone(listed: ListWorld) -> None:
    listed.edit("after: T1", "after: T1; priority: 4")
    assert (listed.task("T2").priority, listed.task("T2").waiting) == (4, 1)
    listed.edit("; after: T1; priority: 4", "")
    assert (listed.task("T2").priority, listed.task("T2").waiting) == (0, 0)


def test_a_tick_makes_a_task_done_and_taking_it_away_opens_it_again(listed: ListWorld) -> None:
    listed.edit("- [ ] **T1**", "- [x] **T1**")
    assert (listed.task("T1").status, listed.task("T2").ready) == ("done", True)
    listed.edit("- [x] **T1**", "- [ ] **T1**")
    assert (listed.task("T1").status, listed.task("T2").ready) == ("todo", False)


def test_a_tick_ends_the_claim_of_whoever_holds_the_task_and_tells_it(listed: ListWorld) -> None:
    ada = listed.agent("ada")
    listed.claimed(ada, "T1")
    listed.sync()
    listed.edit("- [~] **T1**", "- [x] **T1**")

    assert (listed.task("T1").status, listed.leases()) == ("done", [])
    assert listed.rule(ada, "src/auth/x.py") == "taken_over"
    assert "ticked off in TASKS.md" in listed.inbox(ada)[0].subject
    assert "- [x] **T1** Auth (scope: src/auth/**)\n" in listed.paper.text


def test_a_late_release_does_not_take_a_tick_back(listed: ListWorld) -> None:
    ada = listed.agent("ada")
    listed.claimed(ada, "T1")
    listed.sync()
    listed.edit("- [~] **T1**", "- [x] **T1**")
    for status in ("released", "blocked"):
        with pytest.raises(NotHolder, match="your claim on T1 has ended, which is done now"):
            update(listed, ada, "T1", status)
    assert listed.task("T1").status == "done"


def test_a_holder_that_ticks_its_own_task_off_has_finished_it(listed: ListWorld) -> None:
    ada = listed.agent("ada")
    listed.claimed(ada, "T1")
    listed.sync(ada)
    listed.paper.save(listed.paper.text.replace("- [~]", "- [x]"))
    listed.sync(ada)

    assert (listed.task("T1").status, listed.inbox(ada)) == ("done", [])
    assert listed.writes(ada, "src/auth/x.py").allowed


@pytest.mark.parametrize("mark", [" ", "!"])
def test_no_other_mark_takes_a_claim_away(listed: ListWorld, mark: str) -> None:
    ada = listed.agent("ada")
    listed.claimed(ada, "T1")
    listed.sync()
    listed.edit("- [~] **T1**", f"- [{mark}] **T1**")

    assert [lease.task for lease in listed.leases(ada)] == ["T1"]
    assert "- [~] **T1** Auth (scope: src/auth/**) — @ada" in listed.paper.text
    assert len(listed.inbox(ada)) == 1


def test_a_person_who_is_at_a_task_keeps_agents_from_it(listed: ListWorld) -> None:
    listed.edit("- [ ] **T1** Auth (scope: src/auth/**)", "- [~] **T1** Auth (scope: src/auth/**) — @pat")
    refused = listed.refused(listed.agent("ada"), "T1")

    assert ("pat" in refused.advice, refused.reason) == (True, "waiting")
    assert "- [~] **T1** Auth (scope: src/auth/**) — @pat" in listed.paper.text
    listed.edit("- [~] **T1**", "- [ ] **T1**")
    listed.claimed(listed.agent("ada"), "T1")


def test_a_person_blocks_and_unblocks(listed: ListWorld) -> None:
    listed.edit("- [ ] **T1**", "- [!] **T1**")
    assert listed.task("T1").status == "blocked"
    listed.edit("- [!] **T1**", "- [ ] **T1**")
    assert listed.task("T1").ready


def test_a_deleted_task_is_dropped_and_back_when_it_is_pasted_again(listed: ListWorld) -> None:
    line = "- [ ] **T1** Auth (scope: src/auth/**)\n"
    listed.edit(line, "")
    assert (listed.task("T1").status, listed.task("T2").ready) == ("dropped", True)
    assert listed.refused(listed.agent("ada"), "T1").reason == "done"
    listed.edit("Words.\n", "Words.\n\n" + line)
    assert (listed.task("T1").status, listed.task("T1").scope, listed.task("T2").ready) == (
        "todo", ("src/auth/**",), False,
    )  # fmt: skip


def test_a_deleted_task_in_progress_is_put_back_where_it_stood(listed: ListWorld) -> None:
    listed.claimed(listed.agent("ada"), "T1")
    listed.sync()
    text = listed.paper.text
    synced = listed.edit("- [~] **T1** Auth (scope: src/auth/**) — @ada\n", "")

    assert listed.paper.text == text
    assert "T1 is in progress" in (synced.notice or "")


def test_a_deleted_task_that_is_done_stays_done_and_away(listed: ListWorld) -> None:
    listed.edit("- [x] **T4** Begun\n", "")
    listed.plan(task("A", "a"))
    listed.sync()
    assert listed.task("T4").status == "done"
    assert "T4" not in listed.paper.text


def finished_unseen(world: ListWorld) -> int:
    """An agent plans A and does it before the list is looked at again."""
    ada = world.agent("ada")
    world.plan(task("A", "a"))
    world.claimed(ada, "A")
    update(world, ada, "A", "done")
    return ada


def test_a_task_planned_and_done_before_the_list_was_looked_at_is_shown_as_done(listed: ListWorld) -> None:
    finished_unseen(listed)
    listed.edit("Words.", "More words.")

    assert "- [ ] **T3** Think\n- [x] **A** Work on A (scope: `a`)\n- [x] **T4** Begun\n" in listed.paper.text
    assert "More words." in listed.paper.text
    assert listed.sync() == listing.Synced()


def test_a_task_planned_and_done_while_the_list_could_not_be_written_is_shown_once_it_can(listed: ListWorld) -> None:
    listed.paper.read_only = True
    finished_unseen(listed)
    assert listed.sync().notice == "TASKS.md can't be written"
    listed.paper.read_only = False
    listed.edit("Words.", "More words.")

    assert "- [x] **A** Work on A (scope: `a`)\n" in listed.paper.text


def test_a_done_task_that_was_shown_and_deleted_stays_away_whatever_is_done_next(listed: ListWorld) -> None:
    ada = finished_unseen(listed)
    listed.sync()
    listed.edit("- [x] **A** Work on A (scope: `a`)\n", "")
    listed.claimed(ada, "T1")
    update(listed, ada, "T1", "done")
    update(listed, ada, "A", "done")
    listed.sync()

    assert "- [x] **T1**" in listed.paper.text
    assert "**A**" not in listed.paper.text


def test_a_task_deleted_while_it_was_being_done_stays_away(listed: ListWorld) -> None:
    ada = listed.agent("ada")
    listed.claimed(ada, "T1")
    listed.sync()
    update(listed, ada, "T1", "done")
    listed.paper.read_only = True
    listed.edit("- [~] **T1** Auth (scope: src/auth/**) — @ada\n", "")
    listed.plan(task("A", "a"))
    listed.sync()
    listed.paper.read_only = False
    listed.edit("Words.", "More words.")

    assert "**A**" in listed.paper.text
    assert "**T1**" not in listed.paper.text


def test_what_was_done_before_there_was_a_list_is_not_told_in_it(world: ListWorld) -> None:
    finished_unseen(world)
    world.listed("- [ ] Think\n")
    assert world.paper.text == "- [ ] **T1** Think\n"


def test_what_another_list_says_was_done_is_taken_in_and_not_shown(listed: ListWorld) -> None:
    imported = listing.import_list(listed.place, listed.me, "y.md", b"- [x] Old\n- [ ] New\n")
    listed.sync()

    assert [listed.task(task_id).status for task_id in imported.created] == ["done", "todo"]
    assert ("New" in listed.paper.text, "Old" in listed.paper.text) == (True, False)


def test_a_copied_line_is_another_task(listed: ListWorld) -> None:
    line = "- [ ] **T1** Auth (scope: src/auth/**)\n"
    listed.edit(line, line.replace("Auth", "Auth again") + line)

    assert (listed.task("T1").title, listed.task("T5").title) == ("Auth", "Auth again")
    assert "- [ ] **T5** Auth again (scope: src/auth/**)\n" + line in listed.paper.text


def test_an_id_that_nothing_has_is_taken_as_it_is(world: ListWorld) -> None:
    world.listed(
        "- [ ] **T40** Carry on (scope: a)\n- [ ] **Important** thing\n- [ ] **db** Store\n- [ ] x (after: db)\n"
    )
    assert world.task("T40").title == "Carry on"
    assert world.task("db").title == "Store"
    assert "- [ ] **T1** **Important** thing\n" in world.paper.text


def test_a_lost_id_is_given_back_by_the_title(listed: ListWorld) -> None:
    text = listed.paper.text
    listed.edit("**T1** ", "")
    assert listed.paper.text == text
    assert statuses(listed)["T1"] == "todo"


def test_a_title_of_long_ago_is_a_new_task(listed: ListWorld) -> None:
    listed.edit("- [x] **T4** Begun\n", "")
    assert listed.edit("Words.\n", "Words.\n\n- [ ] Begun\n").created == ("T5",)


@pytest.mark.parametrize(
    ("words", "notice"),
    [
        ("Think (scope: src/[)", "the scope of T3"),
        ("Think (after: T99)", "'T99', which is no task"),
        ("Think (after: T3)", "'T3', which would then wait for itself"),
    ],
)
def test_what_cannot_be_done_is_said_and_the_text_is_kept(listed: ListWorld, words: str, notice: str) -> None:
    synced = listed.edit("Think", words)
    assert notice in (synced.notice or "")
    assert f"**T3** {words}\n" in listed.paper.text
    assert listed.task("T3").status == "todo"


def test_a_circle_is_not_closed(listed: ListWorld) -> None:
    synced = listed.edit("Auth (scope: src/auth/**)", "Auth (scope: src/auth/**; after: T2)")
    assert "wait for itself" in (synced.notice or "")
    assert listed.task("T1").ready


def test_another_scope_counts_at_once_unless_it_meets_somebody(listed: ListWorld) -> None:
    ada, ben = listed.agent("ada"), listed.agent("ben")
    listed.claimed(ada, "T1")
    listed.edit("Think", "Think (scope: src/think/**)")
    listed.claimed(ben, "T3")
    listed.sync()

    refused = listed.edit("scope: src/auth/**", "scope: src/**")
    assert "meets T3 of ben" in (refused.notice or "")
    assert (listed.task("T1").scope, "scope: src/**" in listed.paper.text) == (("src/auth/**",), True)
    listed.edit("scope: src/**", "scope: src/auth/**, lib/**")
    assert listed.rule(ada, "lib/x.py") == listed.rule(ada, "src/auth/x.py") == "own"


def test_a_scope_that_is_left_out_stays(listed: ListWorld) -> None:
    listed.edit(" (scope: src/auth/**)", "")
    assert listed.task("T1").scope == ("src/auth/**",)
    assert "**T1** Auth\n" in listed.paper.text


def test_a_list_saved_from_an_old_reading_takes_nothing_back(listed: ListWorld) -> None:
    read = listed.paper.text
    listed.claimed(listed.agent("ada"), "T1")
    listed.plan(task("A", "a"))
    listed.sync()
    listed.paper.save(read.replace("Think", "Think hard").replace("Words.", "More words."))
    listed.sync()

    assert [lease.task for lease in listed.leases()] == ["T1"]
    assert (listed.task("T3").title, statuses(listed)["T1"], listed.task("A").status) == (
        "Think hard", "in_progress", "todo",
    )  # fmt: skip
    assert "— @ada" in listed.paper.text
    assert "**A** Work on A" in listed.paper.text
    assert "More words." in listed.paper.text


def test_what_is_saved_in_the_moment_of_writing_is_merged(listed: ListWorld) -> None:
    read = listed.paper.text
    listed.claimed(listed.agent("ada"), "T1")
    listed.paper.saved_meanwhile = [read.replace("Words.", "Better words.").encode()]
    listed.sync()

    assert "Better words." in listed.paper.text
    assert "- [~] **T1**" in listed.paper.text
    assert listed.sync() == listing.Synced()


def test_who_repeats_a_change_that_was_not_yet_seen_again_takes_no_other_back(listed: ListWorld) -> None:
    def deletes(stands: bytes) -> bytes:
        return b"".join(line for line in stands.splitlines(keepends=True) if b"docs" not in line)

    claiming.claim_task(listed.place, listed.me)
    listed.paper.saved_meanwhile = [lambda stands: deletes(stands) + b"A thought.\n", deletes]
    listed.sync()
    assert listed.paper.text.count("A thought.") == 1
    assert "docs" not in listed.paper.text


def test_what_was_saved_from_a_save_that_was_taken_over_counts_from_there(listed: ListWorld) -> None:
    saved = b""

    def first(stands: bytes) -> bytes:
        nonlocal saved
        saved = stands + b"A thought.\n"
        return saved

    claiming.claim_task(listed.place, listed.me)
    listed.paper.saved_meanwhile = [first, lambda stands: saved + b"Another.\n"]
    listed.sync()
    assert (listed.paper.text.count("A thought."), listed.paper.text.count("Another.")) == (1, 1)
    assert "[~]" in listed.paper.text


def test_a_list_that_cannot_be_written_is_told_of_and_written_when_it_can(listed: ListWorld) -> None:
    listed.claimed(listed.agent("ada"), "T1")
    listed.paper.read_only = True
    assert listed.sync().notice == "TASKS.md can't be written"
    listed.paper.read_only = False
    listed.edit("Words.", "Words!")
    assert "- [~] **T1**" in listed.paper.text
    assert statuses(listed) == {"T1": "in_progress", "T2": "todo", "T3": "todo", "T4": "done"}


def test_a_list_that_cannot_be_read_is_told_of_and_nothing_changes(listed: ListWorld) -> None:
    before = statuses(listed)
    listed.paper.save("- [x] something else\n")
    listed.paper.unusable = "TASKS.md is binary"
    assert listed.sync().notice == "TASKS.md is binary"
    assert statuses(listed) == before


def test_a_vanished_list_is_told_of_once_and_its_tasks_are_kept(listed: ListWorld) -> None:
    before, text = statuses(listed), listed.paper.text
    listed.paper.save(None)
    assert "TASKS.md is gone" in (listed.sync().notice or "")
    assert listed.sync() == listing.Synced()
    listed.paper.save(text)
    listed.sync()
    assert (statuses(listed), listed.paper.text) == (before, text)


def test_an_emptied_list_drops_nothing(listed: ListWorld) -> None:
    before = statuses(listed)
    assert "is empty" in (listed.listed("\n").notice or "")
    assert statuses(listed) == before


def test_all_of_a_list_or_nothing_is_taken_in(listed: ListWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    before = listed.dump()
    monkeypatch.setattr("mcp_server.core.merging.TakingIn.link", lambda *_: 1 / 0)
    listed.paper.save(listed.paper.text.replace("[ ]", "[x]"))
    with pytest.raises(ZeroDivisionError):
        listed.sync()
    assert listed.dump() == before


@pytest.mark.parametrize("file", LISTS, ids=lambda file: file.stem)
def test_a_list_that_is_imported_is_exported_byte_for_byte(world: ListWorld, file: Path) -> None:
    content = file.read_bytes()
    listing.import_list(world.place, world.me, file.name, content)
    assert listing.export_list(world.place) == content


@pytest.mark.parametrize("file", LISTS, ids=lambda file: file.stem)
def test_a_list_that_is_kept_gains_ids_once_and_stays_as_it_is(world: ListWorld, file: Path) -> None:
    world.paper.content = file.read_bytes()
    world.sync()
    kept = world.paper.content
    for _ in range(2):
        world.leaves("pat")
        world.sync()
    assert (world.paper.content, listing.export_list(world.place)) == (kept, kept)
    assert world.paper.writes <= 1


def test_importing_a_list_twice_takes_nothing_in_twice(world: ListWorld) -> None:
    assert len(listing.import_list(world.place, world.me, "x.md", LIST.encode()).created) == 4
    world.listed("# Mine\n")
    assert listing.import_list(world.place, world.me, "x.md", LIST.encode()).created == ()
    assert listing.import_list(world.place, world.me, "y.md", b"- [ ] Think\n- [ ] New\n").created == ("T5",)
    assert "dropped" not in statuses(world).values()


def test_an_imported_list_is_exported_with_what_has_happened_since(world: ListWorld) -> None:
    listing.import_list(world.place, world.me, "x.md", LIST.encode())
    claimed = claiming.claim_task(world.place, world.me, "T1")
    assert isinstance(claimed, claiming.Claimed)
    assert (
        listing.export_list(world.place)
        == LIST.replace("- [ ] Auth (scope: src/auth/**)", "- [~] **T1** Auth (scope: src/auth/**) — @pat").encode()
    )


def test_without_a_list_the_tasks_are_exported_as_one(world: ListWorld) -> None:
    world.plan(task("A", "a"))
    assert listing.export_list(world.place) == b"# Tasks\n\n- [ ] **A** Work on A (scope: `a`)\n"
