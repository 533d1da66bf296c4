"""A page gets the lines that its writer could not see, each where it stood, and loses none of its own."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mcp_server.state_page.page import version_line
from mcp_server.state_page.rejoin import rejoin

BEFORE = "# Shared mind\n\n## Learned\n\n- one\n- two\n"
pages = st.lists(st.sampled_from(["- a\n", "- b\n", "c\n", "> d\n", "\n", "## Learned\n", "  e\n"])).map("".join)


def test_what_was_added_is_put_below_what_it_stood_below() -> None:
    saved = BEFORE.replace("- one\n", "- one\n- pat\n")
    text = BEFORE.replace("- two\n", "- two\n- three\n")
    assert rejoin(text, BEFORE, saved) == BEFORE.replace("- one\n- two\n", "- one\n- pat\n- two\n- three\n")


def test_what_stands_there_already_is_not_added_again_and_nothing_is_taken_away() -> None:
    saved = BEFORE.replace("- one\n", "> pat\n")
    joined = rejoin(BEFORE, BEFORE, saved)
    assert joined.count("> pat\n") == joined.count("- one\n") == 1
    assert rejoin(joined, BEFORE, saved) == joined
    assert rejoin(BEFORE, BEFORE, "") == BEFORE


def test_a_paragraph_that_stood_apart_does_not_become_part_of_an_item() -> None:
    saved = BEFORE + "\npat\n"
    assert rejoin(BEFORE, BEFORE, saved) == BEFORE + "\npat\n"


def test_the_version_is_the_pages_own_and_lines_end_as_its_lines_do() -> None:
    text = BEFORE.replace("\n", "\r\n") + version_line(7)
    joined = rejoin(text, BEFORE, BEFORE + "- pat\n" + version_line(3))
    assert joined.startswith(BEFORE.replace("\n", "\r\n") + "- pat\r\n")
    assert joined.endswith(version_line(7))
    assert joined.count(version_line(7)) == 2, "it is to be written anew"
    assert version_line(3) not in joined


@given(pages, pages, pages)
def test_whatever_was_saved_is_there_afterwards_and_all_else_too(text: str, before: str, saved: str) -> None:
    joined = rejoin(text, before, saved)
    for line in text.splitlines():
        assert joined.splitlines().count(line) >= text.splitlines().count(line)
    assert set(saved.splitlines()) - set(before.splitlines()) - {""} <= set(joined.splitlines())
