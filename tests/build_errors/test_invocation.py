"""What a command tells about its output."""

from __future__ import annotations

import pytest

from mcp_server.build_errors.invocation import Invocation, below, join
from tests.build_errors.trees import NamedTree

PACKAGES = {
    "package.json": '{"name": "root", "scripts": {"lint": "eslint --max-warnings 0 .", "all": "cd api && tsc"}}',
    "web/package.json": '{"name": "@acme/web"}',
    "ci.sh": "set -e\ncd web\nmypy app.py\n",
    "src/a.c": "",
}


def invocation(command: str, cwd: str = "") -> Invocation:
    return Invocation(command, cwd, NamedTree(PACKAGES))


@pytest.mark.parametrize(
    ("command", "folders"),
    [
        ("cd web && npx tsc", ["web"]),
        ("(cd api; make); (cd web; make)", ["web", "api"]),
        ("make -C native", ["native"]),
        ("npm --prefix=web test", ["web"]),
        ("npm test -w @acme/web", ["web"]),
        ("yarn --cwd web build", ["web"]),
        ("cd /home/dev/acme/web && make", ["web"]),
        ("cd .. && make", []),
        ("make", []),
    ],
)
def test_the_directories_that_a_command_enters_are_found(command: str, folders: list[str]) -> None:
    assert invocation(command).directories == folders


def test_the_scripts_that_a_command_starts_are_read() -> None:
    assert invocation("npm run lint").strict
    assert not invocation("npm run all").strict
    assert "api" in invocation("npm run all").hints
    assert "web" in invocation("bash ci.sh").hints
    assert "src" in invocation("gcc src/a.c").hints


def test_the_programs_are_listed_without_their_wrappers() -> None:
    assert invocation("FOO=1 timeout 60 npx eslint . && python -m pytest -q").programs == ["eslint", "pytest"]
    assert invocation("grep -n error log | head -3").only_looks
    assert not invocation("make 2>&1 | grep error").only_looks


@pytest.mark.parametrize(
    ("folder", "path", "joined"),
    [("a/b", "../c", "a/c"), ("", "./x", "x"), ("a", "../..", None), ("a", "/b", "b"), ("", "", "")],
)
def test_paths_are_joined_within_the_repository(folder: str, path: str, joined: str | None) -> None:
    assert join(folder, path) == joined


def test_a_path_below_the_root_is_recognised() -> None:
    assert below("/a/b/c", "/a/b") == "c"
    assert below("/a/bc", "/a/b") is None
    assert below("C:\\a\\b", "C:\\a") == "b"
