"""Which file of the repository does a name in an output refer to? The only possible one, or none."""

from __future__ import annotations

from mcp_server.build_errors.invocation import below, join

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from mcp_server.build_errors.tree import Tree

MOST_NAMES = 3_000
_FOREIGN = tuple(
    (
        "node_modules site-packages dist-packages .venv venv .tox .nox .git .cargo .rustup bower_components rustc "
        "Pods .gradle .m2 vendor .next _build .stack-work .yarn"
    ).split()
)
_SYSTEM = ("/usr/", "/opt/", "/lib/", "/nix/", "/snap/", "/proc/", "/dev/", "/etc/", "/var/lib/", "/Library/")


class Names:
    """Finds the files that one output names, with a cache: an output names the same few files again and again."""

    __slots__ = ("_folders", "_known", "_tree")

    def __init__(self, tree: Tree, folders: list[str]) -> None:
        self._tree = tree
        self._folders = folders
        self._known: dict[tuple[str, str], tuple[str, ...]] = {}

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
        preferred = [path for path in found if path[:1] != "?" and prefers(path)] or [
            path[1:] for path in found if path[:1] == "?" and prefers(path[1:])
        ]
        if preferred:
            return preferred[0]
        return found[0] if found[0][:1] != "?" else None

    def _candidates(self, name: str, folder: str | None) -> list[str]:
        """Files that the name may refer to; those that were only found by the end of their path begin with `?`."""
        name = _cleaned(name)
        if not name or any(part in _FOREIGN for part in name.split("/")):
            return []
        if name[0] == "/" or name[1:3] == ":/":
            return self._absolute(name)
        seen: list[str] = []
        for start in self._folders if folder is None else [folder, *self._folders]:
            path = join(start, name)
            if path and path not in seen and self._tree.is_file(path):
                seen.append(path)
        return seen or self._somewhere(name)

    def _absolute(self, name: str) -> list[str]:
        path = below(name, self._tree.root)
        if path is not None:
            return [path] if path and self._tree.is_file(path) else []
        if name.startswith(_SYSTEM):
            return []
        # The same repository under another path: in a container, on another machine or drive.
        parts = [part for part in name.split("/") if part][-12:]
        for at in range(1, len(parts)):
            path = "/".join(parts[at:])
            if self._tree.is_file(path):
                return [path]
        return []

    def _somewhere(self, name: str) -> list[str]:
        parts = [part for part in name.split("/") if part not in ("", ".", "..")]
        if not parts or " " in name or "*" in name or "=" in name:
            return []
        found = self._tree.find("/".join(parts))
        if not found and len(parts) > 2:
            found = self._tree.find("/".join(parts[1:]))
        found = [path for path in found if not any(part in _FOREIGN for part in path.split("/"))]
        return found if len(found) == 1 else ["?" + path for path in found]


def _cleaned(name: str) -> str:
    if name.startswith("file:"):
        name = name[5:].replace("///", "/", 1) if name.startswith("file:///") else name[5:]
    for scheme in ("webpack-internal:///", "webpack://", "webpack:///", "rollup://", "vite://"):
        if name.startswith(scheme):
            name = name[len(scheme) :].lstrip("/")
    if "\\" in name:
        name = name.replace("\\\\", "/").replace("\\", "/")
    if "%20" in name:
        name = name.replace("%20", " ")
    if name[:1] == "/" and name[2:4] == ":/":
        name = name[1:]
    return name.partition("?")[0]
