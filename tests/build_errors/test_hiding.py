"""Exit code 0 is believed unless it may hide another one."""

from __future__ import annotations

import pytest

from mcp_server.build_errors.invocation import Invocation
from tests.build_errors.trees import NamedTree, blamed

FILES = {
    "src/a.py": "",
    "ci.sh": "set -e\nmypy src\n",
    "lax.sh": "mypy src\necho done\n",
    "package.json": '{"scripts": {"lint": "eslint src", "lenient": "eslint src || true"}}',
    "web/Makefile": "all:\n\t-mypy src\n",
}
ERROR = "src/a.py:3: error: bad\n"


@pytest.mark.parametrize(
    "command",
    ["mypy src", "cd web && mypy src", "mypy 'a;b'", "mypy src 2>&1", "npm run lint", "bash ci.sh", "FOO=1 mypy src"],
)
def test_a_command_that_would_have_failed_is_believed_when_it_does_not(command: str) -> None:
    assert blamed(ERROR, FILES, command=command, exit_code=0) == []
    assert blamed(ERROR, FILES, command=command, exit_code=1) == ["src/a.py"]


@pytest.mark.parametrize(
    "command",
    [
        "mypy src | tail",
        "mypy src; echo done",
        "mypy src || true",
        "mypy src &",
        "mypy src\necho done",
        "bash lax.sh",
        "npm run lenient",
        "cd web && make",
        "bash -c 'mypy src; true'",
        "flake8 --exit-zero src",
        "! mypy src",
    ],
)
def test_a_command_that_may_hide_a_failure_is_read(command: str) -> None:
    assert blamed(ERROR, FILES, command=command, exit_code=0) == ["src/a.py"]


@pytest.mark.parametrize(
    "command",
    ["grep -rn error src", "cat log && git diff; test -f x", "find . | xargs grep error", "docker compose logs web"],
)
def test_a_command_that_only_looks_reports_nothing(command: str) -> None:
    assert Invocation(command, "", NamedTree(FILES)).only_looks
    assert blamed(ERROR, FILES, command=command) == []


@pytest.mark.parametrize("code", [124, 130, 137, 143])
def test_a_command_that_was_stopped_has_not_failed_because_of_a_file(code: int) -> None:
    assert blamed("serving src/a.py:3\n", FILES, command="./serve", exit_code=code) == []
    assert blamed(ERROR, FILES, command="./serve", exit_code=code) == ["src/a.py"]
