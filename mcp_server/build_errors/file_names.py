"""Which file of the repository does a name in an output refer to? The only possible one, or none."""

from __future__ import annotations

from mcp_server.build_errors.foreign import is_foreign, is_stored, is_system
from mcp_server.build_errors.invocation import below, home_of, join

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from mcp_server.build_errors.invocation import Invocation
    from mcp_server.build_errors.other_roots import Place
    from mcp_server.build_errors.tree import Tree

MOST_NAMES = 3_000


class Names:
    """Finds the files that one output names, with a cache: an output names the same few files again and again."""

    __slots__ = ("_elsewhere", "_entered", "_folders", "_known", "_ours", "_place", "_search", "_tree", "_words")

    def __init__(self, tree: Tree, invocation: Invocation, cwd: str, search: Callable[[], Place | None]) -> None:
        """`search` finds where else the output has the repository; it is asked once, and only if it matters."""
        self._entered = invocation.directories
        self._words = invocation.words
        folders = [*invocation.directories, cwd, *invocation.hints, ""]
        self._tree = tree
        self._folders = folders
        self._known: dict[tuple[str, str], tuple[str, ...]] = {}
        self._elsewhere: dict[str, bool] = {}
        self._ours = tree.root.replace("\\", "/").rstrip("/").rpartition("/")[2]
        self._search = search
        self._place: list[Place | None] = []

    def also(self, folder: str) -> None:
        """Also look in this folder, after all the others."""
        if folder not in self._folders and len(self._folders) < 40:
            self._folders.append(folder)

    def file(self, name: str, folder: str | None, prefers: Callable[[str], bool]) -> str | None:
        """The repo-relative path, or None; `prefers` chooses among several candidates."""
        key = (name, folder or "")
        found = self._known.get(key)
        if found is None:
            if len(self._known) >= MOST_NAMES:
                return None
            found = self._known[key] = tuple(self._candidates(name, folder))
        if len(found) < 2:
            return found[0] if found else None
        inside = [
            path for path in found if any(path.startswith(f"?{start}/") for start in (folder, *self._entered) if start)
        ]
        if len(inside) == 1:
            return inside[0][1:]
        preferred = [path for path in found if path[:1] != "?" and prefers(path)] or [
            path[1:] for path in found if path[:1] == "?" and prefers(path[1:])
        ]
        if preferred:
            return preferred[0]
        return found[0] if found[0][:1] != "?" else None

    def elsewhere(self, name: str) -> bool:
        """Whether a name can only be a file outside the repository, so that what is said beside it is too."""
        known = self._elsewhere.get(name)
        if known is None:
            clean = _cleaned(name)
            if is_absolute(clean):
                known = not self._absolute(clean) and below(clean, self._tree.root) is None
            else:
                known = is_foreign(clean, self._ours)
            self._elsewhere[name] = known
        return known

    def _candidates(self, name: str, folder: str | None) -> list[str]:
        """Files that the name may refer to; those that were only found by the end of their path begin with `?`."""
        name = _cleaned(name)
        if name.startswith("package:"):
            name = self._in_package(name)
        if not name:
            return []
        if is_absolute(name):
            return self._absolute(name)
        if is_stored(name):
            return []
        seen: list[str] = []
        for start in self._folders if folder is None else [folder, *self._folders]:
            path = join(start, name)
            if path and path not in seen and self._tree.is_file(path):
                seen.append(path)
        if seen or is_foreign(name, self._ours):
            return seen
        if name.startswith("sketch/"):  # Arduino's copy of the folder of the sketch
            beside = (join(start, name[len("sketch/") :]) for start in self._folders if start)
            return [path for path in beside if path and self._tree.is_file(path)][:1] or self._somewhere(name)
        if name.startswith("./"):  # below a folder that the command names, or nowhere
            return [path for word in self._words if (path := join(word, name)) and self._tree.is_file(path)][:1]
        return self._somewhere(name)

    def _absolute(self, name: str) -> list[str]:
        path = below(name, self._tree.root)
        if path is None and name[0] == "~":
            path = below(home_of(self._tree.root) + name[1:], self._tree.root)
        if path is not None:
            return [path] if path and not is_stored(path) and self._tree.is_file(path) else []
        if is_system(name, self._ours) or is_foreign(name, self._ours):
            return []
        if not self._place:
            self._place.append(self._search())
        place = self._place[0]
        if place is not None and name[0] == "~":
            name = home_of(place.prefix) + name[1:]
        path = place.file(name, self._tree) if place is not None else None
        return [path] if path is not None else []

    def _somewhere(self, name: str) -> list[str]:
        parts = [part for part in name.split("/") if part not in ("", ".", "..")]
        if not parts or " " in name or "*" in name or "=" in name:
            return []
        found = self._tree.find("/".join(parts))
        if name.startswith("../") and (len(parts) < 2 or "/".join(parts) in found):  # from a folder for what is built
            found = [path for path in found if path == "/".join(parts)]
        if not found and len(parts) > 2:
            beside = (join(folder, "/".join(parts[1:])) for folder in self._folders if folder)
            found = [path for path in beside if path and self._tree.is_file(path)][:1]
            found = found or self._tree.find("/".join(parts[1:]))
        found = [path for path in found if not is_stored(path)]
        return found if len(found) == 1 else ["?" + path for path in found]

    def _in_package(self, name: str) -> str:
        """`package:acme/cart.dart` is `lib/cart.dart` of the package of that name, if it is one of ours."""
        package, _, path = name[len("package:") :].partition("/")
        specs = self._tree.find("pubspec.yaml")[:40]
        if not specs and package == self._ours:
            return "lib/" + path
        for spec in specs:
            text = self._tree.text(spec)
            if f"name: {package}\n" in text + "\n" or (not text and package == self._ours):
                return join(spec.rpartition("/")[0], "lib/" + path) or ""
        return ""


def _from_sandbox(name: str) -> str:
    """What a file in a sandbox of Bazel is a copy of, relative to the repository."""
    for mark in (".runfiles/", "/execroot/"):
        _, found, rest = name.rpartition(mark)
        if found:
            return rest.partition("/")[2]
    return name


def is_absolute(name: str) -> bool:
    """Whether a cleaned name begins at the root of a file system, of a drive or of a home directory."""
    return name[:1] in ("/", "~") or name[1:3] == ":/"


def _cleaned(name: str) -> str:
    if name.startswith("file:"):
        name = name[5:].replace("///", "/", 1) if name.startswith("file:///") else name[5:]
    for scheme in ("webpack-internal:///", "webpack:///", "webpack://", "rollup://", "vite://", "res://"):
        if name.startswith(scheme):
            name = name[len(scheme) :].lstrip("/").removeprefix("./").replace("/./", "/")
    if "\\" in name:
        name = name.replace("\\\\", "/").replace("\\", "/")
    if "%20" in name:
        name = name.replace("%20", " ")
    if name[:1] == "/" and name[2:4] == ":/":
        name = name[1:]
    if "/execroot/" in name or ".runfiles/" in name:
        name = _from_sandbox(name)
    return name.partition("?")[0].rstrip(":")
