"""A list as bytes: which lines are tasks, and that nothing else changes when one does."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_server.task_list import document
from mcp_server.task_list.document import Document
from mcp_server.task_list.lines import split

LISTS = sorted((Path(__file__).parents[1] / "data/task_lists").glob("*.txt"))
TASKS = {
    "01_unclaimed": 5,
    "02_nested": 4,
    "03_numbered": 4,
    "04_table": 3,
    "05_emoji": 5,
    "06_crlf": 2,
    "07_windows1252": 3,
    "08_mixed_ends_bom": 4,
    "09_spec_kit": 4,
    "10_readme_todo": 6,
}
CONTENT = st.lists(
    st.sampled_from(
        [
            b"- [ ] a",
            b"  - [x] b",
            b"",
            b"# h",
            b"```",
            b"<!--",
            b"-->",
            b"text",
            b"1. [~] c @x",
            b"\xe9\x81",
            b"\t* [!] d",
        ]
    ).flatmap(lambda text: st.sampled_from([b"\n", b"\r\n", b"\r", b""]).map(lambda end: text + end))
).map(b"".join)


def titles(content: bytes) -> list[str]:
    return [row.item.title for row in Document(content).rows]


def test_there_are_ten_lists() -> None:
    assert {file.stem for file in LISTS} == set(TASKS)


@pytest.mark.parametrize("file", LISTS, ids=lambda file: file.stem)
def test_a_list_that_is_read_and_written_is_the_same_bytes(file: Path) -> None:
    content = file.read_bytes()
    read = Document(content)
    assert read.changed({row.at: row.item for row in read.rows}) == content
    assert len(read.rows) == TASKS[file.stem]


@given(CONTENT)
def test_whatever_a_list_holds_it_stays_the_same_bytes(content: bytes) -> None:
    read = Document(content)
    assert read.changed({row.at: row.item for row in read.rows}) == content


@given(CONTENT)
def test_a_changed_item_changes_its_own_line_alone(content: bytes) -> None:
    read = Document(content)
    for row in read.rows:
        changed = Document(read.changed({row.at: row.item.marked("!").named("T9")}))
        assert [line for at, line in enumerate(changed.lines) if at != row.at] == [
            line for at, line in enumerate(read.lines) if at != row.at
        ]
        assert changed.lines[row.at].end == read.lines[row.at].end


def test_an_item_inside_one_with_a_box_is_no_task_of_its_own() -> None:
    assert titles(b"- [ ] a\n  - [ ] b\n- plain\n  - [ ] c\n    - [ ] d\n1. [ ] e\n   - [ ] f\n") == ["a", "c", "e"]


def test_code_comments_and_quotations_hold_no_tasks() -> None:
    text = b"~~~~\n- [ ] a\n~~~\n~~~~\n<!-- x\n- [ ] b\n-->\n    - [ ] c\n> - [ ] d\n"
    text += b"- [ ] e <!-- not c -->\n- [ ] f `<!--`\n- [ ] g"
    assert titles(text) == ["e <!-- not c -->", "f `<!--`", "g"]


def test_a_heading_or_a_paragraph_ends_a_list() -> None:
    assert titles(b"- [ ] a\n\n# h\n  - [ ] b\n") == ["a", "b"]
    assert titles(b"- plain\n\ntext\n\n    - [ ] c\n") == []


def test_an_item_ends_behind_all_that_belongs_to_it() -> None:
    read = Document(b"- [ ] a\nlazy\n\n  more\n  - [ ] sub\n\n\n- [ ] b\ntext\n\n# h\n")
    assert [read.end_of(row) for row in read.rows] == [5, 9]


def test_another_task_goes_behind_the_last_open_one_and_looks_like_it() -> None:
    read = Document(b"## Open\r\n3) [ ] a\r\n   - [ ] sub\r\n\r\n## Done\r\n1) [x] b")
    place, model = read.place_for_more()
    item = document.like(model, 1).named("T7")._replace(title="new")
    assert read.changed({}, [(place, item.text)]) == (
        b"## Open\r\n3) [ ] a\r\n   - [ ] sub\r\n4) [ ] **T7** new\r\n\r\n## Done\r\n1) [x] b"
    )


def test_lines_behind_a_last_line_without_an_end_leave_the_last_one_without() -> None:
    read = Document(b"- [ ] a\r\n- [ ] b")
    assert read.changed({}, [(2, "- [ ] c"), (2, "- [ ] d")]) == b"- [ ] a\r\n- [ ] b\r\n- [ ] c\r\n- [ ] d"


def test_a_line_keeps_its_encoding_and_says_what_that_lacks_otherwise() -> None:
    read = Document(b"- [ ] caf\xe9\n- [ ] \xe2\x86\x92\n")
    assert [line.encoding for line in split(read.content)[1]] == ["cp1252", "utf-8"]
    first, second = (row.item._replace(title=row.item.title + " →") for row in read.rows)
    assert read.changed({0: first, 1: second}) == b"- [ ] caf\xe9 &#8594;\n- [ ] \xe2\x86\x92 \xe2\x86\x92\n"
