"""Who only asks how a program is used, or tries it dry, writes nothing: with any program."""

from __future__ import annotations

import pytest

from tests.bash.reads import Reads


@pytest.mark.parametrize(
    "command",
    [
        "npm install --help; npm i -h; pnpm add --help; yarn add --help; npm -v",
        "uv add -h; poetry add -h; pipenv install -h; bundle add -h; composer require -h",
        "cargo build --help; cargo add -h; cargo -V",
        "go mod tidy -h; go get -help; go help build",
        "make --help; make -v; tsc --help; cmake --help",
        "git rebase --help; git clean -h; git commit -h",
        "cp --help; rm --version; tar --help; tee --help; mv a b --help",
        "npx prettier --help --write .; uvx ruff format --help",
        "terraform fmt -help; mvn --version; ./gradlew --help",
        "frobnicate --help; frobnicate sub --help; frobnicate -h",
        "pip install --help; pip-compile --help; sqlite3 -version",
    ],
)
def test_help_and_version_write_nothing(reads: Reads, command: str) -> None:
    assert reads(command).only_reads


@pytest.mark.parametrize(
    "command",
    [
        "npm i x --dry-run; npm version patch --dry-run; npm audit fix --dry-run; pnpm i --frozen-lockfile",
        "uv lock --check; poetry update --dry-run; pdm lock --check; pipenv install --deploy; cargo update --dry-run",
        "go mod tidy -diff; go fmt -n ./...; gofmt -d .; black --check .; ruff format --diff .; ruff check --diff .",
        "prettier -l .; biome ci .; rustfmt --check src/native/hello.rs; terraform fmt -check; zig fmt --check .",
        "rsync -an src/ docs/; git add -n .; git clean -n; git rm -n -r src; git apply --check patches/login.patch",
        "make -n; gradle build --dry-run; composer update --dry-run; dotnet format --verify-no-changes",
    ],
)
def test_trying_it_dry_writes_nothing_for_certain(reads: Reads, command: str) -> None:
    assert reads.paths(reads(command)) == []


@pytest.mark.parametrize(
    ("command", "path"),
    [
        ("rm -- --help notes.txt", "notes.txt"),
        ("sh -c 'rm notes.txt' --help", "notes.txt"),
        ("timeout 5 touch docs/a --", "docs/a"),
        ("uv run touch docs/a -h; touch docs/a", "docs/a"),
    ],
)
def test_what_is_meant_for_something_else_is_no_question(reads: Reads, command: str, path: str) -> None:
    assert path in reads.paths(reads(command))
