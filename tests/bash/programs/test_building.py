"""What makefiles and `cmake` write."""

from __future__ import annotations

import pytest

from tests.bash.reads import Reads


@pytest.mark.parametrize(
    ("command", "paths"),
    [
        ("make gen", ["src/billing/generated.py"]),
        ("make stamp OUT=docs/o", ["docs/o"]),
        ("make -C . auth-stamp", ["src/auth/STAMP"]),
        ("make include.mk", ["include.mk"]),
        ("make -n stamp", []),
        ("make list check", []),
        ("printf 'x:\\n\\ttouch docs/m\\n' | make -f -", ["docs/m"]),
    ],
)
def test_recipes_are_read_and_run(reads: Reads, command: str, paths: list[str]) -> None:
    assert reads.known(command) == paths


@pytest.mark.parametrize(
    ("command", "paths"),
    [
        ("cmake -E touch docs/x", ["docs/x"]),
        ("cmake -E make_directory docs/a/b", ["docs/a", "docs/a/b"]),
        ("cmake --version", []),
    ],
)
def test_the_tools_of_cmake_are_run(reads: Reads, command: str, paths: list[str]) -> None:
    assert reads.known(command) == paths
