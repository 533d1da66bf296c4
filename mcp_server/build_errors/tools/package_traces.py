"""Traces and test reports of Clojure, Elixir, Julia and R, which name packages or applications beside their files."""

from __future__ import annotations

from mcp_server.build_errors.locations import first_location, locations
from mcp_server.build_errors.tools.interpreters import packaged

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.build_errors.output import Output

_MOST = 200
"""At most this many applications are looked for."""
_AHEAD = 60
"""How many lines below the heading of an error its frames are searched."""
_OF_ELIXIR = frozenset(
    "elixir stdlib kernel ex_unit mix logger iex eex compiler erts crypto ssl inets hex sasl runtime_tools".split()
)


def clojure(output: Output, text: str) -> None:
    """`FAIL in (name) (file.clj:3)` in the namespace under test; `ERROR in` where the innermost frame of ours is."""
    space = ""
    for at, line in enumerate(output.lines):
        if line.startswith(("Testing ", "lein test ")):
            space = line.split()[-1].partition("/")[0]
        elif line.startswith(("FAIL in (", "ERROR in (")):
            output.take(at)
            path = _thrown(output, at) if line.startswith("ERROR") else None
            location = first_location(line)
            if path is None and location is not None:
                name = location.path
                path = output.file(name, at) if "/" in name else packaged(output, space + ".x", name, at)
            if path is not None:
                output.blame(path, at)
        elif line.startswith("Execution error ") and " at " in line:
            output.take(at)
            path = _frame(output, line.rpartition(" at ")[2].rstrip("."), at)
            if path is not None:
                output.blame(path, at)


def _thrown(output: Output, at: int) -> str | None:
    found = None
    for below in range(at + 1, min(at + _AHEAD, len(output.lines))):
        line = output.lines[below].strip()
        if not line or line.startswith(("FAIL in", "ERROR in", "Ran ", "lein test", "Testing ")):
            break
        file, _, name = line.partition(" ")
        if line.endswith(")"):
            output.take(below)
            found = found or _frame(output, line.removeprefix("at ").strip(), below)
        elif ":" in file and file.rpartition(":")[2].isdigit() and "/" in name:  # `api.clj:78 acme.api/total`
            output.take(below)
            found = found or _frame(output, f"{name.partition('[')[0]} ({file})", below)
    return found


def _frame(output: Output, text: str, at: int) -> str | None:
    """`acme.cart$total.invoke (cart.clj:3)`, or `acme.cart/total (cart.clj:3)`."""
    name, _, place = text.rpartition("(")
    name = name.strip().replace("/", "$")
    return packaged(output, name, place.rstrip(")").partition(":")[0], at) if name and " " not in name else None


def elixir(output: Output, text: str) -> None:
    """`(acme 0.1.0) lib/acme/cart.ex:3: Acme.Cart.total/1`: only a file of an application of this repository."""
    frames = [(at, frame) for at, line in enumerate(output.lines) if (frame := _beam_frame(line)) is not None]
    named = {application for _, (application, _) in frames} - _OF_ELIXIR
    known: dict[tuple[str, str], str | None] = {}
    for at, (application, rest) in frames:
        key = (application, rest.partition("/")[0])
        if key not in known:
            known[key] = _application(output, application, rest, alone=len(named) == 1) if len(known) < _MOST else None
        folder = known[key]
        if folder is None:
            output.take(at)
        else:
            output.lines[at] = "    " + rest
            output.settle(at, folder)
    _dependencies(output, text)
    _failed_dependency(output)


def _failed_dependency(output: Output) -> None:
    """`could not compile dependency socket`: the error above or below it, up to a blank line, is that dependency's."""
    seen = 0
    for at, line in enumerate(output.lines):
        _, found, rest = line.partition("could not compile dependency ")
        name = rest.lstrip(":").partition(",")[0].strip()
        seen += bool(found)
        if not found or not name or seen > _MOST or _application(output, name, "", alone=False) is not None:
            continue
        above = range(at, max(at - _AHEAD, -1), -1)
        begin = next((back for back in above if output.lines[back].startswith("== Compilation error")), at)
        end = at + 1
        while end < min(at + _AHEAD, len(output.lines)) and output.lines[end].strip():
            end += 1
        output.take(begin, end)


