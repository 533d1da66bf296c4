"""Formatters and fixers, as the table has them."""

from __future__ import annotations

import pytest

from tests.bash.reads import Reads

HANDLERS = [f"src/auth/handlers/{name}.py" for name in ("__init__", "oauth", "saml")]


@pytest.mark.parametrize(
    ("command", "paths"),
    [
        ("black src/auth/login.py", ["src/auth/login.py"]),
        ("black --check src", []),
        ("ruff check src --no-cache", []),
        ("ruff format --no-cache src/auth/handlers", HANDLERS),
        ("prettier --write 'src/auth/*.js'", ["src/auth/tokens.js"]),
        ("prettier --check .", []),
        ("gofmt -w cmd/hello/main.go", ["cmd/hello/main.go"]),
        ("gofmt -l .", []),
        ("clang-format -i src/native/hello.c", ["src/native/hello.c"]),
        ("ruff check --fix src/auth/handlers", HANDLERS),
        ("ruff check --fix --diff src; ruff check --diff src", []),
        ("ruff check src -o docs/r --no-cache", ["docs/r"]),
        ("eslint --fix src/auth", ["src/auth/tokens.js"]),
        ("eslint -o docs/e.json src", ["docs/e.json"]),
        ("biome format src/auth/tokens.js --write; biome format src", ["src/auth/tokens.js"]),
        ("terraform fmt -check; terraform plan", []),
        ("black --help src; isort --version src", []),
    ],
)
def test_formatters_rewrite_the_files_of_their_languages(reads: Reads, command: str, paths: list[str]) -> None:
    assert reads.known(command) == paths
