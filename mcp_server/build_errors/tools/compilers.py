"""Compilers, linkers and typesetters that report a location over several lines, or by its object file."""

from __future__ import annotations

from mcp_server.build_errors.locations import first_location, locations
from mcp_server.build_errors.severity import ERROR, judge

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.build_errors.output import Output

_UNLINKED = ("undefined reference to", "multiple definition of", "undefined symbol", "duplicate symbol")
_SOURCES = (".c", ".cc", ".cpp", ".cxx", ".C", ".m", ".mm", ".f90", ".f", ".s", ".S", ".asm", ".d", ".pas", ".adb")


def linker(output: Output, text: str) -> None:
    """The source whose object file lacks a symbol: `main.c:(.text+0x5): undefined reference`, `>>> referenced by …`."""
    for at, line in enumerate(output.lines):
        if line.startswith(">>> "):
            _referenced(output, at, line)
        elif ":(." in line and any(said in line for said in _UNLINKED):
            _object(output, at, line)
        elif "/ld: " in line and "in function" in line:
            output.take(at)
        elif "first defined here" in line and any(said in line for said in _UNLINKED):
            output.lines[at] = line.partition(";")[0]


def _object(output: Output, at: int, line: str) -> None:
    output.take(at)
    name = line[: line.find(":(.")].rpartition(" ")[2]
    above = output.lines[at - 1] if at else ""
    compiled = above.partition(": in function")[0].rpartition("ld: ")[2] if ": in function" in above else ""
    for part in (*name.split(":"), compiled):
        path = _source(output, part, at)
        if path is not None:
            output.blame(path, at)
            return


def _referenced(output: Output, at: int, line: str) -> None:
    output.take(at)
    if "referenced by" not in line:
        return
    for location in reversed(locations(line)):
        path = output.file_of(location, at)
        if path is not None:
            output.blame(path, at)
            return


def _source(output: Output, name: str, at: int) -> str | None:
    if name.endswith(")") and "(" in name:
        name = name[name.rfind("(") + 1 : -1]
    if ".dir/" in name:
        name = name.partition(".dir/")[2]
    stem, dot, ending = name.rpartition(".")
    if ending not in ("o", "obj", "lo"):
        return output.file(name, at) if dot else None
    direct = output.file(stem, at) if "." in stem else None
    return direct or next((path for source in _SOURCES if (path := output.file(stem + source, at))), None)


def ocaml(output: Output, text: str) -> None:
    """`File "bin/main.ml", line 3, characters 5-8:`, if the text below says that it is an error."""
    for at, line in enumerate(output.lines):
        if not line.startswith('File "') or output.taken[at] or not (line.endswith(":") or ", char" in line):
            continue
        output.take(at)
        path = output.file(line[6 : line.find('"', 6)], at)
        if path is None or line.rstrip()[-1:] != ":":
            continue
        for below in output.lines[at + 1 : at + 12]:
            if below.startswith(("Warning", "Alert", "File ")):
                break
            if below.startswith(("Error", "Fatal")):
                output.blame(path, at)
                break


def latex(output: Output, text: str) -> None:
    """The file that TeX was reading when it stopped at `! …` and `l.3 …`."""
    if "This is" not in text and "LaTeX" not in text:
        return
    stack: list[str] = []
    for at, line in enumerate(output.lines):
        if line.startswith("! "):
            if any(below.startswith("l.") for below in output.lines[at + 1 : at + 12]):
                for name in reversed(stack):
                    if output.blame_named(name, at):
                        break
        else:
            _read_parentheses(line, stack)


def _read_parentheses(line: str, stack: list[str]) -> None:
    for at, letter in enumerate(line):
        if letter == "(" and len(stack) < 200:
            rest = line[at + 1 : at + 200]
            stack.append(rest.split(")")[0].split(" ")[0].split("(")[0])
        elif letter == ")" and stack:
            stack.pop()


def cmake(output: Output, text: str) -> None:
    """Call stacks are not locations of errors; `CMake Error in path:` is one."""
    calling = False
    for at, line in enumerate(output.lines):
        if line.startswith("Call Stack (most recent call first)"):
            calling = True
        calling = calling and bool(line.strip())
        if calling:
            output.take(at)
        elif line.startswith("CMake Error in "):
            output.blame_named(line[15:].strip().rstrip(":"), at)


def pascal(output: Output, text: str) -> None:
    """Free Pascal prints base names; the line `Compiling src/cart.pas` above them has the full path."""
    compiled: dict[str, str] = {}
    for at, line in enumerate(output.lines):
        if line.startswith("Compiling "):
            name = line[10:].strip()
            compiled[name.rpartition("/")[2]] = name
            continue
        location = first_location(line)
        if location is not None and location.start == 0 and location.path in compiled:
            output.take(at)
            if judge(line[location.end :]) == ERROR:
                output.blame_named(compiled[location.path], at)


def sketch(output: Output, text: str) -> None:
    """`Blink:34: error: …`: the Arduino builder once named a sketch without its ending."""
    for at, line in enumerate(output.lines):
        name, _, rest = line.partition(":")
        number, _, said = rest.partition(":")
        if not name.replace("_", "").replace("-", "").isalnum() or not number.isdigit() or output.taken[at]:
            continue
        path = output.file(name + ".ino", at) or output.file(name + ".pde", at)
        if path is not None:
            output.take(at)
            if judge(said.lstrip("0123456789: ")) == ERROR:
                output.blame(path, at)


def msbuild(output: Output, text: str) -> None:
    """`Cart.cs(3,5): error CS1002: … [/x/src/Acme.csproj]`: the names in a line begin at the project in brackets."""
    for at, line in enumerate(output.lines):
        said = line.rstrip()
        opened = said.rfind(" [")
        project = said[opened + 2 : -1].partition("::")[0]
        if opened < 0 or said[-1:] != "]" or not project.endswith("proj"):
            continue
        output.lines[at] = said[:opened]
        path = output.file(project, at)
        if path is not None:
            output.settle(at, path.rpartition("/")[0])
