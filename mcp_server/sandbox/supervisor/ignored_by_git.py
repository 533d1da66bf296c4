"""Whether git ignores a place, existing or not: asked when a command wants to write there."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from mcp_server.sandbox.ignored import Ask

SECONDS = 2.0
"""For so long a no stands: a command may write the pattern first, and then what it excludes."""


class IgnoredByGit:
    """What git ignores in the worktree `root`; for a folder that is ignored, with nothing tracked in it, asked once."""

    def __init__(self, root: str, git: Ask, now: Callable[[], float]) -> None:
        self._root, self._git, self._now = root, git, now
        self._folders: set[str] = set()
        self._yes: set[tuple[str, bool]] = set()
        self._no: dict[tuple[str, bool], float] = {}

    def covers(self, place: str, *, is_folder: bool) -> bool:
        """Whether git ignores `place`; as a folder, if that is what it will be."""
        relative = place[len(self._root) :].lstrip("/")
        if any(above in self._folders for above in _with_above(relative)):
            return True
        asked = (relative, is_folder)
        if asked in self._yes:
            return True
        if self._now() - self._no.get(asked, -SECONDS) < SECONDS:
            return False
        if self._ask(relative, is_folder=is_folder):
            self._yes.add(asked)
            return True
        self._no[asked] = self._now()
        return False

    def is_whole(self, folder: str) -> bool:
        """Whether git ignores a folder with all that is in it."""
        relative = folder[len(self._root) :].lstrip("/")
        return self.covers(folder, is_folder=True) and any(above in self._folders for above in _with_above(relative))

    def _ask(self, relative: str, *, is_folder: bool) -> bool:
        # To a link that is spelled as a folder git gives no answer.
        name = relative + "/" if is_folder and not os.path.islink(os.path.join(self._root, relative)) else relative
        folders = [above + "/" for above in _with_above(relative)[1:]]
        given = b"".join(os.fsencode(each) + b"\0" for each in (name, *folders))
        answer = self._git(self._root, "check-ignore", "-z", "--stdin", given=given)
        found = {os.fsdecode(each) for each in (answer or b"").split(b"\0") if each}
        if name not in found:
            return False
        for folder in sorted(found, key=len):
            if folder.endswith("/"):
                self._note_folder(folder.rstrip("/"))
        return True

    def _note_folder(self, folder: str) -> None:
        if self._git(self._root, "ls-files", "-z", "--", f":(literal){folder}") == b"":
            self._folders.add(folder)


def _with_above(relative: str) -> list[str]:
    found = [relative]
    while "/" in relative:
        relative = relative.rpartition("/")[0]
        found.append(relative)
    return found
