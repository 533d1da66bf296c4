"""Test runners with their own way to say where a test failed."""

from __future__ import annotations

from mcp_server.build_errors.locations import first_location, locations
from mcp_server.build_errors.tools.interpreters import quoted_frame

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.build_errors.output import Output


_OF_PYTEST = ("test session starts", "short test summary", "\n____", "conftest", ".py:", "passed in ", "failed in ")
_AHEAD = 1_000
"""How many lines below a failed Go test are searched for its package."""


class _Entry:
    """One failure in pytest's report: the last file of the repository that it names has the error."""

    def __init__(self, output: Output, header: str, at: int) -> None:
        self._output = output
        self._header = header
        self._at = at
        self._last: tuple[str, int] | None = None
        self._captured = False

    def line(self, at: int, line: str) -> bool:
        """Read a line; returns whether it named a file of the repository."""
        if line.startswith("----") and "aptured" in line:
            self._captured = True
        if self._captured:
            return False
        name = _pytest_location(line)
        path = self._output.file(name, at) if name else None
        if path is not None:
            self._last = (path, at)
        return path is not None

    def close(self) -> None:
        """Blame the file of this failure."""
        if self._last is None and "collecting " in self._header:
            name = self._header.partition("collecting ")[2].strip(" _")
            path = self._output.file(name, self._at)
            self._last = (path, self._at) if path is not None else None
        if self._last is not None:
            self._output.blame(*self._last)


def _pytest_location(line: str) -> str:
    frame = quoted_frame(line)
    if frame is not None:
        return frame[1]
    if not line or line[0] in " >E_+-=":
        return ""
    location = first_location(line)
    return location.path if location is not None and location.start == 0 else ""


def pytest(output: Output, text: str) -> None:
    """The last location in each entry below FAILURES and ERRORS; without those, the files in the short summary."""
    if not any(sign in text for sign in _OF_PYTEST):
        return  # another tool's heading
    entry: _Entry | None = None
    inside = single = False
    before = len(output.files)
    for at, line in enumerate(output.lines):
        if line.startswith("===") and line.rstrip().endswith("="):
            if entry is not None:
                entry.close()
            inside = " FAILURES " in line or " ERRORS " in line
            entry, single = (_Entry(output, "", at) if inside else None), inside
        elif inside and entry is not None:
            output.take(at)
            if line.startswith("__") and line.rstrip().endswith("__"):
                entry.close()
                entry, single = _Entry(output, line, at), False
            elif entry.line(at, line) and single:
                entry.close()
                entry = _Entry(output, "", at)
    if entry is not None:
        entry.close()
    _conftest(output)
    _short_summary(output, alone=len(output.files) == before)


def _conftest(output: Output) -> None:
    entry: _Entry | None = None
    for at, line in enumerate(output.lines):
        if "while loading conftest" in line:
            entry = _Entry(output, "", at)
        elif entry is not None and not output.taken[at]:
            output.take(at)
            entry.line(at, line)
            if line.startswith("E "):
                entry.close()
                entry = None


def _short_summary(output: Output, *, alone: bool) -> None:
    for at, line in enumerate(output.lines):
        if output.taken[at]:
            continue
        if line.startswith(("FAILED ", "ERROR ")):
            name = line.split(" ", 2)[1]
            path = output.file(name.partition("::")[0], at)
            asserted = output.cut and " - assert" in line
            if path is not None:
                output.take(at)
                if alone or asserted:
                    output.blame(path, at)
        elif "%]" in line[-8:] and ".py" in line:
            output.take(at)


def go_test(output: Output, text: str) -> None:
    """The lines of failed tests, `cart_test.go:7: …`, in the package that failed with them."""
    heard: list[int] = []
    failing = False
    for at, line in enumerate(output.lines):
        said = line.strip()
        if said.startswith(("--- FAIL", "=== RUN", "--- PASS", "--- SKIP", "ok ", "FAIL\t", "=== CONT", "PASS")):
            if said.startswith("--- FAIL"):
                _blame_tests(output, heard)
            failing = said.startswith("--- FAIL") or (failing and said.startswith("FAIL"))
            if not said.startswith("=== CONT"):
                heard = []
        elif line[:1] in " \t" and ".go:" in said[:200] and "/" not in said.partition(".go:")[0]:
            output.take(at)
            heard.append(at)
            if failing:
                _blame_tests(output, heard)
                heard = []


