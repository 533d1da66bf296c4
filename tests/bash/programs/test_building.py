"""What makefiles, packages, compilers and formatters write."""

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
        ("npm run gen", ["src/billing/generated.py"]),
        ("npm test", []),
        ("npm run nothing; npm ls; npm pkg get name", []),
        ("npm pkg set a=b", ["package.json"]),
        ("npm install x", ["node_modules/**", "package-lock.json", "package.json"]),
        ("go generate ./...", ["cmd/hello/zz_generated.go"]),
    ],
)
def test_recipes_and_scripts_are_read(reads: Reads, command: str, paths: list[str]) -> None:
    assert reads.known(command) == paths


@pytest.mark.parametrize(
    ("command", "paths"),
    [
        ("gcc -c src/native/hello.c", ["hello.o"]),
        ("gcc src/native/hello.c -o docs/h", ["docs/h"]),
        ("cc src/native/hello.c", ["a.out"]),
        ("gcc -fsyntax-only src/native/hello.c", []),
        ("rustc --out-dir docs src/native/hello.rs", ["docs/hello"]),
        ("javac -d docs src/native/Hello.java", ["docs/**"]),
        ("go build -o docs/h ./cmd/hello", ["docs/h"]),
        ("tsc --outDir docs/js src/auth/tokens.js", ["docs/js", "docs/js/**"]),
    ],
)
def test_compilers_write_their_outputs(reads: Reads, command: str, paths: list[str]) -> None:
    assert reads.known(command) == paths


@pytest.mark.parametrize(
    ("command", "paths"),
    [
        ("black src/auth/login.py", ["src/auth/login.py"]),
        ("black --check src", []),
        ("ruff check src --no-cache", []),
        (
            "ruff format --no-cache src/auth/handlers",
            ["src/auth/handlers/__init__.py", "src/auth/handlers/oauth.py", "src/auth/handlers/saml.py"],
        ),
        ("prettier --write 'src/auth/*.js'", ["src/auth/tokens.js"]),
        ("prettier --check .", []),
        ("gofmt -w cmd/hello/main.go", ["cmd/hello/main.go"]),
        ("gofmt -l .", []),
        ("clang-format -i src/native/hello.c", ["src/native/hello.c"]),
    ],
)
def test_formatters_rewrite_the_files_of_their_languages(reads: Reads, command: str, paths: list[str]) -> None:
    assert reads.known(command) == paths
