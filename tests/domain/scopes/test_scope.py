"""Which paths a scope covers: the rules one by one, then against brute force."""

import copy
import subprocess
import sys

import pytest
from hypothesis import given, settings

from mcp_server.domain.scopes import scope
from tests.domain import brute_force


@pytest.mark.parametrize(
    ("pattern", "inside", "outside"),
    [
        ("src/auth", ["src/auth", "src/auth/x/y.py"], ["src", "src/auth2", "src/author/x", "lib/src/auth"]),
        ("src/auth/", ["src/auth", "src/auth/x/y.py"], ["src", "src/auth2"]),
        ("README.md", ["README.md", "README.md/x"], ["docs/README.md", "readme.md", "READMEXmd"]),
        ("src/*", ["src/a", "src/.env"], ["src", "src/a/b", "a"]),
        ("src/*/", ["src/a", "src/a/b/c"], ["src"]),
        ("*", ["a", ".env"], ["a/b"]),
        ("*/", ["a", "a/b"], []),
        ("*.py", ["a.py", ".py"], ["a.pyc", "a/b.py", "apy"]),
        ("a*.py", ["a.py", "ab.py", "a.py.py"], ["a", "b.py", "a.p"]),
        ("a*a", ["aa", "aba"], ["a", "ab"]),
        ("*ab*b", ["abb", "xab-b"], ["ab"]),
        ("*ab*bc*", ["abbc", "xab-bcx"], ["abc"]),
        ("a?c", ["abc", "a.c", "aéc", "a\N{SNAKE}c"], ["ac", "abbc", "a/c"]),
        ("??", ["ab", ".a"], ["a", "abc"]),
        ("**", ["a", "a/b", ".git/x"], []),
        ("**/", ["a", "a/b"], []),
        ("src/**", ["src/a", "src/a/b"], ["src", "lib"]),
        ("**/a.py", ["a.py", "x/a.py", "x/y/a.py", "a.py/b"], ["x/b.py", "ba.py"]),
        ("src/**/*.py", ["src/a.py", "src/x/a.py", "src/x/y/a.py"], ["a.py", "src/a.js", "src"]),
        ("a/**/b/**/c*", ["a/b/c", "a/x/b/y/z/c1", "a/b/b/c"], ["a/c", "a/b", "a/b/x", "b/c"]),
        ("**/a/**/a/**/b*", ["a/a/b", "x/a/y/a/z/b"], ["a/b", "a/x/b", "a/a"]),
        ("a/**/b/", ["a/b", "a/x/b", "a/x/b/y"], ["a", "a/x/c"]),
        ("packages/*/src", ["packages/a/src", "packages/a/src/x"], ["packages/src", "packages/a/b/src"]),
        ("[ab].py", ["a.py", "b.py"], ["c.py", "ab.py", "[ab].py"]),
        ("[a-c]", ["a", "b", "c"], ["d", "-", "a/b"]),
        ("[!a-c]", ["d", "-", "é"], ["a", "b"]),
        ("[^a-c]", ["d", "^"], ["a", "b"]),
        ("[]a]", ["]", "a"], ["b"]),
        ("[!]a]", ["b"], ["]", "a"]),
        ("[a-]", ["a", "-"], ["b"]),
        ("[-a]", ["a", "-"], ["b"]),
        ("[*?{,}]", ["*", "?", "{", ",", "}"], ["a", ""]),
        ("a[**]b", ["a*b"], ["ab", "a/b", "axb"]),
        ("a[+-9]b", ["a+b", "a5b"], ["a/b", "ab"]),
        ("a]b", ["a]b"], ["ab"]),
        ("app/[[]id]/page", ["app/[id]/page"], ["app/i/page", "app/id/page"]),
        ("x[ab]*[ab]y*", ["xaby", "xa-by-", "xaaay"], ["xay", "xy", "xacy"]),
        ("{src,lib}/*.{ts,tsx}", ["src/a.ts", "lib/a.tsx"], ["src/a.js", "src,lib/a.ts"]),
        ("./!important", ["!important"], ["important", "./!important"]),
        ("Straße", ["Straße"], ["straße", "Strasse"]),
    ],
)
def test_a_pattern_covers_what_it_should_and_nothing_else(pattern: str, inside: list[str], outside: list[str]) -> None:
    found = scope.parse([pattern])
    assert [path for path in inside if not found.covers(path)] == []
    assert [path for path in outside if found.covers(path)] == []


def test_an_exclusion_takes_away_wherever_it_stands() -> None:
    for patterns in (["src", "!src/gen"], ["!src/gen", "src"]):
        found = scope.parse(patterns)
        assert found.covers("src/a.py")
        assert not found.covers("src/gen")
        assert not found.covers("src/gen/a.py")


def test_an_exclusion_takes_away_what_another_pattern_names_exactly() -> None:
    assert not scope.parse(["src/gen/a.py", "src", "!src/gen/*"]).covers("src/gen/a.py")


