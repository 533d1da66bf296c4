"""What runs other tools and packs their results: Docker, npm, pip, Ansible."""

from __future__ import annotations

from mcp_server.build_errors.locations import first_location
from mcp_server.build_errors.sentences import words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.build_errors.output import Output

_MALFORMED = (
    "parse error",
    "unknown instruction",
    "dockerfile parse",
    "syntax error",
    "requires at least one argument",
)
_UNREADABLE = (
    "json.parse",
    "failed to parse",
    "ejsonparse",
    "invalid package",
    "invalid json",
    "not a valid json",
    "jsonparse",
)


def docker(output: Output, text: str) -> None:
    """The step of a Dockerfile is where the build was, and no error unless the Dockerfile itself is malformed."""
    malformed = any(said in text.lower() for said in _MALFORMED)
    for at, line in enumerate(output.lines[:-1]):
        below = output.lines[at + 1]
        location = first_location(line) if below[:5] == "-----" and not below.strip("-") else None
        if location is None or location.start or line[location.end :].strip():
            continue
        end = at + 2
        while end < min(at + 60, len(output.lines)) and output.lines[end][:5] != "-----":
            end += 1
        if malformed:
            output.blame_named(location.path, at)
        output.take(at, end + 1)


def npm(output: Output, text: str) -> None:
    """The package.json, or other file, that npm cannot read."""
    unreadable = any(said in text.lower() for said in _UNREADABLE)
    for at, line in enumerate(output.lines):
        if not unreadable or not line.startswith(("npm error ", "npm ERR! ")):
            continue
        said = line.partition(" ")[2].partition(" ")[2]
        kind, _, name = said.partition(" ")
        if kind in ("path", "file"):
            output.blame_named(name.strip(), at)
        elif any(sign in said.lower() for sign in _UNREADABLE):
            for word in words(said):
                output.blame_named(word, at)


def pip(output: Output, text: str) -> None:
    """What the build of a dependency printed names files of that dependency, unless it is this repository's package."""
    ours = f"file://{output.tree.root}" in text or f"Processing {output.tree.root}" in text or "Processing ./" in text
    begun = False
    for at, line in enumerate(output.lines):
        begun = (begun or ("did not run successfully" in line and "×" in line)) and "[end of output]" not in line
        if begun and not ours:
            output.take(at)


def ansible(output: Output, text: str) -> None:
    """`Origin: /x/site.yml:2:3`: of a chain of causes, only the last that is in the repository."""
    chain: list[tuple[str, int]] = []
    caused = False
    for at, line in enumerate(output.lines):
        if line.startswith("Origin: "):
            location = first_location(line)
            path = output.file_of(location, at) if location is not None else None
            output.take(at)
            chain = chain if caused else _blamed(output, chain)
            chain += [(path, at)] if path is not None else []
            caused = False
        elif line.startswith("<<< caused by >>>"):
            caused = True
    _blamed(output, chain)


def _blamed(output: Output, chain: list[tuple[str, int]]) -> list[tuple[str, int]]:
    for path, at in chain[-1:]:
        above = "".join(output.lines[max(at - 3, 0) : at]).lower()
        if "[warning]" not in above and "[deprecation" not in above:
            output.blame(path, at)
    return []
