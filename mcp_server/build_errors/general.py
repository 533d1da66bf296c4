"""The general reader: it relies on the line layouts that most tools share.

A location is an error when the text beside, above or below it says so, or, in a failed run, when nothing says that it
is less than that. A stack trace counts once, for the innermost file of the repository.
"""

from __future__ import annotations

from mcp_server.build_errors import sentences
from mcp_server.build_errors.locations import locations, plausible
from mcp_server.build_errors.severity import ERROR, SILENT, WARNING, judge
from mcp_server.build_errors.stack_traces import Trace
from mcp_server.build_errors.verdict import Scale

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.build_errors.locations import Location
    from mcp_server.build_errors.output import Output

SPOKEN, UNSAID, ASIDE, LESSER = 1, 2, 3, 4
"""Ranks of uncertain reports: an error message, a bare location, a location inside a sentence; warnings come last."""
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


def read(output: Output) -> None:
    """Blame the files in the lines that no tool's own reader has consumed."""
    walk = _Walk(output)
    for at, line in enumerate(output.lines):
        if not output.taken[at]:
            walk.line(at, line)
    walk.close_suite()
    if output.failed and not output.files and output.unsure:
        _settle(output)


def _settle(output: Output) -> None:
    best = min(rank for rank, _, _ in output.unsure)
    if (
        best > LESSER
        and not output.invocation.runs(*_LINTERS)
        and not any("lint" in word for word in output.invocation.words)
    ):
        return  # a linter may fail for its warnings, a compiler does not
    chosen = [(path, at) for rank, path, at in output.unsure if rank == best]
    if len({path for path, _ in chosen}) <= MOST_DOUBTED:
        for path, at in chosen:
            output.blame(path, at)


class _Walk:
    """One pass over the lines: the current stack trace, and the failed suite whose failure has no location yet."""

    def __init__(self, output: Output) -> None:
        self._output = output
        self._trace = Trace(output)
        self._scale = Scale(output)
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
        """Blame the file of a failed suite for which no other location was named."""
        if self._suite is not None:
            self._output.blame(*self._suite)
            self._suite = None

    def _is_muted(self, text: str) -> bool:
        """Whether the line is console output of a test under jest, unrelated to its failure."""
        if text == "● Console":
            self._muted = True
        elif self._muted:
            self._muted = not text.startswith(("●", "PASS ", "FAIL ", "Test Suites:"))
        return self._muted

    def _open_suite(self, name: str, at: int) -> None:
        self.close_suite()
        self._trace.forget()
        path = next((path for word in sentences.words(name) if (path := self._output.file(word, at))), None)
        self._suite = (path, at) if path is not None else None

    def _content(self, at: int, line: str, text: str) -> None:
        found = locations(line)
        if not found:
            self._trace.elsewhere(at, text)
        known = False
        for location in found:
            known = self._location(at, line, text, location) or known
        if known or any(self._output.is_elsewhere(location.path) for location in found):
            return
        if not self._listed(at, text):
            self._sentence(at, text)

    def _blame(self, path: str, at: int) -> None:
        self._output.blame(path, at)
        self._trace.name(at)
        self._suite = None

    def _location(self, at: int, line: str, text: str, location: Location) -> bool:
        """Whether the location is in the repository, or is a stack frame."""
        output = self._output
        frame = self._trace.is_frame(line, text, line[: location.start].strip(), line[location.end :])
        path = output.file_of(location, at)
        if frame:
            if self._trace.frame(at, path):
                self._suite = None
            return True
        if path is None:
            return False
        before, rest = line[: location.start].strip(), line[location.end :]
        severity = self._scale.weigh(at, before, rest, location)
        if severity == ERROR or (severity == WARNING and output.strict):
            self._blame(self._sourced(rest, at) or path, at)
        else:
            output.doubt(path, at, LESSER - severity if severity else (ASIDE if before else UNSAID))
        return True

    def _sourced(self, rest: str, at: int) -> str | None:
        """The script that another one sourced: `run.sh: 3: lib.sh: Syntax error`."""
        name = sentences.verdict(rest[2:]) if rest[:2] == ": " and "rror" in rest else ""
        return self._output.file(name, at) if name else None

    def _listed(self, at: int, text: str) -> bool:
        """Whether the line is an item in a list of files, or a heading."""
        output = self._output
        label, name = sentences.listed(text)
        path = None
        if plausible(name) and (" " not in name or name[0] == "/" or output.tree.root in name):
            path = output.file(name, at)
        if path is None:
            self._listing = sentences.opens_list(text)
        elif output.failed and (self._listing or sentences.accuses(label)):
            self._blame(path, at)
        else:
            self._heading(at, path)
        return path is not None

    def _heading(self, at: int, path: str) -> None:
        """A path alone on its line: the rows below it give the severity."""
        output = self._output
        worst, rows, end = sentences.rows(output, at)
        if worst == ERROR or (worst == WARNING and output.strict) or (worst == SILENT and rows and output.failed):
            self._blame(path, at)
        else:
            begins = output.lines[at][:1] not in " \t" or not at or not output.lines[at - 1].strip()
            if rows or worst or begins:
                output.doubt(path, at, LESSER - worst if worst else UNSAID)
        if rows:
            output.take(at + 1, end)

    def _sentence(self, at: int, text: str) -> None:
        output = self._output
        verdict = sentences.verdict(text) if output.failed else ""
        path = output.file(verdict, at) if verdict else None
        if path is not None:
            self._blame(path, at)
            return
        promoted = output.strict and judge(text) == WARNING
        said = sentences.VERDICT if promoted else sentences.said(text)
        if said == SILENT and output.failed and (path := output.file(text.rpartition(" in ")[2], at)) is not None:
            output.doubt(path, at, ASIDE)
        if said == SILENT or not (output.failed or said == sentences.VERDICT):
            return
        for path in [path for word in sentences.words(text) if (path := output.file(word, at))]:
            if said == sentences.VERDICT:
                self._blame(path, at)
            else:
                output.doubt(path, at, SPOKEN)
            if promoted:
                break
