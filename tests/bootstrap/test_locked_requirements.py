"""Are the locked requirements complete, hashed and free of everything that belongs to one machine?"""

from __future__ import annotations

import re
import tomllib

import pytest

from tests.bootstrap.installation import PROJECT

FILES = ("requirements.txt", "requirements-dev.txt")
LOCKED = re.compile(r"([a-z0-9-]+)==(\S+)(?: ; .+)?((?: --hash=sha256:[0-9a-f]{64})+)")


def lines_of(name: str) -> list[str]:
    """The requirements of a file, one to a line, comments gone."""
    joined = re.sub(r"\\\n\s*", "", (PROJECT / name).read_text())
    return [line for line in joined.splitlines() if line and not line.startswith("#")]


def names_of(name: str) -> set[str]:
    """The packages that a file locks."""
    return {line.split("==")[0] for line in lines_of(name)}


def asked_for(*requirements: str) -> set[str]:
    """The packages that requirements of pyproject.toml name, spelled as locks spell them."""
    return {re.split(r"[^\w.-]", requirement)[0].lower() for requirement in requirements}


@pytest.mark.parametrize("name", FILES)
def test_every_line_is_one_version_with_hashes_and_nothing_else(name: str) -> None:
    lines = lines_of(name)
    assert lines
    assert [line for line in lines if not LOCKED.fullmatch(line)] == []


def test_everything_that_the_project_asks_for_is_locked() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())
    runtime, dev = project["project"]["dependencies"], project["dependency-groups"]["dev"]
    assert asked_for(*runtime) <= names_of("requirements.txt")
    assert asked_for(*runtime, *dev) <= names_of("requirements-dev.txt")


def test_tests_run_on_the_versions_that_users_get() -> None:
    def versions(name: str) -> set[tuple[str, str]]:
        found = (LOCKED.fullmatch(line) for line in lines_of(name))
        return {(match[1], match[2]) for match in found if match}

    assert versions("requirements.txt") <= versions("requirements-dev.txt")
