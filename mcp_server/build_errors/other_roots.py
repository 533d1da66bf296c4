"""Under which other path does an output name this repository: in a container, on another machine or drive?

Only one can be: the prefix that explains the absolute paths of the output, by at least two folders or files each. A
copy of a dependency may end like one of our files, but then most of what lies beside it in the output is not ours.
"""

from __future__ import annotations

from mcp_server.build_errors.foreign import is_foreign, is_system
from mcp_server.build_errors.invocation import below, home_of, join
from mcp_server.build_errors.locations import NAMES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.build_errors.tree import Tree

MOST_PATHS = 200
MOST_LINES = 20_000
_SHELVES = ("deps", "libraries", "external", "vendor", "third_party", "extern", "subprojects", "checkouts")
"""What the folder is called in which the sources of dependencies lie, one folder each."""
_IN_CONTAINERS = ("app", "code", "src", "workspace", "work", "project", "repo", "html", "source", "build", "srv")
"""What the folder of a checkout is called in an image."""
SURE = 3
"""A file this deep whose whole path is found elsewhere is hardly another one."""
_ENDS = ":\"'`()<>[]{},;|!*?$&=#"
_NUMBERED = tuple(":(#")


class Place:
    """A path elsewhere and the repo-relative folder that it stands for."""

    __slots__ = ("folder", "prefix")

    def __init__(self, prefix: str, folder: str) -> None:
        self.prefix = prefix
        self.folder = folder

    def file(self, name: str, tree: Tree) -> str | None:
        """The file of the repository that the absolute `name` is, if it lies here."""
        if not name.startswith(self.prefix + "/"):
            return None
        path = join(self.folder, "./" + name[len(self.prefix) + 1 :])
        return path if path and tree.is_file(path) else None


def place(lines: list[str], tree: Tree, folders: list[str], *, contained: bool) -> Place | None:
    """Where the output has the repository, besides its root. `contained`: the command may run somewhere else."""
    located, unlocated, named = _absolute_paths(lines)
    root = tree.root.replace("\\", "/").rstrip("/")
    ours = root.rpartition("/")[2]
    home = next((home for path in [root, *located] if (home := home_of(path))), "")
    located, unlocated = (
        [home + path[1:] if home and path[0] == "~" else path for path in paths] for paths in (located, unlocated)
    )
    if not contained and any(inside and tree.is_file(inside) for path in located if (inside := below(path, root))):
        return None
    elsewhere = [path for path in located if _may_be_ours(path, root, ours)]
    others = [path for path in unlocated if _may_be_ours(path, root, ours)]
    every = [*elsewhere, *others][:MOST_PATHS]
    known = {*named, ours, *_shared(every, tree), *(_IN_CONTAINERS if contained else ())}
    votes = _votes(every, tree, [*folders[:4], ""] if contained else ["", *folders[:4]], known)
    return _winner(votes, elsewhere, tree, ours)


def _may_be_ours(path: str, root: str, ours: str) -> bool:
    return below(path, root) is None and not is_system(path, ours) and not is_foreign(path, ours)


def _shared(paths: list[str], tree: Tree) -> set[str]:
    """The folders elsewhere that have two files of the names that lie at our root."""
    parents: dict[str, set[str]] = {}
    for path in paths:
        parent, _, name = path.rpartition("/")
        if tree.is_file(name):
            parents.setdefault(parent, set()).add(name)
    return {parent for parent, names in parents.items() if len(names) > 1}


def _votes(paths: list[str], tree: Tree, folders: list[str], known: set[str]) -> dict[tuple[str, str], set[str]]:
    votes: dict[tuple[str, str], set[str]] = {}
    for path in paths:
        for prefix, folder, file in _explained(path, tree, folders, known):
            votes.setdefault((prefix, folder), set()).add(file)
    return votes


def _explained(path: str, tree: Tree, folders: list[str], known: set[str]) -> list[tuple[str, str, str]]:
    """The longest end of the path that is a file of ours; one name alone counts in a folder that is `known`."""
    parts = path.split("/")
    for at in range(max(len(parts) - 12, 1), len(parts)):
        prefix = "/".join(parts[:at])
        if at == len(parts) - 1 and prefix not in known and parts[at - 1] not in known:
            break
        for folder in folders:
            file = join(folder, "./" + "/".join(parts[at:]))
            if file and tree.is_file(file):
                return [(prefix, folder, file)]
    return []


def _winner(votes: dict[tuple[str, str], set[str]], paths: list[str], tree: Tree, ours: str) -> Place | None:
    ranked = sorted(votes.items(), key=lambda item: -len(item[1]))
    if not ranked or (len(ranked) > 1 and len(ranked[1][1]) == len(ranked[0][1])):
        return None
    found = Place(*ranked[0][0])
    beside = [path for path in paths if path.startswith(found.prefix + "/")]
    right = sum(found.file(path, tree) is not None for path in beside)
    if found.prefix.rpartition("/")[0].rpartition("/")[2] in _SHELVES:
        return None
    share = right / len(beside) if beside else 1
    sure = found.prefix.endswith("/" + ours) or any(file.count("/") >= SURE for file in ranked[0][1])
    return found if share > (0.25 if sure else 0.5) else None


def _absolute_paths(lines: list[str]) -> tuple[list[str], list[str], set[str]]:
    """The absolute paths of files that have a line number behind them, those that have none, and other paths."""
    located: dict[str, None] = {}
    unlocated: dict[str, None] = {}
    named: set[str] = set()
    for line in lines[:MOST_LINES]:
        if "/" not in line and ":\\" not in line:
            continue
        for word in line.replace("\\", "/").replace("file:///", " /").split():
            path, rest = _absolute(word)
            if "." not in path[path.rfind("/") :] and path[path.rfind("/") + 1 :] not in NAMES:
                named.add(path.rstrip("/"))
            elif rest[:1] in _NUMBERED or rest[:2] in ('",', "',", '":', "':"):
                located[path] = None
            else:
                unlocated[path] = None
        if len(located) > MOST_PATHS * 4:
            break
    return list(located), list(unlocated)[:MOST_PATHS], named


def _absolute(word: str) -> tuple[str, str]:
    begin = word.find("~/") if "~/" in word else word.find("/")
    if begin >= 0 and word[begin + 2 : begin + 4] == ":/":  # `file:///C:/x`
        begin += 3
    if begin < 0:
        return "", ""
    drive = (
        word[begin - 1] == ":" and word[begin - 2 : begin - 1].isalpha() and not word[begin - 3 : begin - 2].isalnum()
    )
    if drive:
        begin -= 2
    elif begin and (word[begin - 1].isalnum() or word[begin - 1] in "._-~/*" or word[begin : begin + 2] == "//"):
        return "", ""
    end = begin + (3 if drive else 1)
    while end < len(word) and word[end] not in _ENDS:
        end += 1
    return word[begin:end], word[end:]
