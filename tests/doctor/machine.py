"""A copy of Interlock to examine, on a machine of which the tests decide what is installed."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from mcp_server.adapters.host.repository import Repository, repository_of
from mcp_server.doctor.examine import examine
from mcp_server.doctor.finding import Finding

PROJECT = Path(__file__).parents[2]
PYTHON = Path(os.path.realpath(getattr(sys, "_base_executable", sys.executable)))
TOOLS = ("sh", "git", "rm", "mv", "mkdir", "cat")
CLAUDE = """#!/bin/sh
case "$*" in
    --version) echo '{version} (Claude Code)' ;;
    "plugin list --json") cat {listing} ;;
    *) exit 2 ;;
esac
"""


class Machine:
    """A copy in `root` with its data folder, a repository, and a folder of tools that is the whole PATH."""

    def __init__(self, folder: Path) -> None:
        self.root, self.data, self.tools, self.project = (
            folder / name for name in ("root", "data", "tools", "project")
        )
        for made in (self.root, self.data, self.tools, self.project / ".git"):
            made.mkdir(parents=True)
        self._copy()
        for tool in TOOLS:
            found = shutil.which(tool)
            assert found is not None
            (self.tools / tool).symlink_to(found)
        self.remember(PYTHON)
        self._have_environment()
        self.have_claude("2.1.332", f'[{{"id": "interlock@interlock", "enabled": true, "installPath": "{self.root}"}}]')

    @property
    def repository(self) -> Repository:
        """The repository around the project folder."""
        return repository_of(str(self.project))

    @property
    def state_file(self) -> Path:
        """Where the repository keeps its state."""
        return Path(self.repository.state) / "state.db"

    def findings(self) -> dict[str, Finding]:
        """What an examination finds, by what was looked at."""
        return {finding.what: finding for finding in examine(self.repository, self.root)}

    def remember(self, python: Path) -> None:
        """Have the hooks remember this interpreter."""
        (self.data / "python").write_text(f"{python}\n\n")

    def have_claude(self, version: str, listing: str) -> None:
        """Have a `claude` on the PATH that answers so."""
        (self.tools / "plugins.json").write_text(listing)
        program = self.tools / "claude"
        program.write_text(CLAUDE.format(version=version, listing=self.tools / "plugins.json"))
        program.chmod(0o755)

    def write_settings(self, text: str) -> None:
        """Write the repository's settings file."""
        file = Path(self.repository.settings)
        file.parent.mkdir()
        file.write_text(text)

    def script(self, name: str) -> Path:
        """A hook's script in the copy."""
        return self.root / "hooks" / name

    def _copy(self) -> None:
        ignored = shutil.ignore_patterns("__pycache__")
        for part in ("bin", "hooks", "mcp_server", ".claude-plugin"):
            shutil.copytree(PROJECT / part, self.root / part, ignore=ignored)
        shutil.copy2(PROJECT / "requirements.txt", self.root)

    def _have_environment(self) -> None:
        stamp = self.data / "ready"
        stamp.write_text(f"{self.root}\n{sys.executable}\n\n")
        locked = (self.root / "requirements.txt").stat()
        os.utime(stamp, ns=(locked.st_atime_ns, locked.st_mtime_ns))


def assert_advised(finding: Finding, state: str, *words: str) -> None:
    """The finding is of this state, says what to do, and holds these words."""
    assert finding.state == state, finding
    assert finding.advice, finding
    assert "Traceback" not in finding.words
    for word in words:
        assert word in finding.words + finding.advice, finding
