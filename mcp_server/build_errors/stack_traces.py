"""Which lines are frames of a stack trace, and which file of the repository is the innermost one?"""

from __future__ import annotations

from mcp_server.build_errors.severity import speaks_of_error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.build_errors.output import Output

NEAR = 12
"""Lines over which a trace still belongs to the place that was named above it."""
GAP = 3
"""Lines between two frames of one trace, at most."""
_FRAMES = tuple(
    (
        "at ;from ;❯ ;› ;Raised at ;Re-raised at ;Called from ;# ./;# /;↳ ;@ ;- /;...;called from ;in ./;→ ;by ;#;"
        "| at ;│ at ;E at ;⎯ ;raised at ;called at ;re-raised at ;called by "
    ).split(";")
)
_HEADINGS = ("stacktrace:", "stack trace:", "backtrace:", "stack backtrace:", "call stack:")


class Trace:
    """The trace that is open while the lines of an output go by."""

    def __init__(self, output: Output) -> None:
        self._output = output
        self._last = -NEAR
        self._done = False
        self._blamed: str | None = None
        self._named = -NEAR * 2
        self._inside = False

    def heard(self, at: int, text: str) -> bool:
        """Whether the line says nothing but that a trace begins."""
        if text.lower() in _HEADINGS:
            self._inside, self._last = True, -NEAR
            return True
        if text.startswith("Caused by:"):
            self._done = False
        elif text[0] == "●" or (text[0].isdigit() and text.lstrip("0123456789")[:1] == ")"):
            self._named = -NEAR * 2
        return False

    def blank(self) -> None:
        """A blank line ends a trace that had a heading."""
        self._inside = False

    def name(self, at: int) -> None:
        """Line `at` has named the place of an error: a trace right below it is of the same error."""
        self._named = at

    def forget(self) -> None:
        """What comes is another failure."""
        self._named = -NEAR * 2

    def is_frame(self, line: str, text: str, before: str, rest: str) -> bool:
        """Whether a place with these texts around it is a frame."""
        return self._inside or _is_frame(line, text, before, rest)

    def frame(self, at: int, path: str | None) -> bool:
        """Take in a frame in `path`, if that is in the repository; whether it was blamed."""
        if at - self._last > GAP:
            self._done = at - self._named < NEAR
            self._blamed = None
        self._last = at
        if path is None or self._done or not self._output.fell:
            return False
        if self._blamed is not None and self._blamed != path:
            self._output.files.pop(self._blamed, None)
        self._blamed = path if path not in self._output.files else None
        self._output.blame(path, at)
        self._done = True
        return True

    def elsewhere(self, at: int, text: str) -> None:
        """A frame without a place, in native code or in the middle of nowhere, holds a trace together."""
        if text.startswith("at ") or (text.startswith("from ") and at - self._last <= GAP):
            self.frame(at, None)


def _is_frame(line: str, text: str, before: str, rest: str) -> bool:
    if line.startswith(("\t/", "\tC:")) and (not rest or rest.startswith(" +0x")):
        return True
    if before == "at" and line[0] == "a":
        return False
    if rest.startswith((":in ", ": in ")) or rest.startswith(" +0x"):
        return True
    if text.startswith(_FRAMES):
        return not (text[0] == "#" and text[1:2] in "# " and "at" not in text[:8] and "./" not in text[:6])
    return before.endswith("(") and rest.startswith(")") and not rest[1:].strip(" ,;{") and not speaks_of_error(before)
