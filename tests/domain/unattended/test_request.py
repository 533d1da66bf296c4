"""What a file asks for: its first line is the title, keys above or right below it say more, the rest is for reading."""

from __future__ import annotations

import pytest

from mcp_server.domain.errors import Misuse
from mcp_server.domain.unattended.request import asked


@pytest.mark.parametrize(
    ("text", "title", "fields"),
    [
        ("Fix the login", "Fix the login", {}),
        ("\n\n# Fix  the login #1\r\n\r\nIt says 500.", "Fix the login #1", {}),
        ("- [ ] Fix it\n", "Fix it", {}),
        ("> Fix it\n", "Fix it", {}),
        (
            "Fix it\nscope: src/a/**\ndone_when: it works\n\nscope: of no interest",
            "Fix it",
            {"scope": ("src/a/**",), "done_when": "it works"},
        ),
        (
            "Fix it\nScope: src/{a,b}/**, !src/a/x\npriority: 5\n",
            "Fix it",
            {"scope": ("src/{a,b}/**", "!src/a/x"), "priority": 5},
        ),
        (
            "---\ntitle: \"Fix it\"\ntier: haiku\nscope:\n  - src/a/**\n  - 'docs/**'\n---\n# Another heading\n",
            "Fix it",
            {"tier": "haiku", "scope": ("src/a/**", "docs/**")},
        ),
        (
            "---\nresources: [port-80, db]\nrole: tester\n---\nFix it\nbudget: 5_000\n",
            "Fix it",
            {"resources": ("port-80", "db"), "role": "tester", "budget": 5000},
        ),
        ("---\nA rule above a text that ends in no other", "---", {}),
        ("Note: not a key of ours\nNote: neither", "Note: not a key of ours", {}),
    ],
)
def test_a_title_and_what_is_said_of_it(text: str, title: str, fields: dict[str, object]) -> None:
    said = asked(text)
    assert (said.title, said.fields) == (title, fields)
    assert said.text == text.strip()


def test_what_means_nothing_here_is_named() -> None:
    assert asked("---\nauthor: ada\nscope: a\ndate: today\n---\nFix it").ignored == ("author", "date")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "empty"),
        (" \n\n", "empty"),
        ("---\nscope: a\n---\n", "empty"),
        ("A\npriority: high", "whole number"),
        ("A\ntier: cheap", "tier must be one of"),
    ],
)
def test_what_cannot_be_a_request_is_refused_in_words(text: str, words: str) -> None:
    with pytest.raises(Misuse, match=words):
        asked(text)
