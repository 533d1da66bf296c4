"""A directory is granted without the excluded places in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from mcp_server.sandbox.exclude import excluding, is_within, nearest_existing


@pytest.fixture
def base(tmp_path: Path) -> Path:
    real = tmp_path.resolve()
    for folder in ("a/b/repo/src", "a/c", "d"):
        (real / folder).mkdir(parents=True)
    (real / "file").touch()
    (real / "a" / "link").symlink_to(real / "a" / "b")
    return real


def grants(base: Path, folder: str, *kept: str) -> list[str]:
    found = excluding(str(base / folder), [str(base / place) for place in kept])
    return sorted(Path(path).relative_to(base).as_posix() for path in found)


def test_a_directory_without_excluded_places_is_granted_whole(base: Path) -> None:
    assert grants(base, "d", "a/b/repo") == ["d"]


def test_all_siblings_on_the_way_to_an_excluded_place_are_granted(base: Path) -> None:
    assert grants(base, "", "a/b/repo") == ["a/c", "d", "file"]


def test_several_places_are_excluded_at_once(base: Path) -> None:
    assert grants(base, "", "a/b/repo", "d") == ["a/c", "file"]


@pytest.mark.parametrize("folder", ["a/b/repo", "a/b/repo/src"])
def test_nothing_is_granted_in_an_excluded_place(base: Path, folder: str) -> None:
    assert grants(base, folder, "a/b/repo") == []


def test_a_name_with_the_same_beginning_is_another_place() -> None:
    assert not is_within("/a/bc", "/a/b")
    assert is_within("/a/b", "/a/b")
    assert is_within("/a", "/")


def test_the_nearest_existing_directory_replaces_a_missing_one(base: Path) -> None:
    assert nearest_existing(str(base / "a/x/y")) == str(base / "a")
    assert nearest_existing(str(base / "file/x")) == str(base)
