"""Test runners that say in words of their own where a test failed."""

from __future__ import annotations

from mcp_server.build_errors.locations import spots
from mcp_server.build_errors.tools.interpreters import quoted_frame

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.build_errors.output import Page


_AHEAD = 1_000
"""Lines below a failed Go test in which its package is looked for."""


class _Entry:
    """One failure in pytest's report: the last file of the repository that it names is where it lies."""

    def __init__(self, page: Page, header: str, at: int) -> None:
        self._page = page
        self._header = header
        self._at = at
        self._last: tuple[str, int] | None = None
        self._captured = False

    def line(self, at: int, line: str) -> bool:
        """Take a line in; whether it named a file of the repository."""
        if line.startswith("----") and "aptured" in line:
            self._captured = True
        if self._captured:
            return False
        name = _pytest_place(line)
        path = self._page.file(name, at) if name else None
        if path is not None:
            self._last = (path, at)
        return path is not None

    def close(self) -> None:
        """Blame what the failure has come down to."""
        if self._last is None and "collecting " in self._header:
            name = self._header.partition("collecting ")[2].strip(" _")
            path = self._page.file(name, self._at)
            self._last = (path, self._at) if path is not None else None
        if self._last is not None:
            self._page.blame(*self._last)


def _pytest_place(line: str) -> str:
    frame = quoted_frame(line)
    if frame is not None:
        return frame[1]
    if not line or line[0] in " >E_+-=":
        return ""
    spot = next(iter(spots(line)), None)
    return spot.path if spot is not None and spot.start == 0 else ""


def pytest(page: Page, text: str) -> None:
    """The last place of each entry below FAILURES and ERRORS; without those, the files of the short summary."""
    entry: _Entry | None = None
    inside = single = False
    before = len(page.files)
    for at, line in enumerate(page.lines):
        if line.startswith("===") and line.rstrip().endswith("="):
            if entry is not None:
                entry.close()
            inside = " FAILURES " in line or " ERRORS " in line
            entry, single = (_Entry(page, "", at) if inside else None), inside
        elif inside and entry is not None:
            page.take(at)
            if line.startswith("__") and line.rstrip().endswith("__"):
                entry.close()
                entry, single = _Entry(page, line, at), False
            elif entry.line(at, line) and single:
                entry.close()
                entry = _Entry(page, "", at)
    if entry is not None:
        entry.close()
    _conftest(page)
    _short_summary(page, alone=len(page.files) == before)


def _conftest(page: Page) -> None:
    entry: _Entry | None = None
    for at, line in enumerate(page.lines):
        if "while loading conftest" in line:
            entry = _Entry(page, "", at)
        elif entry is not None and not page.taken[at]:
            page.take(at)
            entry.line(at, line)
            if line.startswith("E "):
                entry.close()
                entry = None


def _short_summary(page: Page, *, alone: bool) -> None:
    for at, line in enumerate(page.lines):
        if page.taken[at]:
            continue
        if line.startswith(("FAILED ", "ERROR ")):
            name = line.split(" ", 2)[1]
            path = page.file(name.partition("::")[0], at)
            asserted = page.cut and " - assert" in line
            if path is not None:
                page.take(at)
                if alone or asserted:
                    page.blame(path, at)
        elif "%]" in line[-8:] and ".py" in line:
            page.take(at)


def go_test(page: Page, text: str) -> None:
    """The lines of tests that failed, `cart_test.go:7: …`, in the package that failed with them."""
    heard: list[int] = []
    failing = False
    for at, line in enumerate(page.lines):
        said = line.strip()
        if said.startswith(("--- FAIL", "=== RUN", "--- PASS", "--- SKIP", "ok ", "FAIL\t", "=== CONT", "PASS")):
            if said.startswith("--- FAIL"):
                _blame_tests(page, heard)
            failing = said.startswith("--- FAIL") or (failing and said.startswith("FAIL"))
            if not said.startswith("=== CONT"):
                heard = []
        elif line[:1] in " \t" and ".go:" in said[:200] and "/" not in said.partition(".go:")[0]:
            page.take(at)
            heard.append(at)
            if failing:
                _blame_tests(page, heard)
                heard = []


