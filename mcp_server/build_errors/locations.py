"""Finds locations in a line: `path:3:5`, `path(3,5)`, `"path", line 3` and similar forms."""

from __future__ import annotations

MOST_ANCHORS = 12
_DIGITS = "0123456789"
_BEFORE = " \t([<{\"'`=│|,›>·«»‘’“”"
_QUOTES = {'"': '"', "'": "'", "`": "`", "’": "‘", "”": "“", ">": "<"}


class Location:
    """A location that a line names: its `path` as printed, and its `start` and `end` in the line."""

    __slots__ = ("end", "number", "path", "start", "worded")

    def __init__(self, path: str, start: int, end: int, number: int, *, worded: bool) -> None:
        self.path = path
        self.start = start
        self.end = end
        self.number = number
        self.worded = worded


def locations(line: str) -> list[Location]:
    """The locations in a line, from left to right. Whether such files exist is not checked."""
    found: list[Location] = []
    done = 0
    for at in _anchors(line):
        if at < done:
            continue
        location = _worded(line, at) if line[at] == "l" else _marked(line, at)
        if location is not None and location.start >= done:
            found.append(location)
            done = location.end
    return found


def first_location(line: str) -> Location | None:
    """The leftmost location in a line."""
    return next(iter(locations(line)), None)


def _anchors(line: str) -> list[int]:
    places: list[int] = []
    for mark in ":([,#":
        at = line.find(mark, 1)
        while at > 0 and len(places) < MOST_ANCHORS * 2:
            if _opens_number(line, at):
                places.append(at)
            at = line.find(mark, at + 1)
    at = line.find("line", 1)
    while at > 0 and len(places) < MOST_ANCHORS * 3:
        if line[at + 4 : at + 5] in ("s", " ", ":") and line[at + 5 : at + 6] in _DIGIT_OR_SPACE:
            places.append(at)
        at = line.find("line", at + 4)
    places.sort()
    return places[: MOST_ANCHORS * 2]


_DIGIT_OR_SPACE = (*_DIGITS, " ")


def _opens_number(line: str, at: int) -> bool:
    follow = line[at + 1 : at + 2]
    if line[at] == ",":  # `"src/a.c",3`
        return line[at - 1] == '"' and follow.isdigit()
    if line[at] == "#":  # `test-a.R#3`
        return line[at - 1].isalpha() and follow.isdigit() and "." in line[max(at - 6, 0) : at]
    if follow and follow in _DIGITS:
        return True
    return line[at] == ":" and follow in ("[", " ") and line[at + 2 : at + 3].isdigit()


def _marked(line: str, at: int) -> Location | None:
    opened = line[at] if line[at] in "([" else ""
    begin = at + 1
    if not opened and line[begin] in "[ ":
        opened = "[" if line[begin] == "[" else " "
        begin += 1
    number, end = _numbers(line, begin)
    closed = _close(line, end, opened)
    if closed is None:
        return None
    left = line[:at]
    start, path = _token(left)
    if path and path.isdigit() and start:
        start, path = _token(line[: start - 1])
    return Location(path, start, closed, number, worded=False) if plausible(path) else None


def _close(line: str, end: int, opened: str) -> int | None:
    """The end of a location whose numbers end at `end`; None if its opening bracket is not closed there."""
    follow = line[end : end + 1]
    if opened in ("(", "["):
        return end + 1 if follow == {"(": ")", "[": "]"}[opened] else None
    if opened == " ":
        return end if follow == ":" else None
    return None if follow.isalnum() or (follow and follow in "_/") else end


def _worded(line: str, at: int) -> Location | None:
    begin = at + 4
    if line[begin] in "s:":
        begin += 1
    if line[begin : begin + 1] == " ":
        begin += 1
    if line[begin : begin + 1] not in tuple(_DIGITS):
        return None
    number, end = _numbers(line, begin)
    left = line[:at].rstrip(" ,:(")
    for word in (" on", " at", " in", " near"):
        if left.endswith(word):
            left = left[: -len(word)].rstrip(" ,:")
    start, path = _token(left)
    for tail in (", col ", ", column ", ", character ", ", characters ", " column "):
        if line.startswith(tail, end):
            _, end = _numbers(line, end + len(tail))
    return Location(path, start, end, number, worded=True) if plausible(path) else None


def _numbers(line: str, at: int) -> tuple[int, int]:
    """The first number from `at` on, and the end of the last number of `3:5-7:9`."""
    first = end = at
    for turn in range(4):
        while line[end : end + 1] and line[end] in _DIGITS:
            end += 1
        if turn == 0:
            first = end
        more = end + 1 if line[end : end + 1] and line[end] in ":,.-–" else -1
        if more > 0 and line[more : more + 1] == " " and line[end] == ",":
            more += 1
        if more < 0 or not line[more : more + 1] or line[more] not in _DIGITS:
            break
        end = more
    digits = line[at:first][:9]
    return int(digits) if digits else 0, end


def _token(left: str) -> tuple[int, str]:
    """The start and the text of the last name in `left`."""
    end = len(left.rstrip())
    if not end:
        return 0, ""
    opening = _QUOTES.get(left[end - 1])
    if opening is not None:
        begin = left.rfind(opening, 0, end - 1)
        if begin >= 0:
            return begin + 1, left[begin + 1 : end - 1]
        end -= 1
    start = max([left.rfind(mark, 0, end) for mark in _BEFORE]) + 1
    at = left.rfind("@", start, end)
    if at >= 0 and (at == start or left[at + 1 : at + 2] in ("/", ".") or left.startswith(("file:", "http"), at + 1)):
        start = at + 1  # `total@/x/a.js`, but not `net@v0.7.0/a.go`
    return start, left[start:end]


_NOWHERE = ("node:", "frozen ", "bun:", "java.base", "http:", "https:", "(", "./nptl", "../sysdeps")


SCHEMES = ("file://", "res://", "webpack://", "webpack-internal://", "rollup://", "vite://")
"""Of addresses that stand for files."""


def plausible(path: str) -> bool:
    """Whether a word could be a file name at all."""
    if not 1 < len(path) <= 300 or path.startswith(_NOWHERE) or (path.startswith("internal/") and path.endswith(".js")):
        return False
    base = path[max(path.rfind("/"), path.rfind("\\")) + 1 :]
    if not base:
        return False
    dot = base.rfind(".")
    if dot < 0:
        return base in NAMES or ("/" in path and base[:1].isalpha())
    ending = base[dot + 1 :]
    return bool(ending) and (not ending.isdigit() or dot == 0) and ("://" not in path or path.startswith(SCHEMES))


NAMES = frozenset(
    "Makefile makefile GNUmakefile Dockerfile Containerfile Jenkinsfile Vagrantfile Rakefile Gemfile Procfile Justfile "
    "justfile BUILD WORKSPACE SConstruct SConscript Kconfig Podfile Fastfile Brewfile Snakefile Earthfile Tiltfile "
    "Caddyfile CODEOWNERS configure Kbuild Guardfile Cakefile Tupfile Dangerfile Berksfile".split()
)
