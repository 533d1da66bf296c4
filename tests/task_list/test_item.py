"""One line with a box: what it says, and that changing one thing leaves the rest as it was."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_server.task_list.item import Item, read_item
from mcp_server.task_list.note import Note

LINES = [
    "- [ ] Write unit tests for auth module — (unclaimed)",
    "- [~] **T3** Write unit tests (scope: `tests/auth/**`; after: T1, T2; priority: 2) — @ada",
    "  * [X] T001 [P] Create `src/` (files: src/(app)/page.tsx, {a,b}/c)",
    "12) [!] **auth-login:** Wait (claimed by ada/worker-1)  ",
    "+ [x]\t✅ Fertig – endlich (wirklich)",
    "- [ ] Mail to pat@example.com @pat",
    "- [ ] Sort it -- scope: src/a/**; after: T1 — @ada",
    "- [ ] Sort it (scope: a) [after: T1]  <!-- priority: 3; owner: pat -->",
]


def read(line: str) -> Item:
    item = read_item(line)
    assert item is not None
    return item


@pytest.mark.parametrize("line", LINES)
def test_the_pieces_joined_are_the_line(line: str) -> None:
    assert read(line).text == line


@given(st.from_regex(r"- \[[ x~!]\] [^\r\n]{1,60}", fullmatch=True))
def test_whatever_a_line_says_its_pieces_joined_are_the_line(line: str) -> None:
    item = read_item(line)
    assert item is None or item.text == line


@pytest.mark.parametrize(
    "line", ["- [] x", "- [ ]", "- [ ] ", "[ ] x", "-[ ] x", "- [y] x", "> - [ ] x", "- [ ](link)", "| - [ ] x |"]
)
def test_what_has_no_box_or_no_words_is_no_task(line: str) -> None:
    assert read_item(line) is None


def test_a_line_says_all_that_there_is_to_say() -> None:
    item = read(LINES[1])
    assert (item.mark, item.id, item.title, item.holder) == ("~", "T3", "Write unit tests", "ada")
    assert item.note == Note(("tests/auth/**",), ("T1", "T2"), 2)


def test_notes_may_stand_behind_a_dash_or_one_behind_the_other() -> None:
    bare, several = read(LINES[-2]), read(LINES[-1])
    assert (bare.title, bare.note, bare.holder) == ("Sort it", Note(("src/a/**",), ("T1",)), "ada")
    assert (several.title, several.note) == ("Sort it", Note(("a",), ("T1",), 3, ("owner: pat",)))
    assert bare.noted(Note(("b",))).text == "- [ ] Sort it -- scope: `b` — @ada"
    assert several.noted(Note(("b",), ("T1",))).text == "- [ ] Sort it (scope: `b`; after: T1)"
    assert read("- [ ] Fix it - path: not one").note == Note()


@pytest.mark.parametrize(
    ("line", "title", "holder"),
    [
        ("- [ ] Write tests — (unclaimed)", "Write tests", None),
        ("- [~] Write tests (claimed by @ada)", "Write tests", "ada"),
        ("- [ ] Write tests -- @ada", "Write tests", "ada"),
        ("- [~] Write tests @ada", "Write tests", "ada"),
        ("- [ ] Write tests @ada", "Write tests @ada", None),
        ("- [~] Write tests — @ada@build-2", "Write tests", "ada@build-2"),
        ("- [~] Write tests (claimed by @ada@build-2/explore-1)", "Write tests", "ada@build-2/explore-1"),
        ("- [ ] Write to ada@example.com", "Write to ada@example.com", None),
        ("- [ ] Update @types/node", "Update @types/node", None),
        ("- [ ] (unclaimed)", "(unclaimed)", None),
        ("- [~] @ada", "@ada", None),
    ],
)
def test_endings_name_the_holder_and_never_empty_a_title(line: str, title: str, holder: str | None) -> None:
    assert (read(line).title, read(line).holder) == (title, holder)


@pytest.mark.parametrize(
    ("text", "task_id", "sure"),
    [
        ("**T7** Do", "T7", True),
        ("T007: Do", "T007", True),
        ("T7 Do", "T7", True),
        ("**AUTH-12** Do", "AUTH-12", True),
        ("**AUTH-12:** Do", "AUTH-12", True),
        ("**Important** do", "Important", False),
        ("**two words** do", None, False),
        ("Tea for two", None, False),
        ("**T7**", None, False),
    ],
)
def test_an_id_is_known_by_its_form(text: str, task_id: str | None, sure: bool) -> None:
    item = read("- [ ] " + text)
    assert (item.id, item.is_sure) == (task_id, sure)


def test_an_id_is_given_and_changed_in_the_form_that_the_line_has() -> None:
    assert read("- [ ] Do").named("T7").text == "- [ ] **T7** Do"
    assert read("- [ ] T1: Do").named("T7").text == "- [ ] T7: Do"
    assert read("- [ ] **T1** Do").named("T7").text == "- [ ] **T7** Do"
    assert read("- [ ] **Important** do").nameless().named("T7").text == "- [ ] **T7** **Important** do"


def test_a_holder_comes_and_goes_in_the_form_that_the_line_has() -> None:
    brackets = read("- [ ] Write — (unclaimed)").marked("~").held_by("ada")
    assert brackets.text == "- [~] Write — (claimed by ada)"
    assert brackets.marked(" ").held_by(None).text == "- [ ] Write — (unclaimed)"
    assert brackets.marked("x").held_by(None).text == "- [x] Write"
    plain = read("- [ ] Write  ").marked("~").held_by("ada")
    assert plain.text == "- [~] Write — @ada  "
    assert plain.held_by("ben").text == "- [~] Write — @ben  "
    assert plain.marked(" ").held_by(None).text == "- [ ] Write  "


def test_another_note_takes_the_place_of_the_former() -> None:
    item = read("- [ ] Write (priority: 1) — @ada")
    assert item.noted(Note(("a/**",), None, 1)).text == "- [ ] Write (scope: `a/**`; priority: 1) — @ada"
    assert read("- [ ] Write — @ada").noted(Note(("a",))).text == "- [ ] Write (scope: `a`) — @ada"
    assert item.noted(Note()).text == "- [ ] Write — @ada"
