"""The note behind a task: what counts as one, and that what is written is read back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_server.task_list import note
from mcp_server.task_list.note import Note

PATTERNS = st.text(st.characters(codec="utf-8", exclude_characters="\r\n", exclude_categories=("C", "Z")), min_size=1)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("(scope: src/a/**, tests/a/**)", Note(("src/a/**", "tests/a/**"))),
        ("(Files: `a, b.md`; depends on: T1)", Note(("a, b.md",), ("T1",))),
        ("(scope: src/{a,b}/**)", Note(("src/{a,b}/**",))),
        ("(scope: none)", Note(())),
        ("(after: none; priority: high)", Note(None, (), 10)),
        ("(scope: docs/**, lib, priority: 3, after: T1, T2)", Note(("docs/**", "lib"), ("T1", "T2"), 3)),
        ("(scope: `a, after: b`, see:c)", Note(("a, after: b", "see:c"))),
        ("(prio: -3)", Note(None, None, -3)),
        ("(scope: app/(shop)/page.tsx)", Note(("app/(shop)/page.tsx",))),
        ("(scope: src, owner: pat; depends: T1; P1!)", Note(("src",), ("T1",), None, ("owner: pat", "P1!"))),
        ("(scope: a; see: b;)", Note(("a",), None, None, ("see: b",))),
        ("[path: a; blocked by: T1, T2; priority: P1]", Note(("a",), ("T1", "T2"), 10)),
        ("<!-- scope: a/** -->", Note(("a/**",))),
    ],
)
def test_what_a_note_says(text: str, said: Note) -> None:
    assert note.read(text) == said


@pytest.mark.parametrize(
    "text",
    [
        "()",
        "(see below)",
        "(scope)",
        "(scope:)",
        "(priority: urgent!)",
        "[see: b]",
        "<!-- id: 7 -->",
        "(scope: a; scope: b)",
    ],
)
def test_other_brackets_are_no_note(text: str) -> None:
    assert note.read(text) is None


@given(
    st.none() | st.lists(PATTERNS, unique=True, max_size=4).map(tuple),
    st.none()
    | st.lists(st.from_regex(r"[A-Z][0-9]{1,3}", fullmatch=True), unique=True, min_size=1, max_size=3).map(tuple),
    st.none() | st.integers(-1000, 1000),
)
def test_what_is_written_is_read_back(
    scope: tuple[str, ...] | None, after: tuple[str, ...] | None, priority: int | None
) -> None:
    said = Note(scope, after, priority)
    assert note.read(said.text) == (said if said.text else None)


def test_the_bracket_that_the_last_one_closes() -> None:
    assert note.opening("a (b) (c (d))") == 6
    assert note.opening("a) b)") == -1
    assert note.opening("a (b") == -1


def test_a_note_is_written_in_the_brackets_that_it_had() -> None:
    said = Note(("a",), None, 2, ("owner: pat",))
    assert said.instead_of("[scope: b]") == "[scope: `a`; priority: 2; owner: pat]"
    assert said.instead_of("<!-- x -->") == "<!-- scope: `a`; priority: 2; owner: pat -->"
    assert said.instead_of("scope: b") == "scope: `a`; priority: 2; owner: pat"
