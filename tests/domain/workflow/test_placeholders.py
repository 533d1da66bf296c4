"""Placeholders: what they stand for in a title, a pattern, a command, and what is none."""

from __future__ import annotations

import shlex
from fnmatch import fnmatchcase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_server.domain.errors import Misuse
from mcp_server.domain.scopes.scope import parse
from mcp_server.domain.workflow import placeholders
from mcp_server.domain.workflow.placeholders import escaped, fill, fill_command, fill_scope, fill_words, names, of_item

PATHS = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="/\\"), min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("item", "values"),
    [
        ("src/a/login.test.ts", ("login.test.ts", "login.test", ".ts", "src/a")),
        ("README", ("README", "README", "", ".")),
        ("src/.env", (".env", ".env", "", "src")),
        ("packages/a/", ("a", "a", "", "packages")),
    ],
)
def test_an_item_has_a_name_a_stem_an_ending_and_a_folder(item: str, values: tuple[str, ...]) -> None:
    assert tuple(of_item(item).values()) == (item, *values)


@pytest.mark.parametrize("text", ["{a,b}", "${home}", "{print $1}", "{HOME}", "{}", "{ item }", "{1}"])
def test_what_is_no_placeholder_stays_as_it_is(text: str) -> None:
    assert (names(text), fill(text, {})) == ([], text)


def test_an_unknown_name_is_refused_and_a_doubled_one_is_the_text() -> None:
    with pytest.raises(Misuse, match=r"no value for \{itm\}: there are item"):
        fill("{itm}", {"item": "x"})
    assert fill("{{item}} is {item}", {"item": "x"}) == "{item} is x"


@given(st.text())
def test_an_escaped_text_is_filled_to_itself(text: str) -> None:
    assert fill(escaped(text), {}) == text


@given(PATHS)
def test_a_path_in_a_pattern_covers_itself(name: str) -> None:
    path = f"src/{name}x"
    try:
        scope = parse([fill_scope("{item}", of_item(path))])
    except ValueError:
        assert not name.isprintable()
        return
    assert scope.covers(path)
    assert not scope.covers("src/other")
    assert fnmatchcase(path, path.replace("[", "[[]")) or "*" in path or "?" in path


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_a_path_in_a_command_is_one_word(item: str) -> None:
    assert shlex.split(fill_command("check {item}", of_item(item))) == ["check", item]


def test_in_a_text_only_commands_are_quoted_and_parameters_never() -> None:
    values = {**of_item("a b"), "check": "make all"}
    assert fill_words("In {item}: `{check} {item}` passes", values) == "In a b: `make all 'a b'` passes"


def test_the_names_of_an_item_are_all_in_it() -> None:
    assert tuple(of_item("x")) == placeholders.ITEM
