"""Side effects of an awk program: files that it prints to, commands that it runs."""

from mcp_server.bash.parse.quoting import unescaped
from mcp_server.bash.unknown import UNKNOWN

_ENDS = frozenset([";", "\n", "}", ""])
_BEFORE_PATTERN = frozenset(
    ["(", ",", "{", "}", ";", "\n", "!", "&&", "||", "~", "!~", "", "=", "?", ":", "return", "|"]
)
_SIGNS = ("&&", "||", ">>", ">=", "<=", "==", "!=", "!~", "++", "--", "+=", "-=", "*=", "/=", "|&")


def effects(program: str, values: dict[str, str]) -> list[tuple[str, str]]:
    """("file", "prefix" or "run", its name or command), or the marker for unknown text where that is computed."""
    tokens = _tokens(program)
    known = {**_assigned(tokens), **{name: '"' + value for name, value in values.items()}}
    found: list[tuple[str, str]] = []
    depth, printing = 0, False
    for at, token in enumerate(tokens):
        if token in ("print", "printf"):
            printing, depth = True, 0
        elif token in _ENDS:
            printing = False
        elif token == "(":
            depth += 1
        elif token == ")":
            depth -= 1
        elif token in (">", ">>") and printing and depth <= 0:
            found.append(_named(tokens, at + 1, known))
            printing = False
        elif token in ("|", "|&") and printing and depth <= 0:
            found.append(("run", _text(tokens, at + 1, known)))
        elif token in ("|", "|&") and tokens[at + 1 : at + 2] == ["getline"]:
            found.append(("run", _text_before(tokens, at, known)))
        elif token == "system":
            found.append(("run", _text(tokens, at + 2, known, until=")")))
    return found


def _named(tokens: list[str], at: int, known: dict[str, str]) -> tuple[str, str]:
    """The file, or the beginning of its name when only that is fixed and a directory is in it."""
    grouped = tokens[at : at + 1] == ["("]
    start = at + grouped
    parts: list[str | None] = []
    for token in tokens[start:]:
        if token in _ENDS or (grouped and token == ")"):
            break
        parts.append(_value(token, known))
    if parts and None not in parts:
        text = "".join(part for part in parts if part is not None)
        return "file", text
    first = parts[0] if parts else None
    return (
        ("file", UNKNOWN) if first is None or "/" not in first or not _only_names(tokens, start) else ("prefix", first)
    )


def _only_names(tokens: list[str], start: int) -> bool:
    """Whether what follows are texts and fields of the input: then a name goes on with them."""
    return all(token == "$" or token.isalnum() or token[:1] == '"' for token in _until_end(tokens, start))


def _until_end(tokens: list[str], start: int) -> list[str]:
    found = []
    for token in tokens[start:]:
        if token in _ENDS or token == ")":
            break
        found.append(token)
    return found


def _text(tokens: list[str], at: int, known: dict[str, str], until: str = "") -> str:
    parts: list[str] = []
    for token in tokens[at:]:
        if token in _ENDS or token == until:
            break
        value = _value(token, known)
        if value is None:
            return UNKNOWN
        parts.append(value)
    return "".join(parts) if parts else UNKNOWN


def _text_before(tokens: list[str], at: int, known: dict[str, str]) -> str:
    value = _value(tokens[at - 1], known) if at else None
    alone = at < 2 or tokens[at - 2] in (*_ENDS, "{", "(")
    return value if value is not None and alone else UNKNOWN


def _value(token: str, known: dict[str, str]) -> str | None:
    if token[:1] == '"':
        return unescaped(token[1:])
    value = known.get(token)
    return None if value is None else unescaped(value[1:])


def _assigned(tokens: list[str]) -> dict[str, str]:
    """Variables that are set once, to a text alone."""
    found: dict[str, str] = {}
    spoiled: set[str] = set()
    for at in range(1, len(tokens) - 1):
        if tokens[at] in ("=", "+=", "-=", "++", "--") or tokens[at - 1] in ("getline", "in"):
            name, value = tokens[at - 1], tokens[at + 1]
            alone = at + 2 >= len(tokens) or tokens[at + 2] in _ENDS
            if tokens[at] == "=" and value[:1] == '"' and alone and name not in found:
                found[name] = value
            else:
                spoiled.add(name)
    return {name: value for name, value in found.items() if name not in spoiled}


def _tokens(program: str) -> list[str]:
    """Words, signs, texts (with a quote before them); patterns between slashes and comments are left out."""
    found: list[str] = []
    at = 0
    while at < len(program):
        character = program[at]
        if character == "#":
            end = program.find("\n", at)
            at = len(program) if end < 0 else end
        elif character == '"':
            end = _end(program, at + 1, '"')
            found.append('"' + program[at + 1 : end])
            at = end + 1
        elif character == "/" and (found[-1] if found else "") in _BEFORE_PATTERN:
            at = _end(program, at + 1, "/") + 1
            found.append("1")
        elif character.isalnum() or character == "_":
            end = at
            while end < len(program) and (program[end].isalnum() or program[end] in "_:"):
                end += 1
            found.append(program[at:end])
            at = end
        elif character == "\\" or (character.isspace() and character != "\n"):
            at += 2 if character == "\\" else 1
        else:
            sign = program[at : at + 2] if program[at : at + 2] in _SIGNS else character
            found.append(sign)
            at += len(sign)
    return found


def _end(program: str, at: int, delimiter: str) -> int:
    while at < len(program) and program[at] != delimiter:
        at += 2 if program[at] == "\\" else 1
    return at
