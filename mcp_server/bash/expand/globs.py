"""Shell patterns: whether a text matches one, and which paths do. Quoted characters have a backslash before them."""

from mcp_server.bash.unknown import UNKNOWN, unmasked

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    Token = str | tuple[str, "frozenset[str] | list[list[Token]]"]

ANY, STAR = "?any", "*star"
MOST_PATHS = 5_000
MOST_EXTENDED = 200
"""The longest text that is matched against an extglob pattern."""
_CLASSES: "dict[str, Callable[[str], bool]]" = {
    "alpha": str.isalpha,
    "digit": str.isdigit,
    "alnum": str.isalnum,
    "upper": str.isupper,
    "lower": str.islower,
    "space": str.isspace,
    "punct": lambda c: c.isprintable() and not c.isalnum() and not c.isspace(),
}


class TooMany(Exception):
    """A pattern matches too many paths, or in too many ways, to list them."""


def escaped(text: str) -> str:
    """The pattern that matches `text` alone."""
    if text.isalnum():
        return text
    return "".join("\\" + character if character in "*?[]\\!@+()|" else character for character in text)


def is_active(pattern: str) -> bool:
    """Whether `pattern` can match anything but its own text."""
    at = 0
    while at < len(pattern):
        if pattern[at] == "\\":
            at += 1
        elif pattern[at] in "*?[" or pattern[at] == "\x04":
            return True
        at += 1
    return False


def matches(pattern: str, text: str) -> bool:
    """Whether the whole of `text` matches."""
    return _matches(_tokens(pattern), text)


def prefix_lengths(pattern: str, text: str) -> list[int]:
    """The lengths of the beginnings of `text` that match, shortest first."""
    tokens = _tokens(pattern)
    return [length for length in range(len(text) + 1) if _matches(tokens, text[:length])]


def paths(
    pattern: str,
    *,
    entries: "Callable[[str], list[str]]",
    is_dir: "Callable[[str], bool]",
    exists: "Callable[[str], bool]",
    options: "frozenset[str] | set[str]",
) -> list[str]:
    """The paths that match, spelled as the pattern spells them; the three questions take such spellings too."""
    found = ["/"] if pattern.startswith("/") else [""]
    segments = [segment for segment in _split(pattern) if segment]
    for number, segment in enumerate(segments):
        last = number == len(segments) - 1
        if segment == "**" and "globstar" in options:
            found = [below for start in found for below in _everything(start, entries, is_dir, last=last)]
        elif is_active(segment):
            found = _step(found, segment, entries, options)
        else:
            found = [start + _literal(segment) for start in found]
        if len(found) > MOST_PATHS:
            raise TooMany
        if not last:
            found = [path if path.endswith("/") or not path else path + "/" for path in found if is_dir(path or ".")]
    return sorted({path + ("/" if pattern.endswith("/") else "") for path in found if path and exists(path)})


def _split(pattern: str) -> list[str]:
    return pattern.split("/")


def _literal(segment: str) -> str:
    return "".join(token for token in _tokens(segment) if isinstance(token, str))


def _step(
    found: list[str], segment: str, entries: "Callable[[str], list[str]]", options: "set[str] | frozenset[str]"
) -> list[str]:
    tokens = _tokens(segment)
    hidden = segment.startswith((".", "\\.")) or "dotglob" in options
    return [
        start + name
        for start in found
        for name in entries(start or ".")
        if (hidden or not name.startswith(".")) and _matches(tokens, name)
    ]


def _everything(
    start: str, entries: "Callable[[str], list[str]]", is_dir: "Callable[[str], bool]", *, last: bool
) -> list[str]:
    found, waiting, seen = [start], [start], 0
    while waiting:
        above = waiting.pop()
        names = entries(above or ".")
        seen += len(names)
        for name in names:
            if name.startswith("."):
                continue
            path = above + name
            if is_dir(path):
                waiting.append(path + "/")
                found.append(path + ("" if last else "/"))
            elif last:
                found.append(path)
        if seen > MOST_PATHS:
            raise TooMany
    return found


