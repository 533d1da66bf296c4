"""The id that a line begins with, as its readers would name the task."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_server.task_list.item import read_item
from mcp_server.task_list.item_id import find, numbered, visible

SURE = [
    ("**T1. Skeleton**", "T1", "Skeleton"),
    ("**T3: Deploy** to the shop", "T3", "Deploy to the shop"),
    ("**T3 — Deploy**", "T3", "Deploy"),
    ("**T4.1** proper 404", "T4.1", "proper 404"),
    ("**T4.1 Proper 404**", "T4.1", "Proper 404"),
    ("**2.1** Models", "2.1", "Models"),
    ("**P0.8** x", "P0.8", "x"),
    ("**T-M4-4f** y", "T-M4-4f", "y"),
    ("**ui-2** Buttons", "ui-2", "Buttons"),
    ("**ui-2**: Buttons", "ui-2", "Buttons"),
    ("**T3** — Deploy", "T3", "Deploy"),
    ("2.1 Create the models", "2.1", "Create the models"),
    ("2.1.3: create", "2.1.3", "create"),
    ("PROJ-13: Sign in", "PROJ-13", "Sign in"),
    ("[PROJ-14] Sign in", "PROJ-14", "Sign in"),
    ("[PROJ-14](https://tracker.example/PROJ-14) Sign in", "PROJ-14", "Sign in"),
    ("**[PROJ-14](https://tracker.example/PROJ-14)** Sign in", "PROJ-14", "Sign in"),
    ("[PROJ-14](https://tracker.example/PROJ-14) - Sign in", "PROJ-14", "Sign in"),
    ("#15 Sign in", "#15", "Sign in"),
    ("#15", "#15", ""),
    ("[#15](https://hub.example/15) Sign in", "#15", "Sign in"),
    ("(#15) Sign in", "#15", "Sign in"),
    ("task-12 - Sign in", "task-12", "Sign in"),
    ("T001 [P] [US1] Create", "T001", "[P] [US1] Create"),
    ("`T4.1` Sign in", "T4.1", "Sign in"),
    ("T7) Sign in", "T7", "Sign in"),
]
NONE = [
    "3 retries for uploads",
    "Sign in (#15)",
    "[P] Create",
    "v1.2: release",
    "**Important: read this**",
    "OAuth2 login",
    "Task: sign in",
    "https://hub.example/15",
    "(optional) Sign in",
    "`npm test` passes",
]
MAYBE = [
    "3.11 support",
    "2.5 seconds are too long",
    "UTF-8 everywhere",
    "S3: uploads",
    "M1 — Setup",
    "1. Set up",
    "1.0 Release",
]


@pytest.mark.parametrize(("rest", "task_id", "title"), SURE)
def test_an_id_by_its_form_alone(rest: str, task_id: str, title: str) -> None:
    item = read_item(f"- [ ] {rest}")

    assert item is not None
    assert (item.id, item.is_sure, item.said) == (task_id, True, title)
    assert item.text == f"- [ ] {rest}"


@pytest.mark.parametrize("rest", NONE)
def test_what_is_none(rest: str) -> None:
    item = read_item(f"- [ ] {rest}")

    assert item is not None
    assert not item.is_sure
    assert item.strength != "numbered" or item.id is None


@pytest.mark.parametrize("rest", MAYBE)
def test_what_may_be_one_is_not_without_others_of_its_kind(rest: str) -> None:
    found = find(rest)

    assert found is not None
    assert found.strength == "numbered"
    assert numbered([found.id]) == set()


@pytest.mark.parametrize(
    ("ids", "counted"),
    [
        (["1", "1.1", "2"], {"1", "1.1", "2"}),
        (["M1", "M2", "S3"], {"M1", "M2"}),
        (["UTF-8", "UTF-8"], set()),
        (["3.11", "3.11", "3.12"], set()),
    ],
)
def test_lines_that_are_numbered_alike_have_ids(ids: list[str], counted: set[str]) -> None:
    assert numbered(ids) == counted


@pytest.mark.parametrize(
    ("rest", "is_id"),
    [
        ("**auth** Passkeys", False),
        ("**auth** Passkeys (scope: `src/auth`)", True),
        ("**auth** Passkeys (after: T1)", True),
        ("**Important** read (scope: `src`)", False),
        ("**v2** Passkeys (priority: 3)", True),
    ],
)
def test_a_word_in_bold_is_one_where_the_line_has_a_note(rest: str, is_id: bool) -> None:
    item = read_item(f"- [ ] {rest}")

    assert item is not None
    assert item.is_sure is is_id


@given(st.text(alphabet="T#*[]()`.:-—_ aA1290PROJ", max_size=30))
def test_whatever_a_line_says_it_is_put_together_again(rest: str) -> None:
    item = read_item(f"- [ ] {rest}")

    if item is not None:
        assert item.text == f"- [ ] {rest}"
        assert item.nameless().text == f"- [ ] {rest}"


def test_the_numbers_that_a_reader_sees() -> None:
    assert visible("T3 and **T004**, not T5.1, XT6, T7-a or T8b; (T9).") == {3, 4, 5, 9}
