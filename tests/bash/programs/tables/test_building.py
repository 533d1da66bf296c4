"""Compilers, checkers and test runners, as the table has them."""

from __future__ import annotations

import pytest

from tests.bash.reads import Reads


@pytest.mark.parametrize(
    ("command", "paths"),
    [
        ("gcc -c src/native/hello.c", ["hello.o"]),
        ("gcc src/native/hello.c -o docs/h", ["docs/h"]),
        ("cc src/native/hello.c", ["a.out"]),
        ("gcc -fsyntax-only src/native/hello.c", []),
        ("javac -d docs src/native/Hello.java", ["docs/**"]),
        ("tsc --outDir docs/js src/auth/tokens.js", ["docs/js", "docs/js/**"]),
        ("gcc -MMD -c src/native/hello.c -o docs/h.o", ["docs/h.d", "docs/h.o"]),
        ("gcc -fno-omit-frame-pointer -S src/native/hello.c", ["hello.s"]),
        ("gcc --version; cc -E src/native/hello.c", []),
        ("tsc --noEmit; tsc --init", ["tsconfig.json"]),
        ("tsc src/auth/tokens.ts", ["src/auth/tokens.js"]),
        ("javac src/native/Hello.java", ["src/native/**"]),
        ("mypy src --junit-xml docs/j.xml", ["docs/j.xml"]),
        ("mypy src --cache-dir docs/m", ["docs/m", "docs/m/**"]),
        ("coverage xml; coverage html -d docs/h", ["coverage.xml", "docs/h", "docs/h/**"]),
        ("coverage html; coverage report; coverage erase", []),
        ("pytest --collect-only; gradle --version; just --list", []),
    ],
)
def test_compilers_write_their_outputs(reads: Reads, command: str, paths: list[str]) -> None:
    assert reads.known(command) == paths


@pytest.mark.parametrize(
    "command",
    ["pytest", "tsc", "gradle build", "just x --list", "php x.php --help", "java x -version", "coverage run x"],
)
def test_what_runs_code_makes_the_reading_unknown(reads: Reads, command: str) -> None:
    assert reads(command).unknown