def _tokens(pattern: str) -> "list[Token]":
    found: list[Token] = []
    at = 0
    pattern = pattern if UNKNOWN not in pattern else pattern.replace(UNKNOWN, "*")
    while at < len(pattern):
        character = pattern[at]
        if character == "\\" and at + 1 < len(pattern):
            found.append(pattern[at + 1])
            at += 2
            continue
        end = _bracket_end(pattern, at) if character == "[" else 0
        extended = _extended_end(pattern, at) if character in "?*+@!" else 0
        if end:
            found.append(_bracket(pattern[at + 1 : end]))
            at = end + 1
        elif extended:
            if "\x04" in pattern[at + 2 : extended]:
                raise TooMany  # nested ones take unbounded time
            inside = [_tokens(part) for part in _alternatives(pattern[at + 2 : extended])]
            found.append((character, inside))
            at = extended + 1
        else:
            found.append(STAR if character == "*" else ANY if character == "?" else character)
            at += 1
    return found


def _bracket_end(pattern: str, at: int) -> int:
    start = at + 2 if pattern[at + 1 : at + 2] in ("!", "^") else at + 1
    end = pattern.find("]", start + 1)
    while end > 0 and pattern.rfind("[:", start, end) > pattern.rfind(":]", start, end):
        end = pattern.find("]", end + 1)
    return max(end, 0)


def _bracket(inside: str) -> "Token":
    negated = inside[:1] in ("!", "^")
    inside = inside[1:] if negated else inside
    members: set[str] = set()
    at = 0
    while at < len(inside):
        if inside.startswith("[:", at) and ":]" in inside[at:]:
            end = inside.index(":]", at)
            members |= {chr(code) for code in range(256) if _CLASSES.get(inside[at + 2 : end], str.isalnum)(chr(code))}
            at = end + 2
        elif inside[at + 1 : at + 2] == "-" and at + 2 < len(inside):
            members |= {chr(code) for code in range(ord(inside[at]), min(ord(inside[at + 2]), 0xFFFF) + 1)}
            at += 3
        else:
            members.add(inside[at])
            at += 1
    return ("[^" if negated else "[", frozenset(members))


def _extended_end(pattern: str, at: int) -> int:
    if pattern[at + 1 : at + 2] != "\x04":
        return 0
    depth = 0
    for end in range(at + 1, len(pattern)):
        depth += (pattern[end] == "\x04") - (pattern[end] == "\x05")
        if depth == 0:
            return end
    return 0


def _alternatives(inside: str) -> list[str]:
    parts, depth = [""], 0
    for character in inside:
        depth += (character == "\x04") - (character == "\x05")
        if character == "\x06" and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return parts


def _matches(tokens: "list[Token]", text: str) -> bool:
    """Whether the tokens match: after each token, the positions are known at which the match may have ended."""
    reached = {0}
    for token in tokens:
        if token is STAR:
            first = min(reached)
            reached = set(range(first, len(text) + 1))
        elif isinstance(token, tuple) and isinstance(token[1], list):
            reached = _extended(token[0], token[1], text, reached)
        else:
            reached = {at + 1 for at in reached if at < len(text) and _fits(token, text[at])}
        if not reached:
            return False
    return len(text) in reached


def _fits(token: "Token", character: str) -> bool:
    if isinstance(token, str):
        return token is ANY or token == character
    return isinstance(token[1], frozenset) and (character in token[1]) is (token[0] == "[")


def _extended(sign: str, alternatives: "list[list[Token]]", text: str, reached: set[int]) -> set[int]:
    if len(text) > MOST_EXTENDED:
        raise TooMany

    def once(starts: set[int]) -> set[int]:
        return {
            end
            for start in starts
            for end in range(start, len(text) + 1)
            if any(_matches(tokens, text[start:end]) for tokens in alternatives)
        }

    if sign == "!":
        return {
            end
            for start in reached
            for end in range(start, len(text) + 1)
            if not any(_matches(tokens, text[start:end]) for tokens in alternatives)
        }
    found = once(reached)
    if sign in "*+":
        new = found
        while new := once(new) - found:
            found |= new
    return found | reached if sign in "?*" else found


def spelled(pattern: str) -> str:
    """The text of a pattern that matched nothing, as Bash leaves it."""
    out, at = [], 0
    while at < len(pattern):
        at += pattern[at] == "\\" and at + 1 < len(pattern)
        out.append(pattern[at])
        at += 1
    return unmasked("".join(out))
