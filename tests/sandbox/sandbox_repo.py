"""A repository, a home and a second worktree, with shells in them that are started as the client starts them."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from hooks.bash.session_env import entry
from mcp_server.adapters.git.runner import answer
from mcp_server.sandbox import cleanup, ignored, landlock, match_calls, record

ROOT = Path(__file__).parents[2]
CAN_CONFINE = landlock.can_confine()
not_below_the_temporary_folder = pytest.mark.skipif(
    ROOT.is_relative_to(Path(tempfile.gettempdir()).resolve()),
    reason="this checkout lies in the temporary folder, which every confined command may write",
)
WATCHED_ALREADY = """
import os, sys
from mcp_server.sandbox.supervisor import shell
environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
shell.run(lambda: None, sys.argv[1:], environment, ["/"], list)
"""
"""The kernel lets nobody supervise a process that is watched already, so the shell is confined without a supervisor."""
SOURCES = {
    ".gitignore": "build/\nnode_modules\n__pycache__/\n*.log\n/kept.txt\n",
    "README.md": "# Shop\n",
    "pyproject.toml": "[tool.pytest.ini_options]\n",
    "Makefile": "build/app: src/auth/login.py\n\tmkdir -p build\n\tcp src/auth/login.py build/app\n"
    "clean:\n\trm -rf build\nspoil:\n\techo spoilt > src/api/routes.py\n",
    "package.json": '{"name": "shop", "scripts": {"test": "node -e \\"console.log(1)\\"", '
    '"spoil": "echo spoilt > src/api/routes.py"}}\n',
    "spoil.sh": "echo spoilt > src/api/routes.py\n",
    "src/auth/login.py": "def login():\n    return True\n",
    "src/api/routes.py": "ROUTES = {}\n",
    "src/api/more.py": "MORE = 1\n",
    "tests/test_login.py": "def test_login():\n    assert True\n",
}


class Ran(NamedTuple):
    """The outcome of a command."""

    code: int
    output: str
    errors: str


class SandboxRepo:
    """One repository in use, with one agent's session in it whose calls are confined to `scope`."""

    def __init__(self, base: Path) -> None:
        self.base = base.resolve()
        self.repo, self.home = self.base / "repo", self.base / "home"
        self.other = self.base / "other"
        self.state = self.repo / ".git" / "interlock"
        self.folder = record.folder(str(self.state), "s1")
        self.ignored = ignored.file_of(str(self.state), str(self.repo))
        self.scope = ["src/auth/**"]
        self.supervised = True
        self.text = entry(str(self.state / record.RECORDS), sys.executable)
        self.environment = {
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
            "HOME": str(self.home),
            "CLAUDE_CODE_SESSION_ID": "s1",
            "GIT_CONFIG_NOSYSTEM": "1",
            "npm_config_update_notifier": "false",  # it would ask its registry, and say so
        }
        self._build()

    def _build(self) -> None:
        for name, text in SOURCES.items():
            file = self.repo / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        (self.home / ".cache").mkdir(parents=True)
        (self.home / "notes.txt").write_text("mine\n")
        for command in (
            ["init", "--quiet", "--initial-branch", "main"],
            ["config", "user.name", "Test"],
            ["config", "user.email", "test@example.invalid"],
            ["add", "."],
            ["commit", "--quiet", "--message", "Start"],
            ["tag", "start"],
            ["branch", "aside"],
            ["worktree", "add", "--quiet", str(self.other), "aside"],
        ):
            self.git(*command)
        for file in (self.other / "README.md", self.other / "src" / "api" / "routes.py"):
            file.write_text("other\n")
        self.git("-C", str(self.other), "commit", "--quiet", "--all", "--message", "Aside")
        self.state.mkdir()
        (self.repo / "kept.txt").write_text("ignored\n")
        self.refresh_ignored()

    def settle(self) -> None:
        """Undo what a command did inside git's own directory, where it may."""
        for command in (["symbolic-ref", "HEAD", "refs/heads/main"], ["reset", "--quiet", "--hard", "start"]):
            self.git(*command)

    def git(self, *arguments: str) -> str:
        """What git prints."""
        done = subprocess.run(["git", "-C", str(self.repo), *arguments], check=True, capture_output=True, text=True)
        return done.stdout

    def refresh_ignored(self) -> None:
        """Ask git again what it ignores."""
        ignored.refresh(str(self.repo), self.ignored, answer)

    def record_call(self, command: str, call: str = "t1", **fields: Any) -> None:
        """Write the record of a call, as the guard does."""
        fields = {"agent": "s1", "patterns": self.scope, "git_dirs": [str(self.repo / ".git")], **fields}
        word = record.Record(
            command=command, root=str(self.repo), ignored=self.ignored, **{"cwd": str(self.repo), **fields}
        )
        record.write(self.folder, call, word)

    def run(self, command: str, *, shell: str = "/bin/bash", unrecorded: bool = False, **fields: Any) -> Ran:
        """One Bash call, from its record to the cleanup; `unrecorded` leaves the record out."""
        if not unrecorded:
            self.record_call(command, **fields)
        ran = self.start(command, shell=shell)
        cleanup.forget(self.folder, "t1")
        return ran

    def start(self, command: str, *, shell: str = "/bin/bash", text: str | None = None) -> Ran:
        """The shell of a call, as the client starts it."""
        words = [shell, "-c", self.string(command, text)]
        done = subprocess.run(
            words if self.supervised else [sys.executable, "-c", WATCHED_ALREADY, *words],
            cwd=self.repo,
            env=self.environment if self.supervised else {**self.environment, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            stdin=subprocess.DEVNULL,
            check=False,
            timeout=150,
            errors="replace",
            encoding="utf-8",
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    def string(self, command: str, text: str | None = None) -> str:
        """The string that the client makes of a command."""
        prefix = self.text if text is None else text
        return (
            f"source {self.home}/snapshot.sh 2>/dev/null || true && {prefix.strip()}\n: && true && "
            f"eval {match_calls.quoted(command)} < /dev/null && pwd -P >| {self.tail}"
        )

    @property
    def tail(self) -> Path:
        """The file that the client reads the directory from in which a command ended."""
        return self.base / "claude-1-cwd"

    def outside_scope(self) -> dict[str, str]:
        """Every file outside the scope with its content: the repository, the other worktree, the home."""
        found = {}
        for folder in (self.repo, self.other, self.home):
            for path in sorted(folder.rglob("*")):
                relative = path.relative_to(self.base).as_posix()
                if relative.startswith(("repo/.git/", "repo/src/auth/", "home/.")):
                    continue
                found[relative] = str(path.readlink()) if path.is_symlink() else _text(path)
        return found


def _text(path: Path) -> str:
    return path.read_text(errors="replace") if path.is_file() else "directory"
