"""The places that a recorded call grants, as the kernel can express them: directories with all below them, and files.

Nothing is created here: directories that must be created first are only named.
"""

from __future__ import annotations

import os

from mcp_server.domain.scopes import matching, pattern, scope
from mcp_server.sandbox.exclude import excluding, is_covered, is_within, nearest_existing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mcp_server.sandbox.record import Record

_FILES_WITHOUT_ENDING = frozenset(
    "makefile dockerfile license licence readme gemfile rakefile procfile justfile".split()
)


class Grant:
    """A place that may be written.

    `kind` is "tree" for a directory with all below it, "file" for the contents of a file, or of the existing files in a
    directory, and "empty" where only empty directories may be removed.
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


def of_scope(record: Record) -> tuple[list[Grant], list[str]]:
    """What the patterns of a call grant, and the directories among them that do not exist yet."""
    grants: dict[str, None] = {}
    missing: dict[str, None] = {}
    for alternative in _alternatives(record.patterns):
        place = _place(record.root, alternative)
        if os.path.realpath(place) != place:
            continue  # the target of a link is not covered by this pattern
        (grants if os.path.isdir(place) else missing)[place] = None
    return [Grant(place) for place in grants], [place for place in missing if not is_covered(place, grants)]


def of_known_writes(record: Record, grants: Iterable[Grant]) -> list[Grant]:
    """What else a call needs whose every write is known and was allowed by the guard.

    Below a directory that does not exist nothing can be granted: the nearest existing one above it is.
    """
    if not record.complete:
        return []
    trees = [grant.path for grant in grants if grant.kind == "tree"]
    inside = [path for path in record.writes if path != record.root and is_within(path, record.root)]
    # Creating or removing something needs the right to its directory.
    needed = [above for above in map(os.path.dirname, inside) if not is_covered(above, trees)]
    return [Grant(place) for place in dict.fromkeys(map(nearest_existing, needed))]


def beside(  # noqa: PLR0913  all but one are named
    record: Record,
    *,
    home: str,
    temporary: Iterable[str],
    devices: Iterable[str],
    caches: Iterable[str],
    worktrees: Iterable[str],
) -> list[Grant]:
    """What every call may write: git's own directory, temporary directories, devices, caches, and what settings add."""
    excluded = [place for place in (record.root, *worktrees, *record.git_dirs) if place]
    around_home = [*excluded, home] if len(home) > 1 else excluded
    grants = [Grant(folder) for folder in (*record.git_dirs, *record.writable)]
    for folder in temporary:
        # A home in a temporary directory is excluded; a temporary directory in the home is granted.
        around = excluded if is_within(folder, home or "/") else around_home
        grants += [Grant(part) for part in excluding(os.path.realpath(folder), around)]
    for folder in filter(os.path.lexists, caches):
        grants += [Grant(part) for part in excluding(os.path.realpath(folder), excluded)]
    for folder in devices:
        grants += [Grant(part, "file") for part in excluding(folder, excluded)]
    return list(dict.fromkeys(grants))


def intersect(first: Sequence[Grant], second: Sequence[Grant]) -> list[Grant]:
    """What both grant: the narrower one where one lies inside the other."""
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
            # What a scope excludes cannot be excluded here.
            found += () if text.startswith("!") else scope.parse([text]).alternatives
        except pattern.PatternError:  # an invalid pattern grants nothing
            continue
    return found


def _place(root: str, alternative: str) -> str:
    """The smallest directory that contains all that `alternative` covers; editors replace files, so never a file."""
    anchor = scope.anchor(alternative)
    place = os.path.join(root, anchor) if anchor else root
    if os.path.isdir(place):
        return place
    if os.path.lexists(place) or (_is_literal(alternative) and _looks_like_a_file(os.path.basename(place))):
        return os.path.dirname(place)
    return place


def _is_literal(alternative: str) -> bool:
    return matching.is_literal(alternative) and not alternative.endswith("/")


def _looks_like_a_file(name: str) -> bool:
    return "." in name or name.lower() in _FILES_WITHOUT_ENDING
