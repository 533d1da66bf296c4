"""Which lines of a list hold no tasks, and when a merge is open in it."""

from __future__ import annotations

import pytest

from mcp_server.task_list.skipped_lines import find, in_conflict


def hidden(text: str) -> list[int]:
    return [at for passage in find(text.split("\n")) for at in range(passage.hidden, passage.end)]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("```\ncode\n```\ntext", [0, 1, 2]),
        ("~~~~\n~~~\n~~~~\ntext", [0, 1, 2]),
        ("text <!-- begins\nhidden\nends --> text\ntext", [1, 2]),
        ("<!-- one line -->\ntext", []),
        ("`<!--`\ntext", []),
        ("<!-- a\n--> text <!-- b\n-->\ntext", [1, 2]),
        ("---\ntitle: x\nlist:\n- [ ] y\n---\ntext", [0, 1, 2, 3, 4]),
        ("---\n- [ ] a\n---\n- [ ] b", []),
        ("---\n\nNote: this is prose that nothing closes", []),
    ],
)
def test_code_comments_and_front_matter_are_hidden(text: str, lines: list[int]) -> None:
    assert hidden(text) == lines


@pytest.mark.parametrize("begun", ["```", "~~~ text", "<!-- I am just writing"])
def test_what_is_never_closed_hides_nothing(begun: str) -> None:
    assert hidden(f"{begun}\n- [ ] a\n\n- [ ] b") == []
    assert hidden(f"```\na\n```\n{begun}\n- [ ] a\n{begun}") == ([0, 1, 2] if begun != "```" else [0, 1, 2, 3, 4, 5])


def test_an_open_merge_is_seen_but_not_in_code() -> None:
    merge = b"- [ ] a\n<<<<<<< HEAD\n- [~] b\n=======\n- [x] b\n>>>>>>> theirs\n"
    assert in_conflict(merge)
    assert in_conflict(merge.replace(b"\n", b"\r\n"))
    assert in_conflict(b"- [ ] a\n>>>>>>> theirs\n")  # half resolved
    assert not in_conflict(b"```\n" + merge + b"```\n")
    assert not in_conflict(b"- [ ] <<<<<<< a\n<<<<<<<< eight\nTitle\n=======\n")
