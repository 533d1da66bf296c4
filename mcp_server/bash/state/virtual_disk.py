"""The disk as it would be: what exists, overlaid with what the command has created, moved and removed so far.

The overlay records what *may* exist: a file created in a branch that may not be taken counts as created, one removed
there does not count as removed.
"""

from mcp_server.bash.unknown import BODY, NAME_PIECE, OWN_PROCESS, UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from mcp_server.bash.reading import How, Reading
    from mcp_server.bash.state.files import Files

MOST_PATHS = 5_000
MOST_LINKS = 40
MOST_TEXT = 200_000
PIPE_FOLDER = "/dev/fd/"
DIRECTORY, FILE, LINK, GONE = "directory", "file", "link", "gone"
_DEVICES = ("/dev/", "/proc/", "/sys/")
_KEPT_DEVICES = ("/dev/shm/", "/dev/mqueue/")  # noqa: S108  directories like any other


class VirtualDisk:
    """What exists where. Paths are absolute; writes are recorded in the reading."""

    __slots__ = ("_contents", "_over", "_removed", "_targets", "files", "reading", "unpredictable")

    def __init__(self, files: "Files", reading: "Reading") -> None:
        self.files = files
        self.reading = reading
        self.unpredictable = False  # something ran that may have created any file
        self._over: dict[str, str] = {}
        self._targets: dict[str, str] = {}
        self._contents: dict[str, object] = {}
        self._removed = False

    def kind(self, path: str) -> str | None:
        """What is at `path` itself, a link not followed; None for nothing."""
        over = self._over.get(path)
        if over is not None:
            return None if over is GONE else over
        if self._removed and any(self._over.get(above) is GONE for above in _above(path)):
            return None
        if self.files.is_link(path):
            return LINK
        if self.files.is_dir(path):
            return DIRECTORY
        return FILE if self.files.exists(path) else None

    def real(self, path: str) -> str:
        """`path` without links."""
        if not self._targets and not self._removed:
            return self.files.real(path)
        parts, done, links = path.split("/")[::-1], "", 0
        while parts:
            part = parts.pop()
            if part == "..":
                done = done.rpartition("/")[0]
            elif part not in ("", "."):
                done += "/" + part
                target = self._link(done)
                if target and links < MOST_LINKS:
                    links += 1
                    done = "" if target.startswith("/") else done.rpartition("/")[0]
                    parts += target.split("/")[::-1]
        return done or "/"

    def exists(self, path: str) -> bool:
        """Whether anything is there, links followed."""
        return self.kind(self.real(path)) is not None

    def is_dir(self, path: str) -> bool:
        """Whether a directory is there, links followed."""
        return self.kind(self.real(path)) is DIRECTORY

    def is_link(self, path: str) -> bool:
        """Whether the path itself is a link."""
        return self.kind(path) is LINK

    def may_exist(self, path: str) -> bool:
        """Whether anything is there, or may be since something unknown ran."""
        return self.unpredictable or self.exists(path) or self.is_link(path)

    def entries(self, directory: str) -> list[str]:
        """The names in a directory, sorted."""
        real = self.real(directory)
        names = set() if self._over.get(real) is GONE else set(self.files.entries(real))
        prefix = real.rstrip("/") + "/"
        for path, kind in self._over.items():
            if path.startswith(prefix) and "/" not in path[len(prefix) :] and path != prefix:
                (names.discard if kind is GONE else names.add)(path[len(prefix) :])
        return sorted(names)

    def below(self, directory: str) -> list[str] | None:
        """Every path below, links not followed, a directory before what is in it; None when they are too many."""
        found: list[str] = []
        waiting = [directory]
        while waiting:
            folder = waiting.pop()
            for name in self.entries(folder):
                path = f"{folder.rstrip('/')}/{name}"
                found.append(path)
                if self.kind(path) is DIRECTORY:
                    waiting.append(path)
            if len(found) > MOST_PATHS:
                return None
        return found

    def content(self, path: str) -> object:
        """The content of a file: text, an archive, or the marker for unknown text."""
        path = path if path in self._contents else self.real(path)
        if path in self._contents:
            deferred = self._contents[path]
            return deferred.value() if hasattr(deferred, "value") else deferred
        if path in self._over or self.unpredictable:
            return UNKNOWN
        text = self.files.text(path, MOST_TEXT)
        return UNKNOWN if text is None else text.replace(UNKNOWN, "\n")

    def text(self, path: str) -> str | None:
        """The text of a file where it is known."""
        content = self.content(path)
        return content if isinstance(content, str) and UNKNOWN not in content else None

    def set_content(self, path: str, content: object) -> None:
        """Remember the content of a file that the command created."""
        self._contents[path] = content

    def pipe(self, content: object) -> str:
        """A name under which `content` can be read."""
        path = f"{PIPE_FOLDER}{63 + len(self._contents)}"
        self._contents[path] = content
        return path

    def rewrite(self, path: str, verb: str) -> None:
        """Record that a file may be rewritten, with unknown content."""
        if self._can_contain(path):
            self._contents[path] = UNKNOWN
            self._note(path, verb)

    def write(self, path: str, verb: str, how: str = "file") -> None:
        """Record that the real `path` is written, and exists from now on."""
        if how == "file":
            if not self._can_contain(path):
                return
            others = self.files.other_names(path) if path not in self._over else []
            self._over[path] = FILE
            self._contents[path] = UNKNOWN
            for other in others:
                self.reading.add(other, "file", verb)
        self._note(path, verb, how)

    def may_write(self, path: str, verb: str, how: "How") -> None:
        """Record that a file, or anything in a directory, is written if the program needs to."""
        if self.kind(path) is None:
            self._over[path] = FILE if how == "file" else DIRECTORY
        self.reading.add_possible(path, how, verb)

    def replace(self, path: str, verb: str) -> None:
        """Record that a new file replaces `path`."""
        if self._can_contain(path):
            self._targets.pop(path, None)
            self._removed = self._removed or self.files.is_link(path)
            self._over[path] = FILE
            self._contents[path] = UNKNOWN
            self._note(path, verb)

    def change_attributes(self, path: str, verb: str) -> None:
        """Record a change of an existing path that leaves its kind and content as they are."""
        for other in self.files.other_names(path) if path not in self._over else []:
            self.reading.add(other, "file", verb)
        self._note(path, verb)

    def make_directory(self, path: str, verb: str) -> None:
        """Record that a directory is created, unless it exists."""
        if self.kind(path) is None and self._can_contain(path):
            self._over[path] = DIRECTORY
            self._note(path, verb)

    def make_link(self, path: str, target: str, verb: str) -> None:
        """Record that a symbolic link is created."""
        if self._can_contain(path):
            self._over[path] = LINK
            self._targets[path] = target
            self._note(path, verb)

    def remove(self, path: str, verb: str, *, certain: bool) -> None:
        """Record that `path` is removed, with everything below it."""
        inside: Iterable[str] | None = self.below(path) if self.kind(path) is DIRECTORY else []
        if inside is None:
            self._note(path, verb, "tree")
            inside = []
        self._note(path, verb)
        for gone in (*inside, path):
            self._note(gone, verb)
            if certain:
                self._over[gone] = GONE
                self._targets.pop(gone, None)
                self._contents.pop(gone, None)
                self._removed = True

    def copy_kind(self, source: str, path: str) -> None:
        """Give `path` the kind and content of `source`."""
        kind = self.kind(source)
        if kind is LINK:
            self._over[path] = LINK
            self._targets[path] = self._link(source)
        elif kind is FILE:
            self._contents[path] = self.content(source)

    def _can_contain(self, path: str) -> bool:
        above = path.rpartition("/")[0] or "/"
        return self.unpredictable or NAME_PIECE in path or self.kind(above) is DIRECTORY

    def _note(self, path: str, verb: str, how: str = "file") -> None:
        if path.startswith(_DEVICES) and not path.startswith(_KEPT_DEVICES):
            return
        piece = min((path.find(mark) for mark in (NAME_PIECE, OWN_PROCESS, BODY) if mark in path), default=-1)
        if piece >= 0:
            path, how = path[:piece], "prefix"
        self.reading.add(path, how, verb)  # type: ignore[arg-type]

    def _link(self, path: str) -> str:
        if path in self._targets:
            return self._targets[path]
        if path in self._over:
            return ""
        return self.files.target(path) if self.files.is_link(path) else ""


def _above(path: str) -> "Iterable[str]":
    end = path.rfind("/")
    while end > 0:
        yield path[:end]
        end = path.rfind("/", 0, end)
