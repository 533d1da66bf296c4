"""Is the location that a line names an error? The text beside, above or below it decides."""

from __future__ import annotations

from mcp_server.build_errors import sentences
from mcp_server.build_errors.locations import locations
from mcp_server.build_errors.severity import ERROR, NOTE, SILENT, WARNING, judge, speaks_of_error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.build_errors.locations import Location
    from mcp_server.build_errors.output import Output

NEAR = 12
"""A text refers to a location that is at most this many lines away."""
_ARROWS = tuple("-->;--> ;┌─;╭─;,-;└─;╰─;┌──;==>;->;=>;on;at;╭▸;In;in;|-;┌─[;╭─[;,-[".split(";"))
_SECONDARY = tuple(
    (
        "in function|in member function|in constructor|in destructor|in instantiation|at global scope|required from|"
        "required by|instantiated from|recursively required|first defined here|first declared here|previous |"
        "previously |declared here|defined here|candidate|expanded from|in expansion of|in lambda|included from|"
        "in file included|see |template/generic instantiation|called from|referenced |note|in static member|"
        "in copy constructor|in module|in subroutine|originally |other |also |initially |expression tree|"
        "instantiated |in program|definition of|in template|while |implicitly |in scope|the context is|bound here"
    ).split("|")
)
_HOLDERS = ("location:", "file:", "where:", "position:", "source:", "path:", "build file", "settings file", "script")
_BULLETS = "x×✖✘✗❌⨯-*•>»●│|┃!⚠▲ℹi①✕·~^ \t"


class Scale:
    """Determines the severity of the locations of one output, in order."""

    def __init__(self, output: Output) -> None:
        self._output = output
        self._unsaid = ERROR if output.failed else SILENT
        self._bare = -NEAR

    def weigh(self, at: int, before: str, rest: str, location: Location) -> int:
        """The severity of a location in line `at`, between the texts `before` it and after it."""
        line = self._output.lines[at]
        said = rest.lstrip(" :;,.-–—|)]>\"'")
        if said[:80].lower().startswith(_SECONDARY) or said.endswith((":PASS", ":IGNORE", " PASSED")):
            return NOTE
        if before.endswith(" #") and not said:  # a step of a scenario, with the file that defines it
            return ERROR if judge("".join(self._output.lines[at + 1 : at + 2])) == ERROR else NOTE
        if _points(before):
            return self._above(at) or self._unsaid
        if not before.strip(_BULLETS) or _is_label(before):
            return self._leading(at, line, before, said)
        return self._inside(before, said, told=location.worded or line[:1] not in " \t")

    def _leading(self, at: int, line: str, before: str, said: str) -> int:
        """The location is first in its line: `path:3:5: error: …`, `path:3:5 …` or nothing else."""
        if said:
            return judge(said) or judge(before) or self._beyond(at, said)
        previous, self._bare = self._bare, at
        if judge(before):
            return judge(before)
        if line[:1] in " \t":
            return self._above(at, over_blank=True)
        if previous == at - 1:  # the next frame of a trace of bare locations
            return NOTE
        return self._below(at) or self._above(at, over_blank=True) or self._unsaid

    def _beyond(self, at: int, said: str) -> int:
        """No severity in words: a rule name and a bar with a sign below, or a linter with a single severity."""
        barred = said[-1] in "━─═-" and said[-2:-1] == said[-1]
        return (self._below(at) if barred else SILENT) or self._unsaid

    def _inside(self, before: str, said: str, *, told: bool) -> int:
        """The location is inside a sentence: `… error … in path:3`."""
        low = before.lower()
        if low.startswith(("note", "info", "hint", "in file included")):
            return NOTE
        if "warning" in low or "deprecat" in low:
            return WARNING
        if low.endswith(_HOLDERS):
            return self._unsaid
        if speaks_of_error(before) or ERROR in (judge(before), judge(said)):
            return ERROR
        ends = not said.strip(" .") or said.startswith("near ")
        if low.endswith((" at", " in", "[")) and ends and (told or low[-1] == "[") and not sentences.is_outer(low):
            return self._unsaid
        return SILENT

    def _above(self, at: int, *, over_blank: bool = False) -> int:
        lines = self._output.lines
        for back in range(at - 1, max(at - NEAR, -1), -1):
            text = lines[back].strip()
            if not text and over_blank and back == at - 1:
                continue
            severity = judge(text)
            if severity or over_blank or not text:
                return severity
        return SILENT

    def _below(self, at: int) -> int:
        lines = self._output.lines
        for below in range(at + 1, min(at + NEAR, len(lines))):
            text = lines[below].strip()
            if not text:
                continue
            severity = judge(text)
            if severity and not text[0].isdigit():
                return severity
            if text[0] not in "0123456789|>^~'" and lines[below][:1] != " " and locations(text):
                return SILENT
        return SILENT


def _points(before: str) -> bool:
    """Whether an arrow or a word points at the location, below its message."""
    if not before:
        return False
    return before.strip(_BULLETS) in _ARROWS or before in _ARROWS or before[-3:].strip(" |│") in _SIGNS


_SIGNS = tuple(arrow for arrow in _ARROWS if not arrow[-1].isalpha())


def _is_label(before: str) -> bool:
    """Whether only a program's name, a number or a tag comes before the location."""
    if before[-1] == ":" and " " not in before and len(before) <= 60:
        return True
    if before.startswith(("[", "(")) and before[-1] in "])" and " " not in before:
        return True
    return before.rstrip(".):").isdigit() or judge(before) == ERROR and " " not in before.strip("[]: ")
