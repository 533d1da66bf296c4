"""What stands on a page: sections as people title them, blocks, and all that is neither."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_server.state_page.page import in_conflict, read_page, version_line


def blocks(text: str) -> list[tuple[str | None, str]]:
    return [(block.kind, block.text) for block in read_page(text).blocks]


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("## Active state", "status"),
        ("# CURRENT STATUS", "status"),
        ("### What is needed next:", "next"),
        ("Next steps\n=====", "next"),
        ("## **Learnings** ##", "learning"),
        ("## Lessons learned", "learning"),
        ("## Learned things", None),
        ("##Learned", None),
    ],
)
def test_sections_are_found_as_people_title_them(heading: str, kind: str | None) -> None:
    found = [where for where, text in blocks(f"# Ours\n\n{heading}\n\n- one\n") if text == "- one"]
    assert found == [kind]


def test_a_block_is_an_item_with_what_belongs_to_it_or_a_paragraph() -> None:
    text = (
        "## Learned\n- one\n  more\n\n  and more\n  - sub\n* two\nlazy\n1. three\n\n"
        "A paragraph\nof two lines\n\n    code\n"
    )
    assert [text for _, text in blocks(text)] == [
        "- one\n  more\n\n  and more\n  - sub",
        "* two\nlazy",
        "1. three",
        "A paragraph\nof two lines",
    ]


def test_a_section_ends_with_the_next_heading_of_its_level_and_not_with_one_below() -> None:
    text = "## Learned\n- a\n### More\n- b\n## Other\n- c\n# Next\n- d\n"
    assert blocks(text) == [("learning", "- a"), ("learning", "- b"), (None, "- c"), ("next", "- d")]


@pytest.mark.parametrize(
    "free", ["> - said", "| - a |", "```\n- a\n```", "~~~x\n- a\n~~~", "<!--\n- a\n-->", "<b>- a</b>", "---", "    - a"]
)
def test_what_is_no_block_is_free_text(free: str) -> None:
    assert blocks(f"## Learned\n\n{free}\n") == []


@pytest.mark.parametrize("opening", ["```", "~~~~", "<!-- a"])
def test_what_is_never_closed_hides_nothing(opening: str) -> None:
    assert blocks(f"{opening}\n## Learned\n- a\n")[-1] == ("learning", "- a")


def test_ten_thousand_fences_that_are_never_closed_are_read_at_once() -> None:
    assert blocks("```x\n" * 10_000 + "## Learned\n- a\n")[-1] == ("learning", "- a")


def test_an_entry_ends_with_what_was_observed_and_a_persons_line_below_is_their_own() -> None:
    text = "## Learned\n- one\n  *— ada, 2027-01-15 08:00 UTC, no commit*\nmine\n"
    assert [text for _, text in blocks(text)] == ["- one\n  *— ada, 2027-01-15 08:00 UTC, no commit*", "mine"]


def test_the_version_is_found_wherever_it_stands_and_of_several_the_oldest() -> None:
    page = read_page(f"{version_line(7)}\n# A\n{version_line(5)}\n")
    assert (page.version, page.stamps) == (5, (0, 2))
    assert read_page("<!-- Interlock -->\n").version is None


def test_a_block_is_recognised_wherever_it_is_put_and_whatever_space_is_at_its_ends() -> None:
    (one,) = read_page("## Learned\n- a  \n  b\t\n").blocks
    (two,) = read_page("- a\r\n  b\r\n\r\n").blocks
    assert one.sign == two.sign
    assert one.sign != read_page("- a\n  c\n").blocks[0].sign


def test_a_merge_that_is_not_resolved_is_seen() -> None:
    assert in_conflict("a\n<<<<<<< HEAD\nb\n")
    assert not in_conflict("a\n<<<<<< HEAD\n- <<<<<<< b\n")


@given(st.text(st.sampled_from("ab -*#`>|\n\t<!=~1.\r\u2028é"), max_size=200))
def test_reading_takes_nothing_away_and_blocks_do_not_overlap(text: str) -> None:
    page = read_page(text)
    assert "".join(page.lines) == text
    ends = [0] + [block.end for block in page.blocks]
    assert all(end <= block.start < block.end for end, block in zip(ends, page.blocks, strict=False))
    assert all(at <= len(page.lines) for at in page.room.values())