def _dependencies(output: Output, text: str) -> None:
    """What is printed below `==> plug` belongs to that application, which may be a dependency."""
    parts = text.split("could not compile dependency :")[1 : _MOST + 1]
    failed = {part.partition(",")[0] for part in parts}
    foreign = False
    for at, line in enumerate(output.lines):
        if line.startswith("==> "):
            name = line[4:].strip()
            foreign = name in failed
            if output.tree.is_file(f"apps/{name}/mix.exs"):
                output.enter(at, f"apps/{name}")
        if foreign:
            output.take(at)


def _beam_frame(line: str) -> tuple[str, str] | None:
    said = line.strip()
    label, closed, rest = said[1:].partition(") ")
    application = label.split(" ")[0] if label else ""
    if said[:1] != "(" or not closed or not application.replace("_", "").isalnum() or not _is_beam(rest):
        return None
    return application, rest


def _is_beam(rest: str) -> bool:
    name, colon, number = rest.partition(":")
    return name.endswith((".ex", ".exs", ".erl", ".eex", ".heex")) and bool(colon) and number[:1].isdigit()


def _application(output: Output, name: str, path: str, *, alone: bool) -> str | None:
    """The folder of an application of this repository, None for a library; `alone`: no other one is named."""
    if name in _OF_ELIXIR:
        return None
    if output.tree.is_file(f"apps/{name}/mix.exs"):
        return f"apps/{name}"
    specs = output.tree.find("mix.exs")[:20]
    for spec in specs:
        if f"app: :{name}," in output.tree.text(spec) + ",":
            return spec.rpartition("/")[0]
    if len(specs) > 1 or any(output.tree.text(spec) for spec in specs):
        return None
    root = output.tree.root.replace("-", "_").rpartition("/")[2]
    return "" if path.startswith(("lib/" + name, "test/")) and (alone or name == root) else None


def julia(output: Output, text: str) -> None:
    """`Error During Test at a.jl:3` if no frame below is ours; `while loading a.jl` for the innermost file only."""
    loading = False
    for at, line in enumerate(output.lines):
        if "Error During Test at " in line:
            _during_test(output, at)
        elif line.startswith("while loading "):
            output.take(at)
            name = line[len("while loading ") :].partition(", in expression")[0]
            loading = loading or output.blame_named(name, at)
        elif line.startswith("in expression starting "):
            output.take(at)
            for location in locations(line):
                path = output.file_of(location, at)
                if path is not None:
                    output.doubt(path, at, 1)


def _during_test(output: Output, at: int) -> None:
    output.take(at)
    places = [at]
    for below in range(at + 1, min(at + _AHEAD, len(output.lines))):
        line = output.lines[below].strip()
        if "Error During Test at " in line or line.startswith(("Test Summary", "ERROR: ")):
            break
        if line.startswith("@ ") or (line.startswith("[") and " at " in line):
            output.take(below)
            places.insert(len(places) - 1, below)
    for place in places:
        for location in locations(output.lines[place]):
            path = output.file_of(location, place)
            if path is not None:
                output.blame(path, at)
                return


def testthat(output: Output, text: str) -> None:
    """`Error (test-cart.R:9:3)` where the innermost frame of the tree below `Backtrace:` is."""
    output.hint("tests/testthat")
    heading: int | None = None
    innermost: str | None = None
    for at, line in enumerate([*output.lines, ""]):
        begins = line.startswith(("Error (", "── Error ("))
        if heading is not None and (begins or not line.strip() or line.startswith(("Failure (", "──"))):
            if innermost is not None:
                output.blame(innermost, heading)
                output.take(heading)
            heading = innermost = None
        if begins:
            heading = at
        elif heading is not None and ("└─" in line or "├─" in line) and " at " in line:
            location = first_location(line)
            innermost = (output.file_of(location, at) if location is not None else None) or innermost
            output.take(at)
