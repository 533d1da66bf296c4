"""The general reading: what most tools mean by how they lay out a line, whoever they are.

A place in a file is an error when the text beside, above or below it says so, or, in a run that failed, when nothing
says that it is less. Stack traces count once, for the innermost file of the repository.
"""

from __future__ import annotations

from mcp_server.build_errors import sentences
from mcp_server.build_errors.locations import plausible, spots
from mcp_server.build_errors.severity import ERROR, SILENT, WARNING, judge
from mcp_server.build_errors.stack_traces import Trace
from mcp_server.build_errors.verdict import Scale

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.build_errors.locations import Spot
    from mcp_server.build_errors.output import Page

SPOKEN, UNSAID, ASIDE, LESSER = 1, 2, 3, 4
"""Ranks of doubt: a sentence that speaks of an error, a place without a word, one in a sentence; below, warnings."""
MOST_DOUBTED = 10
_LINTERS = tuple(
    (
        "shellcheck hadolint hlint luacheck ansible-lint stylelint selene detekt ktlint vale swiftlint credo lintr "
        "phpcs puppet-lint perlcritic spectral checkstyle tflint lint alex write-good proselint analyze yamllint "
        "pylint cppcheck textlint doc8 rstcheck"
    ).split()
)
_NOISE = tuple(
    (
        "npm |make: |make[|gmake|yarn run|error Command failed|info |ninja: build stopped|ninja: Entering|"
        "ninja: no work|Import trace|::group|error: could not compile|ok |✓ |✔ |+ |$ |Listing |Compiling |Running "
    ).split("|")
)


def read(page: Page) -> None:
    """Blame what the lines that nobody has taken yet report."""
    walk = _Walk(page)
    for at, line in enumerate(page.lines):
        if not page.taken[at]:
            walk.line(at, line)
    walk.close_suite()
    if page.failed and not page.files and page.unsure:
        _settle(page)


def _settle(page: Page) -> None:
    best = min(rank for rank, _, _ in page.unsure)
    if best > LESSER and not page.asked.runs(*_LINTERS) and not any("lint" in word for word in page.asked.words):
        return  # a linter may fail for its warnings, a compiler does not
    chosen = [(path, at) for rank, path, at in page.unsure if rank == best]
    if len({path for path, _ in chosen}) <= MOST_DOUBTED:
        for path, at in chosen:
            page.blame(path, at)


class _Walk:
    """One way through the lines: the trace that is open, and the suite whose failure has no place yet."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._trace = Trace(page)
        self._scale = Scale(page)
        self._suite: tuple[str, int] | None = None
        self._listing = False
        self._muted = False

    def line(self, at: int, line: str) -> None:
        """Read one line."""
        text = line.strip()
        if not text:
            self._trace.blank()
        elif not (text.startswith(_NOISE) or self._is_muted(text) or self._trace.heard(at, text)):
            suite = sentences.suite(text)
            if suite is not None:
                self._open_suite(suite, at)
            else:
                self._content(at, line, text)

    def close_suite(self) -> None:
        """A suite that failed, and for which no other place was named, is where the failure lies."""
        if self._suite is not None:
            self._page.blame(*self._suite)
            self._suite = None

    def _is_muted(self, text: str) -> bool:
        """Whether this is what a test wrote to jest's console, and not about its failure."""
        if text == "● Console":
            self._muted = True
        elif self._muted:
            self._muted = not text.startswith(("●", "PASS ", "FAIL ", "Test Suites:"))
        return self._muted

    def _open_suite(self, name: str, at: int) -> None:
        self.close_suite()
        self._trace.forget()
        path = next((path for word in sentences.words(name) if (path := self._page.file(word, at))), None)
        self._suite = (path, at) if path is not None else None

    def _content(self, at: int, line: str, text: str) -> None:
        found = spots(line)
        if not found:
            self._trace.elsewhere(at, text)
        known = False
        for spot in found:
            known = self._spot(at, line, text, spot) or known
        if not known and not self._listed(at, text):
            self._sentence(at, text)

    def _blame(self, path: str, at: int) -> None:
        self._page.blame(path, at)
        self._trace.name(at)
        self._suite = None

    def _spot(self, at: int, line: str, text: str, spot: Spot) -> bool:
        """Whether the place is in the repository, or a frame."""
        page = self._page
        frame = self._trace.is_frame(line, text, line[: spot.start].strip(), line[spot.end :])
        path = page.file_of(spot, at)
        if frame:
            if self._trace.frame(at, path):
                self._suite = None
            return True
        if path is None:
            return False
        before, rest = line[: spot.start].strip(), line[spot.end :]
        severity = self._scale.weigh(at, before, rest, spot)
        if severity == ERROR or (severity == WARNING and page.strict):
            self._blame(self._sourced(rest, at) or path, at)
        else:
            page.doubt(path, at, LESSER - severity if severity else (ASIDE if before else UNSAID))
        return True

    def _sourced(self, rest: str, at: int) -> str | None:
        """The script that a shell was reading for another: `run.sh: 3: lib.sh: Syntax error`."""
        name = sentences.verdict(rest[2:]) if rest[:2] == ": " and "rror" in rest else ""
        return self._page.file(name, at) if name else None

    def _listed(self, at: int, text: str) -> bool:
        """Whether the line is an item of a list of files, or a heading."""
        page = self._page
        label, name = sentences.listed(text)
        path = None
        if plausible(name) and (" " not in name or name[0] == "/" or page.tree.root in name):
            path = page.file(name, at)
        if path is None:
            self._listing = sentences.opens_list(text)
        elif page.failed and (self._listing or sentences.accuses(label)):
            self._blame(path, at)
        else:
            self._heading(at, path)
        return path is not None

    def _heading(self, at: int, path: str) -> None:
        """A path alone on its line: the rows below it say how bad it is."""
        page = self._page
        worst, rows, end = sentences.rows(page, at)
        if worst == ERROR or (worst == WARNING and page.strict) or (worst == SILENT and rows and page.failed):
            self._blame(path, at)
        else:
            page.doubt(path, at, LESSER - worst if worst else UNSAID)
        if rows:
            page.take(at + 1, end)

    def _sentence(self, at: int, text: str) -> None:
        page = self._page
        verdict = sentences.verdict(text) if page.failed else ""
        path = page.file(verdict, at) if verdict else None
        if path is not None:
            self._blame(path, at)
            return
        promoted = page.strict and judge(text) == WARNING
        said = sentences.VERDICT if promoted else sentences.said(text)
        if said == SILENT or not (page.failed or said == sentences.VERDICT):
            return
        for path in [path for word in sentences.words(text) if (path := page.file(word, at))]:
            if said == sentences.VERDICT:
                self._blame(path, at)
            else:
                page.doubt(path, at, SPOKEN)
            if promoted:
                break
