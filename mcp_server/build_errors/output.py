"""One output while it is being read: its lines, those already consumed, and the files blamed so far."""

from __future__ import annotations

from bisect import bisect_right

from mcp_server.build_errors.file_names import Names, is_absolute
from mcp_server.build_errors.invocation import package_folder
from mcp_server.build_errors.reading import LONGEST_LINE, MOST_LINES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.build_errors.invocation import Invocation
    from mcp_server.build_errors.locations import Location
    from mcp_server.build_errors.other_roots import Place
    from mcp_server.build_errors.tree import Tree

_PROMOTED = tuple(
    (
        "warnings found and -werror|too many warnings|warnings treated as errors|warnings as errors|"
        "warnings-as-errors|under -werror|warnings in strict mode|failed due to warnings|xfatal-warnings|"
        "because of warnings|treating warnings as errors"
    ).split("|")
)
PATIENCE = 20_000
"""The total number of lines that readers may look ahead to understand other lines."""
MOST_PACKAGES = 400
BELOW = 8
"""How many lines below a location are searched for the error message."""
_CUT = "characters truncated]"


class Output:
    """What all readers work on. `failed`: whether the exit code reports a failure."""

    __slots__ = tuple(
        (
            "_begins _folders _here _names _packages cut failed fell files invocation lines patience strict taken tree "
            "unsure"
        ).split()
    )

    def __init__(self, lines: list[str], invocation: Invocation, cwd: str, tree: Tree, *, failed: bool) -> None:
        self.lines = lines
        self.taken = bytearray(len(lines))
        self.invocation = invocation
        self.failed = failed
        self.fell = failed or any(_says_failed(line) for line in lines)
        self.strict = failed and (invocation.strict or any(_promotes(line) for line in lines if "arning" in line))
        self.tree = tree
        self.files: dict[str, list[str]] = {}
        self.unsure: list[tuple[int, str, int]] = []
        self.patience = PATIENCE
        self.cut = any(_CUT in line for line in lines)
        self._folders: list[tuple[int, str | None]] = []
        self._begins: list[int] = []
        self._here: dict[int, str] = {}
        self._packages: dict[str, str | None] = {}
        self._names = Names(tree, invocation, cwd, self._place)

    def enter(self, at: int, folder: str | None) -> None:
        """From line `at` on, relative names are resolved against this folder first; with None they are not ours."""
        self._folders.append((at, folder))
        self._begins = []

    def settle(self, at: int, folder: str) -> None:
        """In line `at` alone, relative names are resolved against this folder first."""
        self._here[at] = folder

    def hint(self, folder: str) -> None:
        """Names that are found nowhere else are resolved against this folder."""
        self._names.also(folder)

    def package_folder(self, name: str) -> str | None:
        """The folder of the package of this name; looked for once, and for a few hundred names at most."""
        if name not in self._packages:
            if len(self._packages) >= MOST_PACKAGES:
                return None
            self._packages[name] = package_folder(name, self.tree)
        return self._packages[name]

    def take(self, at: int, to: int | None = None) -> None:
        """Mark these lines as consumed: no other reader looks at them."""
        end = at + 1 if to is None else to
        self.taken[at:end] = b"\x01" * (min(end, len(self.lines)) - at)

    def replace(self, text: str) -> None:
        """Replace the lines by `text`, which a test runner had wrapped in its own format."""
        self.lines = text.split("\n")
        self.taken = bytearray(len(self.lines))
        self._folders, self._begins = [], []
        self._here = {}

    def file(self, name: str, at: int) -> str | None:
        """The file of the repository that `name` refers to in line `at`, or None."""
        folder = self._here.get(at)
        entered = self._entered_at(at) if folder is None and self._folders else None
        if entered is not None:
            folder = entered[1]
            if folder is None and not is_absolute(name):
                return None
        return self._names.file(name, folder, lambda path: self._quoted(path, at))

    def _entered_at(self, at: int) -> tuple[int, str | None] | None:
        """The folder that was entered last before line `at`, with where."""
        if not self._begins:
            self._folders.sort(key=lambda entered: entered[0])
            self._begins = [begins for begins, _ in self._folders]
        index = bisect_right(self._begins, at)
        return self._folders[index - 1] if index else None

    def file_of(self, location: Location, at: int) -> str | None:
        """The file of a location in line `at`, even if its path has spaces or brackets."""
        path = self.file(location.path, at)
        if path is not None:
            return path
        line = self.lines[at]
        end = location.start + len(location.path)
        for begin in self._wider(line, location.start, end):
            path = self.file(line[begin:end], at)
            if path is not None:
                location.start = begin
                return path
        return None

    def is_elsewhere(self, name: str) -> bool:
        """Whether a name can only be one of a file outside the repository."""
        return self._names.elsewhere(name)

    def blame(self, path: str, at: int) -> None:
        """Record that line `at` reports an error in `path`."""
        said = self.files.setdefault(path, [])
        text = self._told(at)[:LONGEST_LINE] if at < len(self.lines) else ""
        if text and len(said) < MOST_LINES and text not in said:
            said.append(text)

    def blame_named(self, name: str, at: int) -> bool:
        """Record that line `at` reports an error in the file `name`; returns whether the repository has that file."""
        path = self.file(name, at)
        if path is not None:
            self.blame(path, at)
        return path is not None

    def _place(self) -> Place | None:
        from mcp_server.build_errors.other_roots import place

        invocation = self.invocation
        return place(self.lines, self.tree, invocation.directories, contained=invocation.contained)

    def _told(self, at: int) -> str:
        """Line `at`; if it only names a location, with the first error message below it."""
        from mcp_server.build_errors.severity import speaks_of_error

        text = self.lines[at].strip()
        if speaks_of_error(text):
            return text
        below = (line.strip() for line in self.lines[at + 1 : at + 1 + BELOW])
        return next((f"{text}: {line}" for line in below if speaks_of_error(line)), text)

    def doubt(self, path: str, at: int, rank: int) -> None:
        """Record that line `at` may report an error in `path`; used only if no error is certain."""
        if len(self.unsure) < 200:
            self.unsure.append((rank, path, at))

    def _wider(self, line: str, start: int, end: int) -> list[int]:
        if ":" in line[start + 2 : end]:  # `psql:sql/a.sql:3`
            colons = [at for at in range(start + 2, end) if line[at] == ":"][:4]
            return [*(at + 1 for at in colons), *self._spaced(line, start)]
        return self._spaced(line, start)

    def _spaced(self, line: str, start: int) -> list[int]:
        if not start or line[start - 1] not in " [(":
            return []
        begins = [line.rfind(" ", 0, start) + 1] if line[start - 1] != " " else []
        root = line.find(self.tree.root)
        if 0 <= root < start:
            begins.append(root)
        begins.append(len(line) - len(line.lstrip()))
        return [begin for begin in begins if begin < start]

    def _quoted(self, path: str, at: int) -> bool:
        """Whether the lines below `at` quote the reported line of `path`."""
        number = _number_after(self.lines[at])
        if not number:
            return False
        source = self.tree.text(path).split("\n", number)
        text = source[number - 1].strip() if number <= len(source) else ""
        return len(text) > 3 and any(text in line for line in self.lines[at : at + 6])


