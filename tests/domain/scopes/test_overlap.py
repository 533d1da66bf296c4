"""Whether two scopes overlap: readable cases, cases made to explode, then against brute force."""

import pytest
from hypothesis import assume, given, settings

from mcp_server.domain.scopes import example, scope
from mcp_server.domain.scopes.overlap import Undecided, is_inside, overlap
from tests.domain import brute_force


def common(a: list[str], b: list[str]) -> str | None:
    one, other = scope.parse(a), scope.parse(b)
    path = overlap(one, other)
    assert path is None or (one.covers(path) and other.covers(path))
    assert path is None or is_legal(path)
    return path


def is_legal(path: str) -> bool:
    return "\0" not in path and not {"", ".", ".."} & set(path.split("/"))


@pytest.mark.parametrize(
    ("a", "b", "path"),
    [
        (["src/auth"], ["src/auth"], "src/auth"),
        (["src"], ["src/auth/login.py"], "src/auth/login.py"),
        (["src/a*.py"], ["src/*b.py"], "src/ab.py"),
        (["src/**"], ["**/*.ts"], "src/x.ts"),
        (["**"], ["**"], "x"),
        (["src/*"], ["src/?"], "src/x"),
        (["tests/**"], ["**/auth/**"], "tests/auth/x"),
        (["docs/*.md"], ["docs/README.md"], "docs/README.md"),
        (["*_test.go"], ["x*"], "x_test.go"),
        (["src/[a-f]*"], ["src/[e-z]*"], "src/e"),
        (["src/*/"], ["src/a/b/c.py"], "src/a/b/c.py"),
        (["src/**", "!src/gen/**"], ["src/*"], "src/x"),
        (["src/**", "!src/gen"], ["**/a.py"], "src/a.py"),
        (["src/{a,b}/**"], ["src/{b,c}/x"], "src/b/x"),
        ([".github/**"], ["**/*.yml"], ".github/x.yml"),
        (["**", "!?"], ["[a-z]*", "!x*"], "ax"),
    ],
)
def test_overlapping_scopes_are_shown_a_short_readable_path(a: list[str], b: list[str], path: str) -> None:
    assert common(a, b) == path


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ([], ["**"]),
        (["src/auth"], ["src/billing"]),
        (["src/auth"], ["src/auth2"]),
        (["src/*.py"], ["src/*.ts"]),
        (["src/*"], ["src/*/*"]),
        (["src/*"], ["lib/**"]),
        (["src/**", "!src/gen"], ["src/gen/**"]),
        (["src/**", "!**/*.test.ts"], ["**/*.test.ts"]),
        (["src/gen/**"], ["src/**", "!src/gen/**"]),
        (["src/**", "!src/a*/"], ["src/**", "!src/[!a]*/"]),
        (["[ab]"], ["?", "![a]", "!b"]),
        (["?"], ["[.]"]),
        (["a/[.][.]/b"], ["**"]),
        (["??"], [".*", "!.[!.]"]),
        (["[a-c]"], ["[d-f]"]),
        (["*a"], ["*b"]),
        (["A"], ["a"]),
    ],
)
def test_scopes_without_a_common_path_do_not_overlap(a: list[str], b: list[str]) -> None:
    assert common(a, b) is None
    assert common(b, a) is None


def test_a_directory_overlaps_what_lies_strictly_below_it() -> None:
    assert common(["src"], ["src/**"]) == "src/x"


@pytest.mark.parametrize(
    ("a", "b", "path"),
    [
        (["[!a-zA-Z0-9_ ]"], ["[!!-,.-~é]"], "-"),
        (["[!a-zA-Z0-9_]"], ["[! -~é]"], "ê"),
        (["[!\N{NO-BREAK SPACE}-ÿ]"], ["[à-ā]"], "Ā"),
        (["*", "!*[!.-0]*"], ["?"], "0"),
        (["[.:]"], ["?"], ":"),
        (["[!!-\ud7ff ]"], ["[ -\U0010ffff]"], "\ue000"),
        (["?"], ["[!!-~é -\N{EN DASH}]"], "\N{EM DASH}"),
        (["?"], ["[! -\U0010ffff]"], "\x01"),
    ],
)
def test_characters_that_only_a_class_tells_apart_are_found(a: list[str], b: list[str], path: str) -> None:
    assert common(a, b) == path


