"""Stack traces of interpreters and virtual machines that are not one location a line, innermost first."""

from __future__ import annotations

from mcp_server.build_errors.locations import first_location

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.build_errors.output import Output

_CHAINED = ("During handling of the above exception", "was the direct cause of the following exception")
_MARGINS = ("", "E", "|", "***", "INTERNALERROR>", "#", "+", "x", "!", ">", "| |", "│")
_PERL_WARNS = tuple(
    (
        'Use of uninitialized value|Useless use of|Name "|Subroutine |Argument "|Odd number of elements|Possible |'
        "Scalar value @|Deprecated |Wide character in|Use of |Reference found where|Unquoted "
    ).split("|")
)
_PERL_OUTER = ("BEGIN failed--", "Compilation failed in require at", " called at ", "Parse errors in")


def quoted_frame(line: str) -> tuple[int, str] | None:
    """The column and the path of a `File "path", line 3` as Python prints it, None for other tools' forms."""
    column = line.find('File "')
    end = line.find('", line ', column + 6, column + 400) if column >= 0 else -1
    if end < 0 or line[:column].strip() not in _MARGINS or ", char" in line[end:]:
        return None
    if column == 0 and line.endswith(":"):
        return None
    return column, line[column + 6 : end]


def python(output: Output, text: str) -> None:
    """The innermost file of the repository in each traceback; for chained ones, in the last."""
    remote = "RemoteTraceback" in text  # the error itself: what was raised from it only fetched it
    frames: list[tuple[int, str]] = []
    held: list[tuple[int, str]] = []
    column = 0
    for at, line in enumerate(output.lines):
        frame = None if output.taken[at] else quoted_frame(line)
        if frame is not None:
            column = frame[0]
            frames.append((at, frame[1]))
            output.take(at)
        elif frames:
            over = not line.strip() or bool(line[max(column - 2, 0) : max(column, 1)].strip())
            output.take(at)
            if over:
                chained = not remote and _is_chained(output, at)
                if not chained and not _blame_last(output, frames) and not _blame_last(output, held):
                    output.taken[at] = 0  # the message may name a file of another language
                held, frames = (frames if chained else []), []
    if frames and not _blame_last(output, frames):
        _blame_last(output, held)


def _is_chained(output: Output, at: int) -> bool:
    return any(said in line for line in output.lines[at + 1 : at + 4] for said in _CHAINED)


def _blame_last(output: Output, frames: list[tuple[int, str]]) -> bool:
    return any(output.blame_named(name, at) for at, name in reversed(frames))


def goroutines(output: Output, text: str) -> None:
    """Only the first goroutine of a panic failed; the others were merely running."""
    others = False
    at = 0
    while at < len(output.lines):
        line = output.lines[at]
        if line.startswith(("panic:", "fatal error:", "==== RACE", "WARNING: DATA RACE")):
            others = False
        elif line.startswith("goroutine ") and line.rstrip().endswith("]:"):
            end = at
            while end < len(output.lines) and output.lines[end].strip():
                end += 1
            if others:
                output.take(at, end)
            others = True
            at = end
        at += 1


def perl(output: Output, text: str) -> None:
    """Warnings of perl, and files that only passed an error on, are not errors."""
    for at, line in enumerate(output.lines):
        if " line " in line and (line.startswith(_PERL_WARNS) or any(outer in line for outer in _PERL_OUTER)):
            output.take(at)


def tcl(output: Output, text: str) -> None:
    """The innermost `(file "path" line 3)` of each trace."""
    found = False
    for at, line in enumerate(output.lines):
        if "while executing" in line:
            found = False
        elif line.strip().startswith('(file "'):
            output.take(at)
            location = first_location(line)
            path = output.file_of(location, at) if location is not None and not found else None
            if path is not None:
                output.blame(path, at)
                found = True