def counts_errors(line: str) -> bool:
    """Whether a line sums errors up, and not to none: `Found 3 errors in 2 files`, `make: *** [x] Error 1`."""
    if line.startswith(("make: *** ", "make[1]: *** ", "npm ERR! ", "npm error ")):
        return True
    at = line.find(" error")
    if at <= 0 or line[at + 6 : at + 7] not in ("", "s", " ", ".", ","):
        return False
    before = line[max(at - 16, 0) : at].removesuffix(" fatal").split()
    return bool(before) and before[-1].lstrip("(").isdigit() and before[-1].lstrip("(") != "0"


def _says_failed(line: str) -> bool:
    """Whether a line says that the run failed although the exit code does not; tests may expect a trace alone."""
    if line.startswith(("FAIL", "--- FAIL", "not ok ", "Node.js v", "panic:", "Exception in thread", "Uncaught ")):
        return True
    counted = line.partition(" failed")[0][-9:].split() if " failed" in line else []
    return " failing" in line or (bool(counted) and counted[-1].isdigit() and counted[-1] != "0")


def _promotes(line: str) -> bool:
    low = line.lower()
    return any(said in low for said in _PROMOTED)


def _number_after(line: str) -> int:
    from mcp_server.build_errors.locations import first_location

    location = first_location(line)
    return 0 if location is None else location.number
