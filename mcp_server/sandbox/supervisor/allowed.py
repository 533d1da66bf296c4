"""Where a call may write although the kernel was not told so beforehand."""

from __future__ import annotations

import os

from mcp_server.domain.scopes import scope
from mcp_server.sandbox.exclude import is_covered, is_within
from mcp_server.sandbox.rights import scopes_of
from mcp_server.sandbox.supervisor import own_caches
from mcp_server.sandbox.supervisor.temporary_names import is_scratch, is_temporary

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from mcp_server.sandbox.record import Record
    from mcp_server.sandbox.supervisor.ignored_by_git import IgnoredByGit

MOST_MADE = 100_000
"""So much of what a call has made is remembered as its own."""
MOST_REFUSED = 50
"""So many refusals of a call are noted, to be explained to its agent."""

INTERLOCK = "interlock"
"""What the command line of Interlock is called as a program."""


class Allowed:
    """What one recorded call may write, place by place.

    In its worktree: what its scope covers, what git ignores, the writes that the guard saw and allowed, and the
    temporary files beside them by which programs replace a file. In git's folder: all but Interlock's own, which only
    Interlock's command line may write. Elsewhere, but never in another of `worktrees`: `places` and all below them
    (caches, what the settings add), what is new in `temporary` folders, and folders that are new in `homes`, where each
    program keeps one of its own. A call that is `closed` may write in neither its worktree nor git's folder.
    """

    def __init__(  # noqa: PLR0913  all but two are named
        self,
        record: Record,
        ignored: IgnoredByGit,
        *,
        state: str,
        worktrees: Iterable[str],
        home: str,
        places: Callable[[], list[str]],
        temporary: Iterable[str],
        homes: Iterable[str],
        remember: Callable[[str], None],
        refused: Callable[[str], None],
    ) -> None:
        self._root, self._command = record.root, record.command
        self._git_dirs, self._state, self._closed = record.git_dirs, state, record.closed
        self._scopes = scopes_of(record.patterns)
        self._ignored = ignored
        self._writes = {path for path in record.writes if is_within(path, record.root)} if record.complete else set()
        self._worktrees = [place for place in worktrees if place != record.root]
        self._home, self._temporary, self._homes = home, list(temporary), list(homes)
        self._find_places = places
        self._remember, self._note_refused = remember, refused
        self._refused: set[str] = set()
        self._made: set[str] = set()
        self._caches: set[str] = set()
        self._found_places: list[str] | None = None
        alternatives = [each for covered in self._scopes for each in covered.alternatives]
        # A folder that only has to be there for what the scope covers in it.
        anchored = [each for each in alternatives if scope.anchor(each) != each]
        anchors = [os.path.join(self._root, scope.anchor(each), "any") for each in anchored]
        named = [os.path.join(self._root, each) for each in alternatives]
        self._on_the_way = {above for place in (*anchors, *named, *self._writes) for above in _above(place)}

    @property
    def _places(self) -> list[str]:
        """Found when they are first needed: most commands write in their worktree only."""
        if self._found_places is None:
            self._found_places = self._find_places()
            needed = (*self._found_places, *(os.path.join(home, "any") for home in self._homes))
            self._on_the_way.update(above for place in needed for above in _above(place))
        return self._found_places

    def may(self, place: str, *, is_folder: bool, program: Callable[[], str]) -> bool:
        """Whether it may create, change or remove `place`, a real path; `program` tells who wants to."""
        if self._may(place, is_folder=is_folder, program=program):
            return True
        if is_within(place, self._root) and len(self._refused) < MOST_REFUSED and place not in self._refused:
            self._refused.add(place)
            self._note_refused(place)
        return False

    def _may(self, place: str, *, is_folder: bool, program: Callable[[], str]) -> bool:
        if is_covered(place, self._worktrees):
            return False
        if is_covered(place, self._git_dirs):
            is_own = is_within(place, self._state)
            return program() == INTERLOCK if is_own else not self._closed
        if is_within(place, self._root):
            is_shut = self._closed or place == self._root
            return not is_shut and self._may_in_worktree(place, is_folder=is_folder, program=program)
        return self._may_elsewhere(place) or (is_folder and place in self._on_the_way)

    def may_all_below(self, folder: str) -> bool:
        """Whether it may write whatever is in a folder of its worktree, for certain and without looking there."""
        if self._closed or not is_within(folder, self._root) or is_within(self._root, folder):
            return False
        if any(is_within(other, folder) for other in (*self._worktrees, *self._git_dirs)):
            return False
        relative = folder[len(self._root) :].lstrip("/")
        below = [covered for covered in self._scopes if not covered.exclusions and covered.covers(f"{relative}/any")]
        return self._ignored.is_whole(folder) or any(covered.covers(f"{relative}/a/b/any.x") for covered in below)

    def made(self, place: str) -> None:
        """The call has created `place`."""
        if len(self._made) < MOST_MADE:
            self._made.add(place)
        if not is_within(place, self._root) and any(os.path.dirname(place) == home for home in self._homes):
            self._remember(place)

    def _may_in_worktree(self, place: str, *, is_folder: bool, program: Callable[[], str]) -> bool:
        if self._is_own(place) or place in self._made or is_covered(place, self._caches):
            return True
        if is_folder and place in self._on_the_way:
            return not os.path.lexists(place)
        if self._ignored.covers(place, is_folder=is_folder):
            return True
        return not os.path.lexists(place) and self._is_temporary_here(place, is_folder=is_folder, program=program)

    def _is_temporary_here(self, place: str, *, is_folder: bool, program: Callable[[], str]) -> bool:
        name = os.path.basename(place)
        if not is_folder:
            return is_scratch(name) or own_caches.is_mark(name) or is_temporary(place, self._replaces, program)
        named = is_temporary(place, lambda each: self._ignored.covers(each, is_folder=True), program, is_folder=True)
        if named or is_scratch(name) or own_caches.is_one(name) or own_caches.is_unpacked(name, self._command):
            self._caches.add(place)  # and all that will be in it
            return True
        return False

    def _is_own(self, place: str) -> bool:
        relative = place[len(self._root) :].lstrip("/")
        return place in self._writes or any(covered.covers(relative) for covered in self._scopes)

    def _replaces(self, place: str) -> bool:
        """Whether a temporary file may stand in for `place`."""
        if os.path.isdir(place):
            return False
        return place in self._made or self._is_own(place) or self._ignored.covers(place, is_folder=False)

    def _may_elsewhere(self, place: str) -> bool:
        if is_covered(place, self._places) or any(self._is_temporary(place, folder) for folder in self._temporary):
            return True
        return any(self._is_new_in(home, place) for home in self._homes)

    def _is_temporary(self, place: str, folder: str) -> bool:
        in_home = bool(self._home) and is_within(place, self._home) and not is_within(folder, self._home)
        return place != folder and is_within(place, folder) and not in_home

    def _is_new_in(self, home: str, place: str) -> bool:
        if place == home or not is_within(place, home):
            return False
        own = os.path.join(home, place[len(home) :].lstrip("/").partition("/")[0])
        return own in self._made or not os.path.lexists(own)


def _above(place: str) -> list[str]:
    found = []
    while place != os.path.dirname(place):
        place = os.path.dirname(place)
        found.append(place)
    return found
