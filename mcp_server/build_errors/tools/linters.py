"""Linters and formatters whose verdict is not beside the location."""

from __future__ import annotations

from mcp_server.build_errors.locations import first_location
from mcp_server.build_errors.sentences import words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.build_errors.output import Output


def prettier(output: Output, text: str) -> None:
    """`[warn] src/a.js`: not formatted; `[error] src/b.js: SyntaxError …`: could not be parsed."""
    if not output.failed:
        return
    for at, line in enumerate(output.lines):
        kind, _, rest = line.partition(" ")
        name = rest.strip() if kind == "[warn]" else rest.partition(": ")[0] if kind == "[error]" else ""
        if name and output.blame_named(name, at):
            output.take(at)


def pylint(output: Output, text: str) -> None:
    """Messages E and F are errors; without any of those, pylint fails because of the others."""
    graver: list[tuple[str, int]] = []
    lesser: list[tuple[str, int]] = []
    for at, line in enumerate(output.lines):
        location = first_location(line)
        code = line[location.end :].strip(": ")[:5] if location is not None and location.start == 0 else ""
        if location is None or len(code) < 5 or not code[1:].isdigit() or code[0] not in "EFWCRI":
            continue
        output.take(at)
        path = output.file_of(location, at)
        if path is not None:
            (graver if code[0] in "EF" else lesser).append((path, at))
    for path, at in graver or (lesser if output.failed else []):
        output.blame(path, at)


def rubocop(output: Output, text: str) -> None:
    """Every offense fails the run, whatever its severity letter."""
    for at, line in enumerate(output.lines):
        location = first_location(line) if output.failed else None
        if (
            location is None
            or location.start
            or line[location.end : location.end + 2] != ": "
            or line[location.end + 3 : location.end + 5] != ": "
        ):
            continue
        output.take(at)
        path = output.file_of(location, at)
        if path is not None:
            output.blame(path, at)


def phpstan(output: Output, text: str) -> None:
    """The heading of a table of errors, `Line   src/Cart.php`."""
    for at, line in enumerate(output.lines):
        parts = line.split()
        if len(parts) > 1 and parts[0] == "Line" and line[:2] == "  ":
            output.blame_named(parts[1], at)


def diff(output: Output, text: str) -> None:
    """A formatter that shows what it would change, in a run that failed because of it."""
    for at, line in enumerate(output.lines):
        if not line.startswith("+++ ") or not at or not output.lines[at - 1].startswith("--- ") or not output.failed:
            continue
        for header in (line[4:], output.lines[at - 1][4:]):
            name = header.partition("\t")[0].partition(" (")[0].strip().removesuffix(".orig")
            path = output.file(name, at) or (output.file(name.partition("/")[2], at) if "/" in name else None)
            if path is not None:
                if output.invocation.checks:
                    output.blame(path, at)
                else:
                    output.doubt(path, at, 1)
                break


def sphinx(output: Output, text: str) -> None:
    """`core.py:docstring of acme.core.run:3: ERROR: …`: what stands between the file and the line is left out."""
    for at, line in enumerate(output.lines):
        name, found, rest = line.partition(":docstring of ")
        if found:
            output.lines[at] = f"{name}:{rest.partition(':')[2]}"


def marked(output: Output, text: str) -> None:
    """`::error file=src/a.js,line=1::…` and the same on other build servers."""
    for at, line in enumerate(output.lines):
        if "::error " in line[:60] or "type=error" in line[:80]:
            wrong = True
        elif "::warning " in line[:60] or "::notice " in line[:60] or "type=warning" in line[:80]:
            wrong = False
        else:
            continue
        output.take(at)
        for key in ("file=", "sourcepath="):
            _, found, rest = line.partition(key)
            name = rest.replace(";", ",").replace("]", ",").partition(",")[0].partition("::")[0]
            if found and wrong:
                output.blame_named(name, at)


def listed(output: Output, text: str) -> None:
    """Formatters that print only the names of the files that they would change."""
    if not output.failed:
        return
    for at, line in enumerate(output.lines):
        name = line.strip()
        if name and " " not in name and words(name):
            output.blame_named(name, at)
