"""Which text is accepted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_server.domain import accepted_text
from mcp_server.domain.errors import Misuse, shown

ANYTHING = st.text(st.characters(codec=None))


def test_a_line_loses_the_space_around_it() -> None:
    assert accepted_text.line("title", "  Fix the parser \n") == "Fix the parser"


@pytest.mark.parametrize("said", ["👨\u200d💻 at work", "設計\u3000書", "10\u202f000 lignes\u00a0!", "می\u200cخواهم"])
def test_a_line_may_be_in_any_script(said: str) -> None:
    assert accepted_text.line("title", said) == said


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("", "title is empty"),
        (" \t\n", "title is empty"),
        ("a\nb", "can't be shown on one line"),
        ("a\tb", "can't be shown on one line"),
        ("a\0b", "can't be shown on one line"),
        ("a\x1b[31mb", "can't be shown on one line"),
        ("a\u2028b", "can't be shown on one line"),
        ("a\u202eb", "can't be shown on one line"),
        ("a\ud800b", "can't be shown on one line"),
        ("x" * 201, "title has 201 characters; at most 200"),
        ("x" * 1_000_000, "title has 1,000,000 characters; at most 200"),
    ],
)
def test_what_is_no_line_is_refused_by_name(said: str, words: str) -> None:
    with pytest.raises(Misuse, match=words):
        accepted_text.line("title", said)


def test_a_line_may_be_as_long_as_the_limit() -> None:
    assert accepted_text.line("title", "é" * accepted_text.TITLE) == "é" * accepted_text.TITLE
    assert accepted_text.line("id", "x" * 5, 5) == "x" * 5


def test_a_paragraph_stays_as_it_is() -> None:
    said = "  two\n\tlines \N{SNAKE}\r\n"
    assert accepted_text.paragraph("note", said) == said
    assert accepted_text.paragraph("note", "x" * accepted_text.NOTE) == "x" * accepted_text.NOTE


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("", "note is empty"),
        (" \n ", "note is empty"),
        ("a\0b", "note contains a NUL or a lone surrogate"),
        ("a\ud800b", "note contains a NUL or a lone surrogate"),
        ("a\udfffb", "note contains a NUL or a lone surrogate"),
        ("x" * 20_001, "note has 20,001 characters; at most 20,000"),
    ],
)
def test_what_is_no_paragraph_is_refused_by_name(said: str, words: str) -> None:
    with pytest.raises(Misuse, match=words):
        accepted_text.paragraph("note", said)


@given(ANYTHING)
def test_what_is_taken_in_can_be_kept_and_a_refusal_can_be_shown(said: str) -> None:
    for take in (accepted_text.line, accepted_text.paragraph):
        try:
            take("note", said).encode()
        except Misuse as refusal:
            assert str(refusal).isprintable()
            assert len(str(refusal)) < 200
            str(refusal).encode()


@given(ANYTHING)
def test_what_is_shown_of_input_is_short_printable_and_on_one_line(said: str) -> None:
    assert len(shown(said)) <= 80
    assert shown(said).isprintable()
