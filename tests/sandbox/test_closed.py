"""A reader's command writes nothing in the repository: not what git ignores, and not what git keeps for itself."""

from __future__ import annotations

import pytest

from tests.sandbox.sandbox_repo import CAN_CONFINE, SandboxRepo

pytestmark = pytest.mark.skipif(not CAN_CONFINE, reason="this kernel has no Landlock")

TRIES = """
echo x > kept.txt; echo x >> src/auth/login.py; mkdir build; mkdir -p node_modules/left; touch __pycache__
python3 -c 'open("server.log", "w")'; python3 -m pytest -q tests; make -s build/app
echo x > .git/hooks/pre-commit; git commit -q --allow-empty -m x; git branch fresh; git tag fresh; git stash
git add -A; git config user.name Evil; git fetch -q . main:other2; rm -rf kept.txt .git/refs
true
"""
READS = (
    "git status --short && git log --oneline | cat && git diff HEAD~0 | cat && grep -rn login src | sort | uniq -c",
    "f=$(mktemp) && git show HEAD:README.md > $f && diff $f README.md && rm $f",
    "cat <<EOF\nheredoc\nEOF",
    "echo nothing > /dev/null; echo said > /dev/stderr",
)


def everything(sandbox_repo: SandboxRepo) -> dict[str, bytes]:
    """All files of the repository and of git, but for Interlock's own records."""
    files = (path for path in sandbox_repo.repo.rglob("*") if path.is_file())
    return {str(path): path.read_bytes() for path in files if "interlock" not in path.parts}


def test_nothing_in_the_repository_changes_and_reading_goes_on(either_repo: SandboxRepo) -> None:
    either_repo.git("status")  # which writes down what it found
    before = everything(either_repo)

    either_repo.run(TRIES, patterns=[], closed=True)
    found = [either_repo.run(command, patterns=[], closed=True, complete=True) for command in READS]

    assert everything(either_repo) == before
    assert [ran.code for ran in found] == [0] * len(READS), found
