"""What package managers write and run."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bash.reads import Reads


@pytest.mark.parametrize(
    ("command", "paths"),
    [
        ("npm run gen", ["src/billing/generated.py"]),
        ("npm test", []),
        ("npm run nothing; npm ls; npm pkg get name", []),
        ("npm pkg set a=b", ["package.json"]),
        ("npm install x", ["package-lock.json", "package.json"]),
        ("npm install; npm ci; npm i --dry-run x; npm i -g x; npm i --no-save x", []),
        ("npm audit; npm audit fix", ["package-lock.json"]),
        ("npm update; npm dedupe", ["package-lock.json"]),
        ("npm uninstall x --no-package-lock", ["package.json"]),
        ("npm install --package-lock-only", ["package-lock.json"]),
        ("npm --prefix docs install x", ["docs/package-lock.json", "docs/package.json"]),
        ("pnpm add x; pnpm i --frozen-lockfile", ["package.json", "pnpm-lock.yaml"]),
        ("yarn add x; yarn install --immutable; yarn", ["package.json", "yarn.lock"]),
        ("bun add x", ["bun.lock", "package.json"]),
        ("npm run gen --help; npm run nothing -- --fix", []),
        ("npm init -y --prefix docs", ["package.json"]),
        ("yarn gen", ["src/billing/generated.py"]),
        ("npx touch docs/a", ["docs/a"]),
        ("uv run touch docs/a", ["docs/a"]),
        ("uv pip compile r.in -o docs/r.txt", ["docs/r.txt"]),
        ("cargo add serde", ["Cargo.toml"]),
        ("cargo update --locked", []),
        ("cargo +nightly fmt -- --check", []),
        ("pip install requests", []),
        ("pip download -d docs/w requests", ["docs/w/**"]),
        ("docker ps; apt-get install x; brew list", []),
        ("uv add x; uv remove y", ["pyproject.toml", "uv.lock"]),
        ("uv add --frozen x; uv lock --check; uv export --frozen; uv tree; uv version", ["pyproject.toml"]),
        ("uv lock; uv python pin 3.11", [".python-version", "uv.lock"]),
        ("poetry add x", ["poetry.lock", "pyproject.toml"]),
        ("poetry update --dry-run; poetry show; poetry check", []),
        ("pipenv install; pipenv sync", []),
        ("pipenv install x", ["Pipfile", "Pipfile.lock"]),
        ("bundle install; bundle update", ["Gemfile.lock"]),
        ("composer require a/b", ["composer.json", "composer.lock"]),
        ("pip-compile docs/r.in; pip-compile --dry-run", ["docs/r.txt"]),
        ("cargo build --help; cargo --version; cargo tree", []),
    ],
)
def test_scripts_are_read_and_run_and_project_files_are_written(reads: Reads, command: str, paths: list[str]) -> None:
    assert reads.known(command) == paths


@pytest.mark.parametrize(
    ("command", "paths"),
    [
        ("cargo build --locked", []),
        ("uv sync --frozen; poetry install; composer install", []),
        ("npm run nothing-like-it --prefix nowhere", []),
        ("pip install -e .", []),
        ("docker run x --help", []),
        ("cargo xtask --help", []),
        ("cargo publish --dry-run", []),
    ],
)
def test_code_that_is_not_read_may_write_more_than_the_named_files(
    reads: Reads, command: str, paths: list[str]
) -> None:
    reading = reads(command)
    assert (reads.paths(reading), reading.unknown) == (paths, True)


@pytest.mark.parametrize(
    ("command", "paths"),
    [
        ("npm install", ["node_modules/**", "package-lock.json"]),
        ("npm install --no-package-lock; npm ci", ["node_modules/**"]),
        ("uv sync", [".venv/**", "uv.lock"]),
        ("uv sync --locked", [".venv/**"]),
        ("poetry install", [".venv/**", "poetry.lock"]),
        ("cargo check", ["target/**"]),
        ("bundle install", [".bundle/**", "Gemfile.lock", "vendor/**"]),
        ("go mod download", ["go.sum"]),
    ],
)
def test_what_an_install_or_build_touches_is_possible(reads: Reads, command: str, paths: list[str]) -> None:
    assert reads.possible(command) == paths


WORKSPACE = {
    "package.json": '{"workspaces": ["packages/*"], "scripts": {"fix": "touch", "prepare": "touch made"}}',
    "packages/auth/package.json": '{"name": "@x/auth", "version": "1.2.0", "scripts": {"test": "touch ran"}}',
    "packages/pay/package.json": '{"name": "@x/pay", "scripts": {"test": "touch ran"}}',
    "Cargo.toml": '[workspace]\nmembers = [\n  "crates/*",\n]\n',
    "crates/auth/Cargo.toml": '[package]\nname = "auth"\n',
    "crates/auth/src/lib.rs": "",
    "crates/pay/Cargo.toml": '[package]\nname = "pay"\n',
    "crates/pay/src/lib.rs": "",
    "pyproject.toml": '[project]\nname = "root"\n[tool.uv.workspace]\nmembers = ["libs/*"]\n',
    "libs/auth/pyproject.toml": '[project]\nname = "auth"\n',
    "libs/auth/src/x.py": "",
    "go.mod": "module x\n",
    "Gemfile": "",
    "Pipfile": "",
}


@pytest.fixture
def workspace(tmp_path: Path) -> Reads:
    """A reader in a workspace of Node and one of Rust, each with two members."""
    for name, text in WORKSPACE.items():
        (tmp_path / "repo" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "repo" / name).write_text(text)
    return Reads(tmp_path.resolve())


@pytest.mark.parametrize(
    ("command", "paths"),
    [
        ("npm install x -w @x/auth", ["package-lock.json", "packages/auth/package.json"]),
        ("npm i x --workspace packages/auth", ["package-lock.json", "packages/auth/package.json"]),
        ("cd packages/auth && npm i x", ["package-lock.json", "packages/auth/package.json"]),
        ("pnpm --filter @x/auth add x", ["packages/auth/package.json", "pnpm-lock.yaml"]),
        ("pnpm add -w x", ["package.json", "pnpm-lock.yaml"]),
        ("yarn workspace @x/auth add x", ["packages/auth/package.json", "yarn.lock"]),
        ("npm pkg set a=b -w @x/auth", ["packages/auth/package.json"]),
        ("npm version patch -w @x/auth", ["packages/auth/package.json"]),
        ("npm pack -w @x/auth", ["x-auth-1.2.0.tgz"]),
        ("npm test -w @x/auth", ["packages/auth/ran"]),
        ("npm run test --workspaces", ["packages/auth/ran", "packages/pay/ran"]),
        ("npm run fix -- a -b", ["a"]),
        ("npm ci --ignore-scripts", []),
        ("npm ci", ["made"]),
        ("cargo fmt -p auth", ["crates/auth/src/lib.rs"]),
        ("cargo fmt", ["crates/auth/src/lib.rs", "crates/pay/src/lib.rs"]),
        ("cd crates/pay && cargo fmt", ["crates/pay/src/lib.rs"]),
        ("cargo fmt --all -- --check; cargo fmt --check", []),
        ("cargo add -p auth serde", ["crates/auth/Cargo.toml"]),
        ("cd crates/auth/src && cargo remove serde", ["crates/auth/Cargo.toml"]),
        ("cargo update", ["Cargo.lock"]),
        ("uv add --package auth httpx", ["libs/auth/pyproject.toml", "uv.lock"]),
        ("cd libs/auth/src && uv add httpx", ["libs/auth/pyproject.toml", "uv.lock"]),
        ("uv remove --frozen httpx", ["pyproject.toml"]),
        ("uv add --script libs/auth/src/x.py httpx", ["libs/auth/src/x.py"]),
        ("cd libs/auth/src && poetry add httpx", ["libs/auth/poetry.lock", "libs/auth/pyproject.toml"]),
        ("cd crates/auth/src && go mod tidy", ["go.mod", "go.sum"]),
        ("cd crates && go get example.com/x", ["go.mod", "go.sum"]),
        ("cd crates && bundle add rails", ["Gemfile", "Gemfile.lock"]),
        ("cd crates && pipenv install x", ["Pipfile", "Pipfile.lock"]),
    ],
)
def test_the_member_that_is_meant_is_written(workspace: Reads, command: str, paths: list[str]) -> None:
    assert workspace.known(command) == paths


@pytest.mark.parametrize(
    "command",
    ["npm i x -w @x/none", "pnpm --filter '@x/*...' add x", "cargo add -p none serde", "uv add --package none x"],
)
def test_a_member_that_cannot_be_told_makes_the_reading_unknown(workspace: Reads, command: str) -> None:
    assert workspace(command).unknown


def test_clippy_rewrites_the_package_only_when_it_is_told_to_fix(workspace: Reads) -> None:
    assert workspace.paths(workspace("cargo clippy -p auth -- -D warnings")) == []
    assert workspace.paths(workspace("cargo clippy --fix -p auth")) == ["crates/auth/src/lib.rs"]
