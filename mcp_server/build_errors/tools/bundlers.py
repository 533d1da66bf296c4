"""Bundlers: the module that could not be built, or the one whose import could not be found."""

from __future__ import annotations

from mcp_server.build_errors.sentences import words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.build_errors.output import Output

_LOST = ("resolve", "cannot find module", "is not exported by", "no matching export", "could not load", "can't find")


def webpack(output: Output, text: str) -> None:
    """`ERROR in ./src/a.js`, but nothing below `WARNING in`."""
    warned = False
    for at, line in enumerate(output.lines):
        if output.taken[at]:
            continue
        if line.startswith("WARNING in "):
            warned = True
        elif line.startswith("ERROR in ") or not line.strip():
            warned = False
        if warned and not output.strict:
            output.take(at)
        elif line.startswith("ERROR in "):
            for name in words(line[9:].replace("!", " "))[-1:]:
                output.blame_named(name, at)


def importers(output: Output, text: str) -> None:
    """`Could not resolve "./gone" from "src/a.js"`: the importing file has the error."""
    for at, line in enumerate(output.lines):
        if output.taken[at] or len(line) < 20 or line.lstrip().startswith(("import ", "export ", ">", "|")):
            continue
        low = line.lower()
        if "warning" in low or not any(lost in low for lost in _LOST):
            continue
        for mark in (" imported by ", " from ", " required by "):
            _, found, rest = line.rpartition(mark)
            if found and any(output.blame_named(name, at) for name in words(rest)[:1]):
                output.take(at)
                break
