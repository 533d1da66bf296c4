"""Shell patterns, held against texts."""

from __future__ import annotations

import pytest

from mcp_server.bash.expand import globs


@pytest.mark.parametrize(
    ("pattern", "text", "matches"),
    [
        ("*", "", True),
        ("a*c", "abc", True),
        ("a?c", "ac", False),
        ("[a-c]x", "bx", True),
        ("[!a]", "a", False),
        ("[^a]", "b", True),
        ("[]x]", "]", True),
        ("[[:digit:]]*", "1a", True),
        ("[[:upper:]]", "a", False),
        ("\\*", "*", True),
        ("\\*", "a", False),
        ("[", "[", True),
        ("a**b", "ab", True),
        ("@\x04a\x06bc\x05", "bc", True),
        ("!\x04a\x06b\x05", "c", True),
        ("!\x04a\x06b\x05", "a", False),
        ("+\x04ab\x05", "abab", True),
        ("?\x04a\x05b", "b", True),
    ],
)
def test_a_pattern_matches_as_in_bash(pattern: str, text: str, matches: bool) -> None:
    assert globs.matches(pattern, text) is matches


def test_an_escaped_text_matches_only_itself() -> None:
    text = "a*b?[c]\\(d|e)"
    assert globs.matches(globs.escaped(text), text)
    assert not globs.is_active(globs.escaped(text))
    assert globs.spelled(globs.escaped(text)) == text


@pytest.mark.parametrize("pattern", ["+\x04+\x04a\x05\x05", "@\x04a\x05"])
def test_a_pattern_that_takes_too_long_raises_an_error(pattern: str) -> None:
    with pytest.raises(globs.TooMany):
        globs.matches(pattern, "a" * 500)
