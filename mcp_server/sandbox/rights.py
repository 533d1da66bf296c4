"""The places that a recorded call grants, as the kernel can express them: directories with all below them, and files.

Nothing is created here: directories that must be created first are only named.
"""

from __future__ import annotations

import os

from mcp_server.domain.scopes import matching, pattern, scope
from mcp_server.sandbox.exclude import excluding, is_covered, is_within, nearest_existing
from mcp_server.sandbox.record import BETWEEN_SCOPES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mcp_server.domain.scopes.scope import Scope
    from mcp_server.sandbox.record import Record

_FILES_WITHOUT_ENDING = frozenset(
    "makefile dockerfile license licence readme gemfile rakefile procfile justfile".split()
)
# These write a file anew beside the old one and rename it, or remove it first.
_REPLACING = frozenset(
    """bundle cargo composer dart git go gofmt install mix mv npm npx patch perl pnpm poetry prettier ruff sed sponge
    tar uv vim yarn""".split()
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


def scopes_of(patterns: Iterable[str]) -> list[Scope]:
    """The scopes in a record's patterns, one for each lease; an invalid pattern grants nothing."""
    groups: list[list[str]] = [[]]
    for text in patterns:
        if text == BETWEEN_SCOPES:
            groups.append([])
        elif _is_valid(text):
            groups[-1].append(text)
    return [scope.parse(group) for group in groups if any(not text.startswith("!") for text in group)]


def of_scope(record: Record) -> tuple[list[Grant], list[str]]:
    """What the patterns of a call grant, and the directories among them that do not exist yet.

    For a call that nobody supervises: a pattern with a wildcard grants the smallest directory that contains all of it,
    and a file its directory where one of the call's programs is known to replace files.
    """
    grants: dict[Grant, None] = {}
    missing: dict[str, None] = {}
    replaces = not _REPLACING.isdisjoint(map(os.path.basename, record.programs))
    for alternative in _including(record.patterns):
        place = _place(record.root, alternative)
        if os.path.realpath(place) != place:
            continue  # the target of a link is not covered by this pattern
        if os.path.isdir(place):
            grants[Grant(place)] = None
        elif os.path.lexists(place) or _means_a_file(place, alternative):
            grants[Grant(os.path.dirname(place)) if replaces else Grant(place, "file")] = None
        else:
            missing[place] = None
    return _existing(grants), [place for place in missing if not is_covered(place, _trees(grants))]


def of_whole_places(record: Record) -> list[Grant]:
    """What the patterns of a call cover without a remainder: directories with all below them, and files.

    For a call that is supervised, which allows the rest one by one.
    """
    return list(dict.fromkeys(grant for each in scopes_of(record.patterns) for grant in _whole(record.root, each)))


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
    private: Sequence[str] = (),
) -> list[Grant]:
    """What every call may write: git's own directory, temporary directories, devices, caches, and what settings add.

    Nothing in `private` is granted, and to a call that is `closed` nothing of git's.
    """
    excluded = [place for place in (record.root, *worktrees, *record.git_dirs) if place]
    around_home = [*excluded, home] if len(home) > 1 else excluded
    git_dirs = () if record.closed else record.git_dirs
    grants = [Grant(part) for folder in git_dirs for part in excluding(folder, private)]
    grants += [Grant(folder) for folder in record.writable]
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


def _whole(root: str, covered: Scope) -> list[Grant]:
    found = []
    taken_away = [os.path.join(root, scope.anchor(each)) for each in covered.exclusions]
    for alternative in covered.alternatives:
        place = _place(root, alternative)
        if os.path.realpath(place) != place or not _is_all_below(alternative):
            continue
        if os.path.isdir(place) and not any(is_within(other, place) or is_within(place, other) for other in taken_away):
            found.append(Grant(place))
        elif os.path.isfile(place) and not taken_away:
            found.append(Grant(place, "file"))
    return found


def _including(patterns: Iterable[str]) -> list[str]:
    return [alternative for each in scopes_of(patterns) for alternative in each.alternatives]


def _is_valid(text: str) -> bool:
    try:
        pattern.read(text)
    except pattern.PatternError:
        return False
    return True


def _existing(grants: Iterable[Grant]) -> list[Grant]:
    return [grant for grant in grants if os.path.exists(grant.path)]


def _trees(grants: Iterable[Grant]) -> list[str]:
    return [grant.path for grant in grants if grant.kind == "tree"]


def _place(root: str, alternative: str) -> str:
    anchor = scope.anchor(alternative)
    return os.path.join(root, anchor) if anchor else root


def _is_all_below(alternative: str) -> bool:
    """Whether `alternative` covers its anchor and everything below it."""
    rest = alternative.removeprefix("./").removeprefix(scope.anchor(alternative))
    return rest in ("", "/", "/**", "/**/*", "**", "**/*")


def _means_a_file(place: str, alternative: str) -> bool:
    name = os.path.basename(place)
    named = matching.is_literal(alternative) and not alternative.endswith("/")
    return named and ("." in name or name.lower() in _FILES_WITHOUT_ENDING)
