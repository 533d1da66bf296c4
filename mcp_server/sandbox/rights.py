"""Which places does a recorded call grant, as the kernel can say it: directories with all below them, and files?

Nothing is made or changed here: what has to be made first is only named.
"""

from __future__ import annotations

import os

from mcp_server.domain.scopes import matching, pattern, scope
from mcp_server.sandbox.exclude import carved, is_covered, is_within, standing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mcp_server.sandbox.disk import Disk
    from mcp_server.sandbox.record import Record

_FILES_WITHOUT_ENDING = frozenset(
    "makefile dockerfile license licence readme gemfile rakefile procfile justfile".split()
)


class Grant:
    """A place that may be written.

    `kind` says what: a "tree" with all below it; a "file", or the existing files of a directory, in place; or only that
    "empty" directories in it may be removed.
    """

    __slots__ = ("kind", "path")

    def __init__(self, path: str, kind: str = "tree") -> None:
        self.path = path
        self.kind = kind

    def __eq__(self, other: object) -> bool:
        return (self.path, self.kind) == (other.path, other.kind) if isinstance(other, Grant) else NotImplemented

    def __hash__(self) -> int:
        return hash((self.path, self.kind))

    def __repr__(self) -> str:
        return f"Grant({self.path!r}, {self.kind!r})"


class Surroundings:
    """What a call finds beside its repository: its home, temporary directories, caches, and other worktrees."""

    __slots__ = ("caches", "devices", "home", "temporary", "worktrees")

    def __init__(
        self,
        *,
        home: str = "",
        temporary: Sequence[str] = (),
        devices: Sequence[str] = (),
        caches: Sequence[str] = (),
        worktrees: Sequence[str] = (),
    ) -> None:
        self.home = home
        self.temporary = tuple(temporary)
        self.devices = tuple(devices)
        self.caches = tuple(caches)
        self.worktrees = tuple(worktrees)


def of_scope(record: Record, disk: Disk) -> tuple[list[Grant], list[str]]:
    """What the patterns of a call grant, and the directories among it that are not there yet."""
    grants: dict[str, None] = {}
    missing: dict[str, None] = {}
    for alternative in _alternatives(record.patterns):
        place = _place(record.root, alternative, disk)
        if disk.real(place) != place:
            continue  # a link leads elsewhere, and what lies there is not covered by this pattern
        (grants if disk.is_dir(place) else missing)[place] = None
    return [Grant(place) for place in grants], [place for place in missing if not is_covered(place, grants)]


def of_known_writes(record: Record, grants: Iterable[Grant], disk: Disk) -> list[Grant]:
    """What else a call needs whose every write is known, and was found right by the guard.

    Something below a directory that is not there yet can't be granted: the nearest one above it that is there is.
    """
    if not record.complete:
        return []
    trees = [grant.path for grant in grants if grant.kind == "tree"]
    found = []
    inside = [path for path in record.writes if path != record.root and is_within(path, record.root)]
    # To make or remove something takes the right to the directory that it lies in.
    for above in dict.fromkeys(map(os.path.dirname, inside)):
        if not is_covered(above, trees):
            found.append(Grant(standing(above, disk)))
    return list(dict.fromkeys(found))


def beside(record: Record, surroundings: Surroundings, disk: Disk) -> list[Grant]:
    """What every call may write: git's own directory, temporary directories, devices, caches, what settings add."""
    worktrees = [record.root, *surroundings.worktrees]
    kept = [place for place in (*worktrees, *record.git_dirs) if place]
    around_home = [*kept, surroundings.home] if len(surroundings.home) > 1 else kept
    grants = [Grant(folder) for folder in (*record.git_dirs, *record.writable)]
    for folder in surroundings.temporary:
        # A home directory in a temporary one is kept; a temporary one in the home directory is granted.
        around = kept if is_within(folder, surroundings.home or "/") else around_home
        grants += [Grant(part) for part in carved(disk.real(folder), around, disk)]
    for folder in surroundings.caches:
        if disk.exists(folder):
            grants += [Grant(part) for part in carved(disk.real(folder), kept, disk)]
    for folder in surroundings.devices:
        grants += [Grant(part, "file") for part in carved(folder, kept, disk)]
    return list(dict.fromkeys(grants))


def meet(first: Sequence[Grant], second: Sequence[Grant]) -> list[Grant]:
    """What both grant: the narrower where one lies inside the other."""
    return list(dict.fromkeys([*_within(first, second), *_within(second, first)]))


def _within(inner: Sequence[Grant], outer: Sequence[Grant]) -> list[Grant]:
    found = []
    for grant in inner:
        around = [other.kind for other in outer if is_within(grant.path, other.path)]
        if "tree" in around or grant.kind in around:
            found.append(grant)
        elif grant.kind == "tree" and around:
            found.append(Grant(grant.path, around[0]))
    return found


def _alternatives(patterns: Iterable[str]) -> list[str]:
    found: list[str] = []
    for text in patterns:
        try:
            # What a scope takes away can't be taken away here.
            found += () if text.startswith("!") else scope.parse([text]).alternatives
        except pattern.PatternError:  # nothing is granted by what can't be understood
            continue
    return found


def _place(root: str, alternative: str, disk: Disk) -> str:
    """The smallest directory that holds all that `alternative` covers; a file's, because editors replace files."""
    anchor = scope.anchor(alternative)
    place = os.path.join(root, anchor) if anchor else root
    if disk.is_dir(place):
        return place
    if disk.exists(place) or (_is_literal(alternative) and _looks_like_a_file(os.path.basename(place))):
        return os.path.dirname(place)
    return place


def _is_literal(alternative: str) -> bool:
    return matching.is_literal(alternative) and not alternative.endswith("/")


def _looks_like_a_file(name: str) -> bool:
    return "." in name or name.lower() in _FILES_WITHOUT_ENDING
