"""Where scopes lie, as rows: nothing is lost on the way, and neighbours are few."""

from __future__ import annotations

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_server.adapters.sqlite.scope_rows import anchors_from, anchors_text, patterns_from, tokens_around
from tests.workspace import anchors

paths = st.lists(st.sampled_from(["a", "b", "a-", "a0", "a.", "é"]), max_size=3).map("/".join)


@pytest.mark.parametrize("scope", [(), ("src/**",), ("{a,b}/*.py", "!a/x", "**/c"), ("with space/é",)])
def test_scopes_and_grounds_come_back_as_they_went(scope: tuple[str, ...]) -> None:
    assert patterns_from("\n".join(scope)) == scope
    assert anchors_from(anchors_text(anchors(*scope))) == anchors(*scope)


@given(st.sets(paths, min_size=1), paths)
def test_around_an_anchor_is_what_lies_at_above_or_below_it_and_nothing_else(anchors: set[str], anchor: str) -> None:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE ground (anchor TEXT, token INTEGER)")
    tokens = dict(enumerate(sorted(anchors)))
    connection.executemany("INSERT INTO ground VALUES (?, ?)", [(each, token) for token, each in tokens.items()])
    found = {tokens[token] for (token,) in connection.execute(*tokens_around(anchor))}
    connection.close()

    def below(one: str, other: str) -> bool:
        return other in ("", one) or one.startswith(other + "/")

    assert found == {each for each in anchors if below(each, anchor) or below(anchor, each)}