def erlang(output: Output, text: str) -> None:
    """The first `{file,"src/x.erl"},{line,3}` of each stack."""
    found = False
    for at, line in enumerate(output.lines):
        begin = line.find('{file,"')
        if begin < 0:
            found = found and bool(line.strip())
            continue
        output.take(at)
        while begin >= 0 and not found:
            end = line.find('"', begin + 7)
            found = end > 0 and output.blame_named(line[begin + 7 : end], at)
            begin = line.find('{file,"', begin + 7)


def java(output: Output, text: str) -> None:
    """The innermost file of the repository in a JVM trace, for the exception that caused all the others."""
    at, lines = 0, output.lines
    blamed = False
    while at < len(lines):
        if not _is_jvm_frame(lines[at]):
            at += 1
            continue
        chosen: tuple[str, int] | None = None
        looking, gap = True, 0
        while at < len(lines) and gap < 3:
            line = _bare(lines[at])
            if line.startswith("Caused by:"):
                looking = True
            if _is_jvm_frame(line):
                gap = 0
                output.take(at)
                path = _jvm_file(output, line, at) if looking else None
                if path is not None:
                    chosen, looking = (path, at), False
            elif not line.startswith(("...", "Caused by:", "Suppressed:")):
                gap += 1
                if not line:
                    gap = 3
            at += 1
        if chosen is not None:
            output.blame(*chosen)
            blamed = True
    _surefire(output, blamed=blamed)


def _is_jvm_frame(line: str) -> bool:
    text = _bare(line)
    opened = text.find("(")
    if not (text.startswith("at ") and text.endswith(")") and opened > 0):
        return False
    return " " not in text[3:opened].strip() and not any(sign in text[opened:] for sign in "/\\,")


def _bare(line: str) -> str:
    """A line without the mark that a build tool puts in front of it."""
    text = line.strip()
    return text.partition("] ")[2].strip() if text.startswith(("[error] ", "[info] ", "[warn] ")) else text


def _jvm_file(output: Output, text: str, at: int) -> str | None:
    name, _, place = text[3:-1].rpartition("(")
    return packaged(output, name.strip(), place.partition(":")[0], at)


def packaged(output: Output, name: str, file: str, at: int) -> str | None:
    """The file of a frame that gives its base name alone: its folder has to fit the package in the frame's `name`."""
    if "." not in file:
        return None
    parts = name.rpartition("/")[2].replace("-", "_").split(".")
    for count in range(min(len(parts), 8) - 1, 0, -1):
        path = output.file("/".join([*parts[:count], file]), at)
        if path is not None and path.endswith("/".join([*parts[:count], file])):
            return path
    path = output.file(file, at)
    return path if path is not None and _fits(output.tree.text(path), path, parts) else None


def _fits(text: str, path: str, parts: list[str]) -> bool:
    """Whether a file outside the folder of its package may be the one in a frame: it has to declare that package."""
    package = parts[: next((at for at, part in enumerate(parts) if part[:1].isupper() or "$" in part), -2)]
    if not package:
        return True
    if text:
        return f"package {'.'.join(package)}" in text or f"namespace {'.'.join(package)}" in text
    return path.rpartition("/")[0].rpartition("/")[2] in _SOURCE_ROOTS and not path.endswith((".clj", ".cljc"))


_SOURCE_ROOTS = ("java", "kotlin", "scala", "groovy", "src", "main", "test", "tests", "it")


def _surefire(output: Output, *, blamed: bool) -> None:
    """Maven's summary `[ERROR]   CartTest.sums:11 expected …`, if no trace was more precise."""
    for at, line in enumerate(output.lines):
        if not line.startswith("[ERROR]   ") or ":" not in line:
            continue
        name = line[10:].partition(":")[0]
        test, dot, method = name.rpartition(".")
        if not dot or not method.isidentifier():
            continue
        output.take(at)
        file = test.rpartition(".")[2]
        paths = [path for ending in (".java", ".kt", ".scala", ".groovy") if (path := output.file(file + ending, at))]
        if paths and not blamed:
            output.blame(paths[0], at)