def _blame_tests(output: Output, heard: list[int]) -> None:
    for at in heard:
        name = output.lines[at].strip().partition(".go:")[0] + ".go"
        path = " " not in name and (_in_package(output, name, at) or output.file(name, at))
        if path:
            output.blame(path, at)


def _in_package(output: Output, name: str, at: int) -> str | None:
    ahead = output.lines[at : at + min(output.patience, _AHEAD)]
    output.patience -= len(ahead)
    package = next((line.split("\t")[1].split(" ")[0] for line in ahead if line.startswith("FAIL\t")), "")
    parts = package.split("/")
    for begin in range(len(parts)):
        path = "/".join([*parts[begin:], name])
        if output.tree.is_file(path):
            return path
    return name if parts[-1] and output.tree.is_file(name) and len(parts) < 4 else None


def tap(output: Output, text: str) -> None:
    """In the block below each `not ok`: the innermost frame, otherwise the location of the test."""
    at, lines = 0, output.lines
    while at < len(lines):
        if (
            not lines[at].strip().startswith("not ok ")
            or lines[at + 1 : at + 2] == []
            or lines[at + 1].strip() != "---"
        ):
            at += 1
            continue
        end = at + 1
        while end < min(at + 200, len(lines)) and lines[end].strip() != "...":
            end += 1
        if "subtestsFailed" not in "".join(lines[at:end]):
            _blame_block(output, at, end)
        output.take(at, end)
        at = end


def _blame_block(output: Output, at: int, end: int) -> None:
    places: list[tuple[str, int]] = []
    stack = next((below for below in range(at, end) if output.lines[below].strip().startswith("stack:")), at)
    for below in (*range(stack, end), *range(at, stack)):
        for location in locations(output.lines[below]):
            path = output.file_of(location, below)
            before = output.lines[below][: location.start].rstrip()
            if path is not None and before.endswith(("(", " at", "at:")):
                output.blame(path, below)
                return
            if path is not None:
                places.append((path, below))
    if places:
        output.blame(*places[0])


def robot(output: Output, text: str) -> None:
    """The suite file of each failed test: Robot names suites, such as `Tests.Cart`, and not files."""
    suites: list[str] = []
    current = ""
    for at, line in enumerate(output.lines):
        name = line[:70].split("::")[0].strip()
        if at and output.lines[at - 1].startswith("====") and name and "|" not in line:
            current = name
            suites.append(name)
        elif line.rstrip().endswith("| FAIL |") and current and name not in suites:
            path = _suite_file(output, current, at)
            if path is not None:
                output.blame(path, at)


def _suite_file(output: Output, suite: str, at: int) -> str | None:
    name = suite.rpartition(".")[2]
    folders = suite.split(".")[:-1]
    for spelled in (name.lower().replace(" ", "_"), name.replace(" ", "_"), name.replace(" ", ""), name, name.lower()):
        for begin in range(len(folders) + 1):
            inside = [folder.lower().replace(" ", "_") for folder in folders[begin:]]
            path = output.file("/".join([*inside, spelled + ".robot"]), at)
            if path is not None:
                return path
    return None


def bats(output: Output, text: str) -> None:
    """The innermost file of each failed test: the first of `(from function … in file a, line 3, in test file b, …`."""
    last = -2
    for at, line in enumerate(output.lines):
        if "in file " not in line and "in test file " not in line:
            continue
        location = first_location(line)
        path = output.file_of(location, at) if location is not None else None
        output.take(at)
        if path is not None and last != at - 1:
            output.blame(path, at)
        last = at


def forge(output: Output, text: str) -> None:
    """`Ran 2 tests for test/Cart.t.sol:CartTest`, if there is a `[FAIL` below it."""
    ran: tuple[str, int] | None = None
    for at, line in enumerate(output.lines):
        if line.startswith(("Ran ", "Running ")) and " for " in line:
            path = output.file(line.rpartition(" for ")[2].partition(":")[0], at)
            ran = (path, at) if path is not None else None
        elif line.startswith("[FAIL") and ran is not None:
            output.blame(*ran)
