"""The rules in CLAUDE.md: between markers, brought up to date in place, and nothing else is touched."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_server.core.shared_state.claude_md import BEGIN, END, RULES, with_rules, without_rules
from mcp_server.domain.errors import Misuse

WORDS = st.text(st.sampled_from("ab #-\n\r`*<>!ü"), max_size=60)


def test_an_empty_file_gets_the_block_alone() -> None:
    assert with_rules("") == f"{BEGIN}\n{RULES}{END}\n"


def test_it_is_ten_lines_or_so() -> None:
    assert len([line for line in RULES.splitlines() if line]) <= 12


@pytest.mark.parametrize("text", ["# Mine\n", "# Mine", "# Mine\r\nmore\r\n"])
def test_what_was_there_stays_and_the_block_follows_in_its_line_ends(text: str) -> None:
    made = with_rules(text)
    assert made.startswith(text)
    assert made.count(BEGIN) == made.count(END) == 1
    assert ("\r\n" in made) == ("\r\n" in text)
    assert made.replace("\r\n", "").count("\r") == 0


def test_an_older_block_is_replaced_in_place() -> None:
    old = f"# Mine\n\n{BEGIN}\nold rules\n{END}\n\nAfter it.\n"
    assert with_rules(old) == f"# Mine\n\n{BEGIN}\n{RULES}{END}\n\nAfter it.\n"


@pytest.mark.parametrize("text", [BEGIN, END, END + BEGIN, BEGIN * 2 + END, BEGIN + END * 2])
def test_markers_that_are_not_a_pair_are_refused(text: str) -> None:
    with pytest.raises(Misuse, match="not one of each in order"):
        with_rules(text)


@given(WORDS, WORDS)
def test_the_text_around_the_block_is_kept_and_repeating_it_changes_nothing(before: str, after: str) -> None:
    once = with_rules(f"{before}{BEGIN}old{END}{after}")
    assert once.startswith(before + BEGIN)
    assert once.endswith(END + after)
    assert with_rules(once) == once


@pytest.mark.parametrize("text", ["", "# Mine\n", "# Mine\r\nmore\r\n", "# Mine\n\n", "\n"])
def test_taken_out_again_nothing_of_the_block_is_left(text: str) -> None:
    assert without_rules(with_rules(text)) == text


def test_taken_out_of_the_middle_what_is_around_it_stays() -> None:
    assert without_rules(f"# Mine\n\n{BEGIN}\nold\n{END}\n\n## More\n") == "# Mine\n\n\n## More\n"


@pytest.mark.parametrize("text", [BEGIN, END + BEGIN])
def test_half_a_block_is_left_to_the_person(text: str) -> None:
    with pytest.raises(Misuse):
        without_rules(text)