def test_an_empty_scope_covers_nothing() -> None:
    empty = scope.parse([])
    assert not empty
    assert not empty.covers("a")
    assert scope.anchors_of(empty) == []


def test_no_scope_covers_the_root_itself() -> None:
    assert not scope.parse(["**", "*/", "*"]).covers("")


def test_patterns_keep_their_order_and_none_stands_twice() -> None:
    assert scope.parse(["b", "./a", "!c", "a", "!./c"]).patterns == ("b", "a", "!c")


def test_scopes_are_equal_when_they_are_spelled_alike() -> None:
    one, same, other = scope.parse(["src//a"]), scope.parse(["src/a"]), scope.parse(["src/b"])
    assert one == same
    assert hash(one) == hash(same)
    assert one != other
    assert one != ("src/a",)


def test_a_scope_does_not_change_and_can_be_copied() -> None:
    found = scope.parse(["src", "!src/gen"])
    with pytest.raises(AttributeError):
        found.patterns = ()  # type: ignore[misc]
    assert copy.deepcopy(found) == found
    assert not copy.deepcopy(found).covers("src/gen/x")


def test_a_scope_shows_the_patterns_it_was_made_from() -> None:
    assert repr(scope.parse(["./src", "!src/gen"])) == "scope.parse(['src', '!src/gen'])"


@pytest.mark.parametrize(
    ("pattern", "anchors"),
    [
        ("src/auth", ["src/auth"]),
        ("src/auth/", ["src/auth"]),
        ("src/auth/**", ["src/auth"]),
        ("src/auth/*.py", ["src/auth"]),
        ("src/a*.py", ["src"]),
        ("src/[a]/b", ["src"]),
        ("*/src", [""]),
        ("**", [""]),
        ("src/{a,b*}/c", ["src/a/c", "src"]),
        ("./!a/b", ["!a/b"]),
    ],
)
def test_an_anchor_is_the_literal_beginning_of_each_alternative(pattern: str, anchors: list[str]) -> None:
    assert [anchor for anchor, _ in scope.anchors_of(scope.parse([pattern]))] == anchors


def test_an_exclusion_has_no_anchor() -> None:
    assert scope.anchors_of(scope.parse(["src/**", "!src/gen"])) == [("src", "src/**")]


def test_the_ancestors_of_a_path_reach_from_the_root_to_the_path_itself() -> None:
    assert scope.ancestors("src/auth/x.py") == ["", "src", "src/auth", "src/auth/x.py"]
    assert scope.ancestors("x.py") == ["", "x.py"]


@pytest.mark.parametrize(
    ("pattern", "path", "inside"),
    [
        ("*a" * 400 + "*b", "a" * 5_000, False),
        ("*a" * 400 + "*", "a" * 5_000, True),
        ("*?a" * 300 + "[b]", "a" * 5_000, False),
        ("*" + "a" * 990 + "b", "a" * 5_000, False),
        ("**/a/" * 190 + "b*", "a/" * 2_500 + "a", False),
        ("**/a/" * 190 + "b*", "a/" * 2_500 + "b", True),
        ("**/" + "*/" * 450 + "b*", "a/" * 2_500 + "b", True),
        ("?/" * 499 + "?", "a/" * 498 + "a", False),
    ],
)
def test_patterns_made_to_explode_are_decided(pattern: str, path: str, inside: bool) -> None:
    assert scope.parse([pattern]).covers(path) is inside


def test_nothing_is_imported_that_a_bare_interpreter_has_not_loaded() -> None:
    program = (
        "import sys; sys.path.insert(0, sys.argv[1]); before = set(sys.modules); "
        "from mcp_server.domain.scopes import scope; scope.parse(['a/{b,[!c]}/**']).covers('a/b/c'); "
        "print(*sorted(name for name in set(sys.modules) - before))"
    )
    root = scope.__file__.removesuffix("/mcp_server/domain/scopes/scope.py")
    done = subprocess.run([sys.executable, "-I", "-S", "-c", program, root], capture_output=True, text=True, check=True)
    assert done.stdout.split() == [
        "mcp_server",
        "mcp_server.domain",
        "mcp_server.domain.scopes",
        "mcp_server.domain.scopes.matching",
        "mcp_server.domain.scopes.pattern",
        "mcp_server.domain.scopes.scope",
    ]


@settings(max_examples=300)
@given(brute_force.pattern_lists())
def test_a_scope_covers_just_what_brute_force_finds(patterns: list[str]) -> None:
    found = scope.parse(patterns)
    assert {path for path in brute_force.PATHS if found.covers(path)} == brute_force.covered(patterns)


@settings(max_examples=100)
@given(brute_force.pattern_lists())
def test_what_covers_a_path_is_anchored_among_its_ancestors(patterns: list[str]) -> None:
    for anchor, alternative in scope.anchors_of(scope.parse(patterns)):
        alone = scope.parse([alternative])
        missed = [path for path in brute_force.PATHS if alone.covers(path) and anchor not in scope.ancestors(path)]
        assert missed == []
