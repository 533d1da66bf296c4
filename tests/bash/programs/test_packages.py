"""What package managers write and run."""

from __future__ import annotations

import pytest

from tests.bash.reads import Reads


@pytest.mark.parametrize(
    ("command", "paths"),
    [
        ("npm run gen", ["src/billing/generated.py"]),
        ("npm test", []),
        ("npm run nothing; npm ls; npm pkg get name", []),
        ("npm pkg set a=b", ["package.json"]),
        ("npm install x", ["node_modules/**", "package-lock.json", "package.json"]),
        ("npm install", ["node_modules/**", "package-lock.json"]),
        ("npm ci", ["node_modules/**"]),
        ("npm audit; npm audit fix", ["node_modules/**", "package-lock.json", "package.json"]),
        ("npm install --no-package-lock", ["node_modules/**"]),
        ("npm --prefix docs install x", ["docs/node_modules/**", "docs/package-lock.json", "docs/package.json"]),
        ("npm init -y --prefix docs", ["package.json"]),
        ("yarn gen", ["src/billing/generated.py"]),
        ("npx touch docs/a", ["docs/a"]),
        ("uv run touch docs/a", ["docs/a"]),
        ("uv pip compile r.in -o docs/r.txt", ["docs/r.txt"]),
        ("cargo add serde", ["Cargo.lock", "Cargo.toml"]),
        ("cargo update --locked", []),
        ("cargo +nightly fmt -- --check", []),
        ("pip install requests", []),
        ("pip download -d docs/w requests", ["docs/w/**"]),
        ("docker ps; apt-get install x; brew list", []),
    ],
)
def test_scripts_are_read_and_run_and_project_files_are_written(reads: Reads, command: str, paths: list[str]) -> None:
    assert reads.known(command) == paths


@pytest.mark.parametrize(
    ("command", "paths"),
    [
        ("cargo build --locked", ["target/**"]),
        ("poetry add x", ["poetry.lock", "pyproject.toml"]),
        ("uv sync --frozen", [".venv/**", "pyproject.toml"]),
        ("npm run nothing-like-it --prefix nowhere", []),
        ("pip install -e .", []),
        ("docker run x --help", []),
        ("cargo xtask --help", []),
        ("cargo publish --dry-run", ["Cargo.lock", "target/**"]),
    ],
)
def test_code_that_is_not_read_may_write_more_than_the_named_files(
    reads: Reads, command: str, paths: list[str]
) -> None:
    reading = reads(command)
    assert (reads.paths(reading), reading.unknown) == (paths, True)
