"""Linters and formatters whose verdict is not beside the place."""

from __future__ import annotations

from mcp_server.build_errors.locations import spots
from mcp_server.build_errors.sentences import words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.build_errors.output import Page


def prettier(page: Page, text: str) -> None:
    """`[warn] src/a.js`: not formatted; `[error] src/b.js: SyntaxError …`: not even readable."""
    if not page.failed:
        return
    for at, line in enumerate(page.lines):
        if line.startswith("[warn] "):
            path = page.file(line[7:].strip(), at)
        elif line.startswith("[error] "):
            path = page.file(line[8:].partition(": ")[0], at)
        else:
            continue
        if path is not None:
            page.take(at)
            page.blame(path, at)


def pylint(page: Page, text: str) -> None:
    """Messages E and F are errors; where there is none of them, pylint fails for the others."""
    graver: list[tuple[str, int]] = []
    lesser: list[tuple[str, int]] = []
    for at, line in enumerate(page.lines):
        spot = next(iter(spots(line)), None)
        code = line[spot.end :].strip(": ")[:5] if spot is not None and spot.start == 0 else ""
        if spot is None or len(code) < 5 or not code[1:].isdigit() or code[0] not in "EFWCRI":
            continue
        page.take(at)
        path = page.file_of(spot, at)
        if path is not None:
            (graver if code[0] in "EF" else lesser).append((path, at))
    for path, at in graver or (lesser if page.failed else []):
        page.blame(path, at)


def rubocop(page: Page, text: str) -> None:
    """Every offense fails the run, whatever its letter."""
    for at, line in enumerate(page.lines):
        spot = next(iter(spots(line)), None) if page.failed else None
        if (
            spot is None
            or spot.start
            or line[spot.end : spot.end + 2] != ": "
            or line[spot.end + 3 : spot.end + 5] != ": "
        ):
            continue
        page.take(at)
        path = page.file_of(spot, at)
        if path is not None:
            page.blame(path, at)


def phpstan(page: Page, text: str) -> None:
    """The heading `Line   src/Cart.php` of a table of errors."""
    for at, line in enumerate(page.lines):
        parts = line.split()
        if len(parts) > 1 and parts[0] == "Line" and line[:2] == "  " and (path := page.file(parts[1], at)):
            page.blame(path, at)


def diff(page: Page, text: str) -> None:
    """A formatter that shows what it would change, in a run that failed for it."""
    for at, line in enumerate(page.lines):
        if not line.startswith("+++ ") or not at or not page.lines[at - 1].startswith("--- ") or not page.failed:
            continue
        for header in (line[4:], page.lines[at - 1][4:]):
            name = header.partition("\t")[0].partition(" (")[0].strip().removesuffix(".orig")
            path = page.file(name, at) or (page.file(name.partition("/")[2], at) if "/" in name else None)
            if path is not None:
                if page.asked.checks:
                    page.blame(path, at)
                else:
                    page.doubt(path, at, 1)
                break


def marked(page: Page, text: str) -> None:
    """`::error file=src/a.js,line=1::…` and its relatives on other build servers."""
    for at, line in enumerate(page.lines):
        if "::error " in line[:60] or "type=error" in line[:80]:
            wrong = True
        elif "::warning " in line[:60] or "::notice " in line[:60] or "type=warning" in line[:80]:
            wrong = False
        else:
            continue
        page.take(at)
        for key in ("file=", "sourcepath="):
            _, found, rest = line.partition(key)
            name = rest.replace(";", ",").replace("]", ",").partition(",")[0].partition("::")[0]
            path = page.file(name, at) if found and wrong else None
            if path is not None:
                page.blame(path, at)


def listed(page: Page, text: str) -> None:
    """Formatters that print nothing but the names of the files that they would change."""
    if not page.failed:
        return
    for at, line in enumerate(page.lines):
        name = line.strip()
        names = words(name) if name and " " not in name else []
        path = page.file(name, at) if names else None
        if path is not None:
            page.blame(path, at)
