"""Compilers, linkers and typesetters that say over several lines, or by an object, where an error lies."""

from __future__ import annotations

from mcp_server.build_errors.locations import spots
from mcp_server.build_errors.severity import ERROR, judge

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.build_errors.output import Page

_UNLINKED = ("undefined reference to", "multiple definition of", "undefined symbol", "duplicate symbol")
_SOURCES = (".c", ".cc", ".cpp", ".cxx", ".C", ".m", ".mm", ".f90", ".f", ".s", ".S", ".asm", ".d", ".pas", ".adb")


def linker(page: Page, text: str) -> None:
    """The source whose object lacks a symbol: `main.c:(.text+0x5): undefined reference`, `>>> referenced by …`."""
    for at, line in enumerate(page.lines):
        if line.startswith(">>> "):
            _referenced(page, at, line)
        elif ":(." in line and any(said in line for said in _UNLINKED):
            _object(page, at, line)
        elif "/ld: " in line and "in function" in line:
            page.take(at)
        elif "first defined here" in line and any(said in line for said in _UNLINKED):
            page.lines[at] = line.partition(";")[0]


def _object(page: Page, at: int, line: str) -> None:
    page.take(at)
    name = line[: line.find(":(.")].rpartition(" ")[2]
    above = page.lines[at - 1] if at else ""
    compiled = above.partition(": in function")[0].rpartition("ld: ")[2] if ": in function" in above else ""
    for part in (*name.split(":"), compiled):
        path = _source(page, part, at)
        if path is not None:
            page.blame(path, at)
            return


def _referenced(page: Page, at: int, line: str) -> None:
    page.take(at)
    if "referenced by" not in line:
        return
    for spot in reversed(spots(line)):
        path = page.file_of(spot, at)
        if path is not None:
            page.blame(path, at)
            return


def _source(page: Page, name: str, at: int) -> str | None:
    if name.endswith(")") and "(" in name:
        name = name[name.rfind("(") + 1 : -1]
    if ".dir/" in name:
        name = name.partition(".dir/")[2]
    stem, dot, ending = name.rpartition(".")
    if ending not in ("o", "obj", "lo"):
        return page.file(name, at) if dot else None
    direct = page.file(stem, at) if "." in stem else None
    return direct or next((path for source in _SOURCES if (path := page.file(stem + source, at))), None)


def ocaml(page: Page, text: str) -> None:
    """`File "bin/main.ml", line 3, characters 5-8:`, where the text below says that it is an error."""
    for at, line in enumerate(page.lines):
        if not line.startswith('File "') or page.taken[at] or not (line.endswith(":") or ", char" in line):
            continue
        page.take(at)
        path = page.file(line[6 : line.find('"', 6)], at)
        if path is None or line.rstrip()[-1:] != ":":
            continue
        for below in page.lines[at + 1 : at + 12]:
            if below.startswith(("Warning", "Alert", "File ")):
                break
            if below.startswith(("Error", "Fatal")):
                page.blame(path, at)
                break


def latex(page: Page, text: str) -> None:
    """The file that TeX was reading when it stopped at `! …` and `l.3 …`."""
    if "This is" not in text and "LaTeX" not in text:
        return
    stack: list[str] = []
    for at, line in enumerate(page.lines):
        if line.startswith("! "):
            if any(below.startswith("l.") for below in page.lines[at + 1 : at + 12]):
                path = next((path for name in reversed(stack) if (path := page.file(name, at))), None)
                if path is not None:
                    page.blame(path, at)
        else:
            _read_parentheses(line, stack)


def _read_parentheses(line: str, stack: list[str]) -> None:
    for at, letter in enumerate(line):
        if letter == "(" and len(stack) < 200:
            rest = line[at + 1 : at + 200]
            stack.append(rest.split(")")[0].split(" ")[0].split("(")[0])
        elif letter == ")" and stack:
            stack.pop()


def cmake(page: Page, text: str) -> None:
    """Call stacks are no places of errors; `CMake Error in path:` is one."""
    calling = False
    for at, line in enumerate(page.lines):
        if line.startswith("Call Stack (most recent call first)"):
            calling = True
        calling = calling and bool(line.strip())
        if calling:
            page.take(at)
        elif line.startswith("CMake Error in ") and (path := page.file(line[15:].strip().rstrip(":"), at)):
            page.blame(path, at)


def pascal(page: Page, text: str) -> None:
    """Free Pascal prints base names; the line `Compiling src/cart.pas` before them has the whole path."""
    compiled: dict[str, str] = {}
    for at, line in enumerate(page.lines):
        if line.startswith("Compiling "):
            name = line[10:].strip()
            compiled[name.rpartition("/")[2]] = name
            continue
        spot = next(iter(spots(line)), None)
        if spot is not None and spot.start == 0 and spot.path in compiled:
            page.take(at)
            path = page.file(compiled[spot.path], at)
            if path is not None and judge(line[spot.end :]) == ERROR:
                page.blame(path, at)
