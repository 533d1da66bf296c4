"""What patterns, and what is beside a repository, grant in directories and files."""

from __future__ import annotations

from pathlib import Path

import pytest

from mcp_server.sandbox.record import BETWEEN_SCOPES, Record
from mcp_server.sandbox.rights import Grant, beside, intersect, of_known_writes, of_scope, of_whole_places


@pytest.fixture
def root(tmp_path: Path) -> Path:
    real = tmp_path.resolve() / "repo"
    for folder in ("src/auth", "src/api", "src/v1.2", ".git", "docs"):
        (real / folder).mkdir(parents=True)
    for file in ("package.json", "src/main.ts", "Makefile"):
        (real / file).touch()
    (real / "linked").symlink_to("src/api")
    return real


def recorded(root: Path, *patterns: str, complete: bool = False, writes: tuple[str, ...] = ()) -> Record:
    return Record(
        "a",
        "x",
        root=str(root),
        cwd=str(root),
        patterns=patterns,
        git_dirs=[str(root / ".git")],
        complete=complete,
        writes=[str(root / path) for path in writes],
    )


def places(root: Path, paths: list[str]) -> list[str]:
    return sorted(Path(path).relative_to(root).as_posix() for path in paths)


@pytest.mark.parametrize(
    ("pattern", "granted"),
    [
        ("src/auth/**", "src/auth"),
        ("src/auth", "src/auth"),
        ("src/auth/", "src/auth"),
        ("./src/auth/**/*", "src/auth"),
        ("src/v1.2", "src/v1.2"),
        ("src/*.ts", "src"),
        ("src/**/*.test.ts", "src"),
        ("**/*.test.ts", "."),
        ("**", "."),
    ],
)
def test_a_pattern_is_widened_to_the_smallest_directory_that_contains_it(
    root: Path, pattern: str, granted: str
) -> None:
    grants, missing = of_scope(recorded(root, pattern))

    assert (places(root, [grant.path for grant in grants]), missing) == ([granted], [])
    assert [grant.kind for grant in grants] == ["tree"]


@pytest.mark.parametrize("pattern", ["src/main.ts", "package.json", "Makefile", "Makefile/**"])
def test_a_file_is_granted_alone_unless_a_program_is_known_to_replace_it(root: Path, pattern: str) -> None:
    file = root / pattern.removesuffix("/**")
    record = recorded(root, pattern)
    assert of_scope(record) == ([Grant(str(file), "file")], [])

    record.programs = ("/usr/bin/sed",)
    assert of_scope(record) == ([Grant(str(file.parent))], [])


def test_a_file_that_does_not_exist_grants_nothing_and_is_no_missing_directory(root: Path) -> None:
    assert of_scope(recorded(root, "src/missing.ts", "src/new/deep/a.ts")) == ([], [])


@pytest.mark.parametrize(
    ("patterns", "granted"),
    [
        (("src/auth/**",), [("src/auth", "tree")]),
        (("src/auth", "package.json"), [("src/auth", "tree"), ("package.json", "file")]),
        (("src/*.ts",), []),
        (("**",), [(".", "tree")]),
        (("src/**", "!src/auth/x.py"), []),
        (("src/api/**", "!src/auth/**"), [("src/api", "tree")]),
        (("src/**", "!src/auth/**", BETWEEN_SCOPES, "src/auth/**"), [("src/auth", "tree")]),
    ],
)
def test_whole_places_are_what_the_kernel_can_grant_exactly(
    root: Path, patterns: tuple[str, ...], granted: list[tuple[str, str]]
) -> None:
    found = of_whole_places(recorded(root, *patterns))

    assert [(Path(grant.path).relative_to(root).as_posix(), grant.kind) for grant in found] == granted


@pytest.mark.parametrize(("pattern", "missing"), [("src/new/**", "src/new"), ("src/new", "src/new"), ("new/", "new")])
def test_a_directory_that_does_not_exist_is_named_as_missing(root: Path, pattern: str, missing: str) -> None:
    grants, found = of_scope(recorded(root, pattern))

    assert (grants, places(root, found)) == ([], [missing])


def test_alternatives_are_granted_one_by_one_and_exclusions_not_at_all(root: Path) -> None:
    grants, _ = of_scope(recorded(root, "src/{auth,api}/**", "!src/auth/x", "docs"))

    assert places(root, [grant.path for grant in grants]) == ["docs", "src/api", "src/auth"]


def test_nothing_is_granted_through_a_link_or_by_an_invalid_pattern(root: Path) -> None:
    assert of_scope(recorded(root, "linked/**", "/etc/**", "src/[", "../x")) == ([], [])


def test_what_lies_in_a_granted_directory_is_not_missing(root: Path) -> None:
    assert of_scope(recorded(root, "src/**", "src/new/**"))[1] == []


def test_known_writes_grant_what_is_above_them_only_when_no_others_are_possible(root: Path) -> None:
    grants = [Grant(str(root / "src/auth"))]
    writes = ("src/auth/a.ts", "build/out/a.js", "src/auth")

    known = of_known_writes(recorded(root, complete=True, writes=writes), grants)

    assert known == [Grant(str(root)), Grant(str(root / "src"))]
    assert of_known_writes(recorded(root, writes=writes), grants) == []


def test_known_writes_outside_the_worktree_grant_nothing(root: Path) -> None:
    assert of_known_writes(recorded(root, complete=True, writes=("/etc/passwd",)), []) == []


def test_a_temporary_directory_is_granted_without_excluded_places(root: Path) -> None:
    base = root.parent
    for folder in ("home/tmp", "scratch", "tree"):
        (base / folder).mkdir(parents=True)
    grants = beside(
        recorded(root, "src/**"),
        home=str(base / "home"),
        temporary=[str(base), str(base / "home/tmp")],
        worktrees=[str(base / "tree")],
        caches=[str(base / "home/.cache"), str(base / "scratch")],
        devices=["/dev"],
    )

    assert sorted(grant.path for grant in grants if grant.kind == "tree") == sorted(
        [str(root / ".git"), str(base / "scratch"), str(base / "home/tmp")]
    )
    assert [grant for grant in grants if grant.kind == "file"] == [Grant("/dev", "file")]


def test_two_agents_share_what_both_may_write() -> None:
    first = [Grant("/r/src"), Grant("/scratch"), Grant("/dev", "file"), Grant("/r", "empty")]
    second = [Grant("/r/src/auth"), Grant("/scratch"), Grant("/dev", "file"), Grant("/r/docs")]

    met = intersect(first, second)

    assert set(met) == {Grant("/r/src/auth"), Grant("/scratch"), Grant("/dev", "file"), Grant("/r/docs", "empty")}
    assert set(intersect(second, first)) == set(met)


def test_what_is_above_the_worktree_is_never_granted_for_a_write_to_the_worktree_itself(root: Path) -> None:
    record = recorded(root, "src/auth/**")
    record.complete, record.writes = True, (str(root), str(root / "src/api/x"))
    assert places(root, [grant.path for grant in of_known_writes(record, [])]) == ["src/api"]
