"""What patterns mean, in their normal spelling, and which of them are refused with which words."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mcp_server.domain.scopes import scope


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("src/auth", "src/auth"),
        ("src/auth/", "src/auth/"),
        ("./src", "src"),
        ("././src", "src"),
        ("src//auth", "src/auth"),
        ("src/./auth", "src/auth"),
        ("src/auth/.", "src/auth/"),
        ("src/auth//", "src/auth/"),
        ("**/**", "**"),
        ("a/**/**/**/b", "a/**/b"),
        ("a/**/./**", "a/**"),
        ("a/**/", "a/**"),
        ("./src//{a,b}/", "src/{a,b}/"),
        ("!./src//gen", "!src/gen"),
        ("./!important", "./!important"),
        ("./~backup", "./~backup"),
        ("./C:/x", "./C:/x"),
        ("./{~a,b}", "./{~a,b}"),
        ("./{a,b}", "{a,b}"),
        ("{!a,b}", "{!a,b}"),
        ("café/[à-ü]*", "café/[à-ü]*"),
    ],
)
def test_a_pattern_has_one_normal_spelling(written: str, normal: str) -> None:
    assert scope.parse(["src", written]).patterns[-1] == normal


@pytest.mark.parametrize(
    ("text", "alternatives"),
    [
        ("{a,b}", ["a", "b"]),
        ("{a}", ["a"]),
        ("x{a,b}y", ["xay", "xby"]),
        ("{a,b}{c,d}", ["ac", "ad", "bc", "bd"]),
        ("{a,{b,c}d}e", ["ae", "bde", "cde"]),
        ("{a,b/c}/d", ["a/d", "b/c/d"]),
        ("src/{a,}", ["src/a", "src/"]),
        ("src/{,a/}b", ["src/b", "src/a/b"]),
        ("src{,/**}", ["src", "src/**"]),
        ("a{b,b}", ["ab"]),
        ("a,b", ["a,b"]),
        ("a,{b,c}", ["a,b", "a,c"]),
        ("[{,}]", ["[{,}]"]),
        ("{[,],b}", ["[,]", "b"]),
        ("{**,src}/x", ["**/x", "src/x"]),
        ("{!a,b}", ["./!a", "b"]),
    ],
)
def test_braces_stand_for_their_alternatives(text: str, alternatives: list[str]) -> None:
    assert list(scope.parse([text]).alternatives) == alternatives


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is empty"),
        ("   ", "is empty"),
        ("!", "names no path"),
        (".", "names no path"),
        ("./", "names no path"),
        ("!!src", "two !"),
        ("src\\auth", "backslash"),
        ("src/\0", "control character"),
        ("src\n", "control character"),
        ("a\x7fb", "control character"),
        ("a\x85b", "control character"),
        ("a\ud800b", "half a character"),
        ("x" * 1_001, "1001 characters"),
        ("/src", "absolute"),
        ("!/src", "absolute"),
        ("~/src", "home directory"),
        ("~", "home directory"),
        ("C:/src", "drive"),
        ("c:src", "drive"),
        ("..", ".. segment"),
        ("../src", ".. segment"),
        ("src/../lib", ".. segment"),
        ("src/{a,..}/b", ".. segment"),
        ("src/**.py", '"src/**/*.py"'),
        ("src/auth**", '"src/auth*/**"'),
        ("a**b/c", '"a*/**/*b/c"'),
        ("src/***", '"src/**"'),
        ("[*]**", '"[*]*/**"'),
        ("{a,*}*.py", '"**/*.py"'),
        ("src/[ab", "never closed"),
        ("src/[]", "empty class []"),
        ("src/[!]", "empty class [!]"),
        ("src/[^]/[^]", "empty class [^]"),
        ("src/[a/b]", "/ in the class"),
        ("src/[z-a]", "wrong way round"),
        ("src/[[:alpha:]]", "named class"),
        ("src/{a,b", "never closed"),
        ("src/{a,{b}", "never closed"),
        ("src/a}", "never opened"),
        ("{a,[}", "never closed"),
        ("{a,}", 'stands for ""'),
        ("{,a}/b", 'stands for "/b"'),
        ("{a,b}" * 9, "more than 256"),
        ("{" + ",".join("a" * 257) + "}", "more than 256"),
        ("{" * 400 + "}" * 400, "names no path"),
        ("{" * 1_000, "never closed"),
    ],
)
def test_a_pattern_that_makes_no_sense_is_refused_with_what_is_wrong(text: str, words: str) -> None:
    with pytest.raises(scope.PatternError) as caught:
        scope.parse(["docs", text])
    assert words in str(caught.value)
    assert caught.value.pattern == text


@pytest.mark.parametrize("thing", [None, 3, b"src", ["src"], object()])
def test_what_is_no_text_is_refused(thing: Any) -> None:
    with pytest.raises(scope.PatternError, match="not a text"):
        scope.parse(["docs", thing])


def test_a_text_in_place_of_a_list_is_refused() -> None:
    with pytest.raises(scope.PatternError, match="list of patterns"):
        scope.parse("src")


def test_what_is_refused_is_named_short_and_printable() -> None:
    with pytest.raises(scope.PatternError) as caught:
        scope.parse(["\ud800\n" + "x" * 1_000_000])
    assert str(caught.value).encode("utf-8").isascii() is False
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 250


def test_no_refusal_is_longer_than_a_few_lines() -> None:
    with pytest.raises(scope.PatternError) as caught:
        scope.parse(["[" + "z" * 900 + "/]"])
    assert len(str(caught.value)) < 350


def test_a_scope_of_exclusions_alone_is_refused() -> None:
    with pytest.raises(scope.PatternError, match="takes away from nothing") as caught:
        scope.parse(["!src/gen", "!docs"])
    assert caught.value.pattern == "!src/gen"


def test_a_thousand_patterns_are_understood_and_one_more_is_refused() -> None:
    patterns = [f"src/{number}" for number in range(1_000)]
    assert len(scope.parse(patterns).patterns) == 1_000
    with pytest.raises(scope.PatternError, match="one too many"):
        scope.parse([*patterns, "docs"])


def test_a_pattern_may_stand_for_256_alternatives() -> None:
    assert len(scope.parse(["{a,b}" * 8]).alternatives) == 256


def test_a_scope_of_too_many_alternatives_in_all_is_refused() -> None:
    hundred = "{" + ",".join(f"a{number}" for number in range(100)) + "}"
    assert len(scope.parse(f"{number}/{hundred}" for number in range(50)).alternatives) == 5_000
    with pytest.raises(scope.PatternError, match="more than 5000"):
        scope.parse(f"{number}/{hundred}" for number in range(51))


@settings(max_examples=300)
@given(st.lists(st.text("ab.*?[]{},!^-/~:\\\n\ud800 é", max_size=12) | st.text(max_size=6), max_size=3))
def test_any_text_is_understood_or_refused_and_its_normal_spelling_means_the_same(texts: list[str]) -> None:
    try:
        found = scope.parse(texts)
    except scope.PatternError as error:
        assert str(error).isprintable()
        return
    again = scope.parse(found.patterns)
    assert again == found
    assert again.alternatives == found.alternatives
    assert again.exclusions == found.exclusions


@settings(max_examples=300)
@given(st.text("ab.*?[]{},!^-/~:", min_size=1, max_size=12))
def test_each_alternative_is_a_pattern_that_stands_for_itself(text: str) -> None:
    try:
        found = scope.parse([text])
    except scope.PatternError:
        return
    for alternative in found.alternatives:
        assert scope.parse([alternative]).alternatives == (alternative,)
