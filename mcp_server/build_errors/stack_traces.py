"""Which lines are frames of a stack trace, and which file of the repository is the innermost one?"""

from __future__ import annotations

from mcp_server.build_errors.severity import ERROR, WARNING, judge, speaks_of_error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.build_errors.output import Output

NEAR = 12
"""A trace belongs to a location that is named at most this many lines above it."""
GAP = 3
"""The most lines between two frames of one trace."""
_FRAMES = tuple(
    (
        "at ;from ;❯ ;› ;Raised at ;Re-raised at ;Called from ;# ./;# /;↳ ;@ ;- /;...;called from ;in ./;→ ;by ;#;"
        "| at ;│ at ;E at ;⎯ ;raised at ;called at ;re-raised at ;called by "
    ).split(";")
)
_HEADINGS = ("stacktrace:", "stack trace:", "backtrace:", "stack backtrace:", "call stack:")


class Trace:
    """The current stack trace, followed line by line."""

    def __init__(self, output: Output) -> None:
        self._output = output
        self._last = -NEAR
        self._done = False
        self._blamed: str | None = None
        self._named = -NEAR * 2
        self._inside = False

    def heard(self, at: int, text: str) -> bool:
        """Whether the line is only the heading of a trace."""
        if text.lower() in _HEADINGS:
            self._inside, self._last = True, -NEAR
            return True
        if text.startswith(("Caused by:", "[cause]:", "<<< caused by")):
            self._done = False
        elif text[0] == "●" or (text[0].isdigit() and text.lstrip("0123456789")[:1] == ")"):
            self._named = -NEAR * 2
        return False

    def blank(self) -> None:
        """A blank line ends a trace that had a heading."""
        self._inside = False

    def name(self, at: int) -> None:
        """Record that line `at` named the location of an error: a trace right below it belongs to the same error."""
        self._named = at

    def forget(self) -> None:
        """Record that another failure begins."""
        self._named = -NEAR * 2

    def is_frame(self, line: str, text: str, before: str, rest: str) -> bool:
        """Whether a location with these texts around it is a stack frame."""
        if judge(before) in (ERROR, WARNING) or _is_range(rest):
            return False
        leads = line[:1] not in " \t" and not before and rest[:2] == ": "
        return (self._inside and not leads) or _is_frame(line, text, before, rest)

    def frame(self, at: int, path: str | None) -> bool:
        """Add a frame; `path` is None outside the repository. Returns whether the path was blamed."""
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
        """Add a frame without a location, in native code for example: the trace continues over it."""
        if text.startswith("at ") or (text.startswith("from ") and at - self._last <= GAP):
            self.frame(at, None)


def _is_range(rest: str) -> bool:
    """Whether a location goes on as `3:5 - 3:9`: a compiler marks ranges, a frame is a point."""
    return rest[:3] == " - " and rest[3:4].isdigit()


def _is_frame(line: str, text: str, before: str, rest: str) -> bool:
    if line.startswith(("\t/", "\tC:")) and (not rest or rest.startswith(" +0x")):
        return True
    if before == "at" and line[0] == "a":
        return False
    if rest.startswith((":in ", ": in ")) or rest.startswith(" +0x"):
        return True
    if text.startswith(_FRAMES):
        if text[0] == "#" and line[0] == " " and not rest:  # `# spec/cart_spec.cr:9`
            return True
        return not (text[0] == "#" and text[1:2] in "# " and "at" not in text[:8] and "./" not in text[:6])
    return before.endswith("(") and rest.startswith(")") and not rest[1:].strip(" ,;{") and not speaks_of_error(before)
