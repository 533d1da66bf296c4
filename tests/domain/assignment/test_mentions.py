"""Which task an agent is started for, by the words that it is started with."""

from __future__ import annotations

import pytest

from mcp_server.domain.assignment.mentions import LONGEST, mentions


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Work on T3.", "T3"),
        ("T12: add the login", "T12"),
        ("do **T3** now", "T3"),
        ("see v2 of the API, then task T3", "T3"),
        ('begin with claim_task("auth-login")', "auth-login"),
        ("claim_task(task_id='auth')", "auth"),
        ("Your task: billing.", "billing"),
        ("Task billing (the second)", "billing"),
        ("task #T3", "#T3"),
        ("task_id=T3", "T3"),
        ("(T3)", "T3"),
    ],
)
def test_the_most_likely_id_comes_first(text: str, first: str) -> None:
    assert first in mentions(text)[:2]


def test_a_word_without_a_digit_counts_only_where_it_is_called_a_task() -> None:
    assert mentions("look at auth and at the login") == []
    assert "auth" in mentions("look at task auth")


def test_the_description_comes_before_the_prompt() -> None:
    assert [word for word in mentions("T2", "task T1, then T2") if word.startswith("T")] == ["T2", "T1"]


def test_only_the_beginning_of_a_long_text_is_read() -> None:
    assert mentions("x" * LONGEST + " T3") == []
