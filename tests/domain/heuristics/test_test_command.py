"""Does a command run tests?"""

from __future__ import annotations

import pytest

from mcp_server.domain.heuristics.test_command import runs_tests


@pytest.mark.parametrize(
    "command",
    [
        "pytest",
        "python -m pytest -x",
        "uv run pytest tests/a.py",
        "npm test",
        "npm run test",
        "npm run test:unit",
        "yarn test",
        "cargo test",
        "cd a && go test ./...",
        "make -C x test",
        "./gradlew test",
        "PYTHONPATH=. pytest",
        "timeout 60 pytest",
        "npx vitest run",
        "mvn -q test",
        "python manage.py test",
        "bundle exec rspec",
        "/opt/venv/bin/pytest",
        "/opt/venv/bin/python -m pytest",
        "pytest 2>&1 | tail",
        "bazel test //a:b",
        "python3 -m unittest discover",
        "node --test",
        "(cd web; pnpm test)",
        "dotnet test",
        "bash -c 'cd web && pytest'",
    ],
)
def test_what_runs_tests_is_known(command: str) -> None:
    assert runs_tests(command)


@pytest.mark.parametrize(
    "command",
    [
        "pip install pytest",
        "grep pytest x",
        "cat tests/a",
        "echo test",
        "pytest --version",
        "pytest --collect-only",
        "npm install",
        "npm run build",
        "go build",
        "git commit -m 'pytest'",
        "git commit -m 'x; pytest'",
        "ls test",
        "test -f x",
        "make",
        "vim test.py",
        "npm install test",
        "",
        ";;",
        "=",
        "cargo build --tests",
    ],
)
def test_what_does_something_else_is_not(command: str) -> None:
    assert not runs_tests(command)