STARS_A, STARS_B = "*a" * 20, "*b" * 20


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ([STARS_A + "*b"], [STARS_B + "*a"], False),
        ([STARS_A + "*"], [STARS_B + "*"], True),
        (["*a" * 490 + "*"], ["*b" * 490 + "*"], True),
        (["**/a/**/b/**/c"], ["**/c/**/b/**/a"], True),
        (["**/a/" * 190 + "b*"], ["**/b/" * 190 + "c*"], False),
        (["**/a/" * 190 + "**"], ["**/b/" * 190 + "**"], True),
        (["?" * 1_000], ["*" + "?" * 998 + "a"], True),
        (["*a" + "?" * 300], ["*b" + "?" * 300], False),
        (["?/" * 499 + "?"], ["*/" * 499 + "*"], True),
        (["**", "!*a" + "?" * 200], ["*b" + "?" * 200], True),
        (["*a" + "?" * 18, "!*[ab]" + "?" * 9 + "x" + "?" * 8], ["*", "!*x*", "!*a" + "?" * 18], False),
        ([f"*a{n}*b*a{n}*p" for n in range(200)], [f"*b{n}*c*{n}*q" for n in range(200)], False),
        ([f"**/*.x{n}" for n in range(200)], [f"**/*.y{n}" for n in range(199)] + ["**/z.x199"], True),
        ([*(f"**/*a{n}*" for n in range(200)), "!**/*a*"], [f"**/*b{n}*" for n in range(200)], False),
        ([f"src/{n}*" for n in range(500)], [f"src/a{n}*" for n in range(500)], False),
    ],
)
def test_patterns_made_to_explode_are_decided(a: list[str], b: list[str], expected: bool) -> None:
    assert (common(a, b) is not None) is expected


def test_what_cannot_be_told_in_time_is_not_answered_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    a, b = scope.parse(["[ab][ab][ab]", "!a??", "!?b?", "!??a"]), scope.parse(["???"])
    assert overlap(a, b) == "bab"
    monkeypatch.setattr(example, "MOST_WORK", 20)
    with pytest.raises(Undecided, match="too intricate") as caught:
        overlap(a, b)
    assert caught.value.pattern == "!a??"


@settings(max_examples=500)
@given(brute_force.pattern_lists(), brute_force.pattern_lists())
def test_an_overlap_is_found_wherever_brute_force_finds_one(a: list[str], b: list[str]) -> None:
    path = common(a, b)
    if path is None:
        assert not brute_force.covered(a) & brute_force.covered(b)
    else:
        assert brute_force.covers(a, path)
        assert brute_force.covers(b, path)


@settings(max_examples=100)
@given(brute_force.pattern_lists(), brute_force.pattern_lists())
def test_overlap_does_not_depend_on_who_is_asked_first(a: list[str], b: list[str]) -> None:
    assert (common(a, b) is None) is (common(b, a) is None)


@settings(max_examples=100)
@given(brute_force.pattern_lists())
def test_a_scope_that_covers_anything_overlaps_itself(patterns: list[str]) -> None:
    assume(brute_force.covered(patterns))
    assert common(patterns, patterns) is not None


@pytest.mark.parametrize(
    ("inner", "outer", "expected"),
    [
        (["src/a"], ["src"], True),
        (["src/a/**", "src/b.py"], ["src/**"], True),
        (["src"], ["src/a"], False),
        (["src/a", "lib"], ["src"], False),
        (["src/a/**"], ["src/**", "!src/a/gen/**"], False),
        (["src/a/**", "!src/a/gen/**"], ["src/**", "!src/a/gen/**"], True),
        (["src/*.py"], ["src/[a-z]*.py"], False),
        (["src/{a,b}.py"], ["src/a.py", "src/b.py"], True),
    ],
)
def test_one_scope_is_inside_another_if_no_path_of_it_is_beyond(
    inner: list[str], outer: list[str], expected: bool
) -> None:
    assert is_inside(inner, outer) is expected