def _blame_tests(page: Page, heard: list[int]) -> None:
    for at in heard:
        name = page.lines[at].strip().partition(".go:")[0] + ".go"
        path = " " not in name and (_in_package(page, name, at) or page.file(name, at))
        if path:
            page.blame(path, at)


def _in_package(page: Page, name: str, at: int) -> str | None:
    ahead = page.lines[at : at + min(page.patience, _AHEAD)]
    page.patience -= len(ahead)
    package = next((line.split("\t")[1].split(" ")[0] for line in ahead if line.startswith("FAIL\t")), "")
    parts = package.split("/")
    for begin in range(len(parts)):
        path = "/".join([*parts[begin:], name])
        if page.tree.is_file(path):
            return path
    return name if parts[-1] and page.tree.is_file(name) and len(parts) < 4 else None


def tap(page: Page, text: str) -> None:
    """In the block below each `not ok`: the innermost frame, else the place of the test."""
    at, lines = 0, page.lines
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
            _blame_block(page, at, end)
        page.take(at, end)
        at = end


def _blame_block(page: Page, at: int, end: int) -> None:
    places: list[tuple[str, int]] = []
    stack = next((below for below in range(at, end) if page.lines[below].strip().startswith("stack:")), at)
    for below in (*range(stack, end), *range(at, stack)):
        for spot in spots(page.lines[below]):
            path = page.file_of(spot, below)
            before = page.lines[below][: spot.start].rstrip()
            if path is not None and before.endswith(("(", " at", "at:")):
                page.blame(path, below)
                return
            if path is not None:
                places.append((path, below))
    if places:
        page.blame(*places[0])


def robot(page: Page, text: str) -> None:
    """The suite file of each test that failed: Robot names suites, `Tests.Cart`, not files."""
    suites: list[str] = []
    current = ""
    for at, line in enumerate(page.lines):
        name = line[:70].split("::")[0].strip()
        if at and page.lines[at - 1].startswith("====") and name and "|" not in line:
            current = name
            suites.append(name)
        elif line.rstrip().endswith("| FAIL |") and current and name not in suites:
            path = _suite_file(page, current, at)
            if path is not None:
                page.blame(path, at)


def _suite_file(page: Page, suite: str, at: int) -> str | None:
    name = suite.rpartition(".")[2]
    folders = suite.split(".")[:-1]
    for spelled in (name.lower().replace(" ", "_"), name.replace(" ", "_"), name.replace(" ", ""), name, name.lower()):
        for begin in range(len(folders) + 1):
            inside = [folder.lower().replace(" ", "_") for folder in folders[begin:]]
            path = page.file("/".join([*inside, spelled + ".robot"]), at)
            if path is not None:
                return path
    return None


def bats(page: Page, text: str) -> None:
    """The innermost file of each failed test: the first of `(from function … in file a, line 3, in test file b, …`."""
    last = -2
    for at, line in enumerate(page.lines):
        if "in file " not in line and "in test file " not in line:
            continue
        spot = next(iter(spots(line)), None)
        path = page.file_of(spot, at) if spot is not None else None
        page.take(at)
        if path is not None and last != at - 1:
            page.blame(path, at)
        last = at


def forge(page: Page, text: str) -> None:
    """`Ran 2 tests for test/Cart.t.sol:CartTest`, where a `[FAIL` stands below it."""
    ran: tuple[str, int] | None = None
    for at, line in enumerate(page.lines):
        if line.startswith(("Ran ", "Running ")) and " for " in line:
            path = page.file(line.rpartition(" for ")[2].partition(":")[0], at)
            ran = (path, at) if path is not None else None
        elif line.startswith("[FAIL") and ran is not None:
            page.blame(*ran)
