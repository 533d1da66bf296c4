"""The git hook that asks Interlock before every commit: installed, removed, and asked what a commit would contain.

`prepare-commit-msg` is the one that runs under `--no-verify` as well.
"""

from __future__ import annotations

import os
from pathlib import Path
from shlex import quote

from mcp_server.adapters.git import runner

NAME = "prepare-commit-msg"
SIGN = "# Put here by `interlock git-hook install`; `interlock git-hook uninstall` takes it away."


class GitHook:
    """The hook of the repository around `directory`; refuses (GitRefused) where there is none."""

    def __init__(self, directory: str, launcher: Path) -> None:
        self._directory = directory
        self._launcher = launcher
        # As the person's git finds it: the hooks may be in a folder that they configured.
        asked = ("rev-parse", "--path-format=absolute", "--git-path", "hooks")
        self.file = Path(runner.text(runner.ask(directory, *asked, programs=True)).rstrip("\n")) / NAME

    @property
    def is_installed(self) -> bool:
        """Whether Interlock's hook is in place."""
        return self.file.is_file() and SIGN in self.file.read_text(encoding="utf-8", errors="replace")

    def install(self) -> str | None:
        """Put the hook in place, if it is not; why not, when there is anybody else's, which is left as it is."""
        if self.is_installed:
            return None
        self.file.parent.mkdir(parents=True, exist_ok=True)
        try:
            with self.file.open("x", encoding="utf-8") as handle:
                handle.write(self._script())
        except FileExistsError:
            return (
                f"{self.file} is somebody else's hook and was left as it is. To have both, let it call: {self._call()}"
            )
        self.file.chmod(0o755)
        return None

    def uninstall(self) -> bool:
        """Take the hook away; False when it was not there. Another one is left alone."""
        if not self.is_installed:
            return False
        self.file.unlink()
        return True

    def staged(self) -> list[str]:
        index = os.environ.get("GIT_INDEX_FILE")  # git names the index of this commit, which may be one for it alone
        env = {"GIT_INDEX_FILE": os.path.abspath(index)} if index else {}
        listed = runner.ask(self._directory, *runner.DIFF, "--cached", "--name-only", "--no-renames", "-z", env=env)
        return runner.records(listed)

    def _script(self) -> str:
        launcher = quote(str(self._launcher))
        return f"#!/bin/sh\n{SIGN}\n[ -x {launcher} ] || exit 0\nexec {self._call()}\n"

    def _call(self) -> str:
        return f'{quote(str(self._launcher))} git-hook check "$@"'


def hook_of(directory: str, launcher: Path) -> GitHook | None:
    """The hook of the repository around `directory`; None outside git. Refuses (GitRefused) one that git distrusts."""
    try:
        return GitHook(directory, launcher)
    except runner.GitRefused as error:
        if error.is_distrust:
            raise
        return None
