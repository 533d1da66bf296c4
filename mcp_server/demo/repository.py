"""The temporary repository: created with git, with tests of its own and a history."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path

from mcp_server.demo.stopping import run_uninterrupted

FOUNDER = "founder"
FOREIGN = ("GIT_", "CLAUDE_", "PG", "INTERLOCK_STORE_URL", "INTERLOCK_HOST")
"""What variables begin with that point git, an agent or a database client somewhere else."""
SECONDS = 30
RUN_TESTS = (
    "import sys, unittest; sys.path.insert(0, '.'); unittest.main(None, argv=['', 'discover', '-t', '.', 'tests'])"
)


def surroundings() -> dict[str, str]:
    """This process's environment, without variables that point git or an agent to another repository or session."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
    # The user's git settings (signing, hooks, templates) don't apply to a temporary repository.
    return {**kept, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0"}


class Repository:
    """A git repository in `folder`; a failure of git is raised (OSError) with its message."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def create(self, files: Mapping[str, str]) -> None:
        """Create the files and commit them."""
        for name, text in files.items():
            file = self.folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        self._git("init", "--quiet", "--initial-branch=main")
        self.commit(FOUNDER, "The shop so far", ["."])

    def commit(self, author: str, message: str, paths: list[str]) -> None:
        """Commit what was changed below `paths`, in the name of `author`."""
        who = ["-c", f"user.name={author}", "-c", f"user.email={author}@shop.invalid"]
        self._git("add", "--", *paths)
        self._git(*who, "commit", "--quiet", "-m", message, "--", *paths)

    def head(self) -> str:
        """The commit that is checked out."""
        return self._git("rev-parse", "HEAD").strip()

    def history(self) -> list[tuple[str, str]]:
        """Author and message of each commit, oldest first."""
        lines = self._git("log", "--reverse", "--format=%an%x09%s").splitlines()
        return [(line.split("\t")[0], line.split("\t")[1]) for line in lines]

    def uncommitted(self) -> list[str]:
        """The paths that differ from the commit."""
        return [line[3:] for line in self._git("status", "--porcelain").splitlines()]

    def text(self, path: str) -> str:
        """The contents of a file."""
        return (self.folder / path).read_text(encoding="utf-8")

    def run_tests(self) -> tuple[int, int]:
        """How many of the repository's tests were run, and how many of them failed."""
        # -B: cached bytecode would hide an edit of the same length in the same second.
        command = [sys.executable, "-I", "-B", "-c", RUN_TESTS]
        done = run_uninterrupted(command, cwd=self.folder, env=surroundings(), seconds=SECONDS)
        ran = re.search(r"^Ran (\d+) tests?", done.stderr, re.MULTILINE)
        failed = re.findall(r"(?:failures|errors)=(\d+)", done.stderr)
        if ran is None or (done.returncode == 0) is bool(failed):
            raise OSError(f"the repository's tests could not be run: {done.stderr[-300:]}")
        return int(ran[1]), sum(map(int, failed))

    def _git(self, *arguments: str) -> str:
        # No background maintenance in a repository that is about to be deleted.
        command = ["git", "-c", "maintenance.auto=false", *arguments]
        done = run_uninterrupted(command, cwd=self.folder, env=surroundings(), seconds=SECONDS)
        if done.returncode != 0:
            raise OSError(f"git {arguments[0]} failed: {done.stderr.strip()[-300:]}")
        return done.stdout
