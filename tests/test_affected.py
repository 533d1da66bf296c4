"""Which tests a change needs."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.affected import affected, changed

FILES = (
    "mcp_server/core/tasks/claim.py mcp_server/core/board/board.py mcp_server/core/leases/lock.py "
    "mcp_server/app.py hooks/bash/before.py hooks/run tests/core/tasks/test_claim.py "
    "tests/core/leases/test_expire.py tests/e2e/test_x.py tests/hooks/bash/test_before.py tests/test_documents.py "
    "tests/core/workspace.py README.md mcp_server/ports/git.py"
)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A small tree: one module has tests of its own, another is only imported by some, others have none."""
    for name in FILES.split():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("")
    (tmp_path / "tests/core/leases/test_expire.py").write_text(
        "from mcp_server.core.board import board\nfrom mcp_server.core.tasks import claim\n"
    )
    (tmp_path / "tests/e2e/test_x.py").write_text("from mcp_server.ports.git import Trees\n")
    return tmp_path


@pytest.mark.parametrize(
    ("path", "tests"),
    [
        ("mcp_server/core/tasks/claim.py", ["tests/core/tasks/test_claim.py"]),
        ("mcp_server/core/board/board.py", ["tests/core/leases/test_expire.py"]),
        ("mcp_server/core/leases/lock.py", ["tests/core/leases"]),
        ("mcp_server/core/tasks/", ["tests/core/tasks"]),
        ("hooks/bash/before.py", ["tests/hooks/bash/test_before.py"]),
        ("hooks/run", ["tests/hooks"]),
        ("mcp_server/app.py", ["tests/test_documents.py"]),
        ("mcp_server/ports/git.py", []),
        ("tests/core/tasks/test_claim.py", ["tests/core/tasks/test_claim.py"]),
        ("tests/core/workspace.py", ["tests/core"]),
        ("tests/gone.py", []),
        ("tests/e2e/test_x.py", ["tests/e2e/test_x.py"]),
        ("README.md", ["tests/test_documents.py"]),
        ("LICENSE", []),
    ],
)
def test_a_change_needs_the_tests_that_mirror_it(tree: Path, path: str, tests: list[str]) -> None:
    assert affected([path], tree) == tests


def test_several_changes_need_each_test_once(tree: Path) -> None:
    paths = ["mcp_server/core/tasks/claim.py", "tests/core/tasks/test_claim.py"]
    assert affected(paths, tree) == ["tests/core/tasks/test_claim.py"]


def test_what_git_sees_is_what_has_changed(tree: Path) -> None:
    def git(*words: str) -> None:
        subprocess.run(["git", "-c", "user.name=T", "-c", "user.email=t@example.invalid", *words], cwd=tree, check=True)

    git("init", "--quiet")
    git("add", ".")
    git("commit", "--quiet", "--message=one")
    (tree / "README.md").write_text("more")
    (tree / "new.py").write_text("")
    assert changed(tree) == ["README.md", "new.py"]
