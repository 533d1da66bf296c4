"""The disk and its repositories, as far as reading a command asks for them; nothing here changes anything.

On the hot path of a hook: git is started only when it must really be asked.
"""

from __future__ import annotations

import os

from mcp_server.adapters.host.bash_disk import Disk

SECONDS = 1.5
IGNORED_SECONDS = 10.0


class GitDisk(Disk):
    """Reads the disk and asks git."""

    def git(self, directory: str, arguments: list[str], most_bytes: int) -> str | None:
        """What a git command prints, in the repository where the command that is read would work."""
        from mcp_server.adapters.git import runner

        env = {name: os.environ[name] for name in runner.LOCATION if name in os.environ} | (self.environment or {})
        try:
            done = runner.run(directory, "-c", "core.quotePath=false", *arguments, env=env, seconds=SECONDS)
        except runner.GitRefused:
            return None
        if done.code > 1 or (done.code == 1 and not done.out) or len(done.out) > most_bytes:
            return None
        return done.text


def ignored(root: str, names: list[str]) -> set[str]:
    """Those of `names`, relative to the worktree at `root`, that git ignores; none where git can't be asked."""
    from mcp_server.adapters.git import runner

    spellings = {spelling: name for name in names for spelling in _spellings(root, name.rstrip("/"))}
    nested = _nested(root, names)
    asked = [spelling for spelling, name in spellings.items() if name not in nested]
    try:
        done = runner.run(
            root, "check-ignore", "-z", "--stdin", given=runner.null_ended(asked), seconds=IGNORED_SECONDS
        )
    except runner.GitRefused:
        return set()
    found = {spellings[spelling] for spelling in runner.records(done.out) if spelling in spellings}
    return found | {name for name in names if name not in found and _is_link_for_folder(root, name.rstrip("/"))}


def _is_link_for_folder(root: str, name: str) -> bool:
    """Whether it is a link in the place of a folder that is ignored by its name, such as a shared `.venv/`.

    Git does not take it for ignored, but nobody keeps work in it either.
    """
    if not os.path.islink(os.path.join(root, name)):
        return False
    above, base = os.path.split(name)
    folders = ["", *(above[:at] for at, sign in enumerate(above) if sign == "/"), *([above] if above else [])]
    return any(
        line.strip() in (f"{base}/", f"**/{base}/", f"/{os.path.relpath(name, folder or '.')}/")
        for folder in folders
        for line in _lines(os.path.join(root, folder, ".gitignore"))
    )


def _lines(file: str) -> list[str]:
    try:
        with open(file, encoding="utf-8", errors="replace") as handle:
            return handle.readlines()
    except OSError:
        return []


def _spellings(root: str, name: str) -> list[str]:
    """`name` as a file and as a folder, but for what git refuses to answer, for this question and all after it."""
    place = os.path.join(root, name)
    folder = os.path.dirname(place)
    if os.path.realpath(folder) != os.path.join(os.path.realpath(root), os.path.dirname(name)).rstrip("/"):
        return []  # it lies behind a link
    return [name] if os.path.islink(place) else [name, name + "/"]


def _nested(root: str, names: list[str]) -> set[str]:
    """Those that lie in a repository inside this one: git does not answer for them."""
    found = set()
    for name in names:
        folder = name
        while folder := os.path.dirname(folder):
            if os.path.exists(os.path.join(root, folder, ".git")):
                found.add(name)
    return found
