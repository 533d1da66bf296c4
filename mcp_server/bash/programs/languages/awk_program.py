"""The side effects of an awk program: files that it prints to, commands that it runs."""

from mcp_server.bash.parse.quoting import unescaped
from mcp_server.bash.unknown import UNKNOWN

_ENDS = frozenset([";", "\n", "}", ""])
_BEFORE_COMMAND = _ENDS | {"{", "("}
_BEFORE_PATTERN = frozenset(
    ["(", ",", "{", "}", ";", "\n", "!", "&&", "||", "~", "!~", "", "=", "?", ":", "return", "|"]
)
_SIGNS = ("&&", "||", ">>", ">=", "<=", "==", "!=", "!~", "++", "--", "+=", "-=", "*=", "/=", "|&")


def effects(program: str, values: dict[str, str]) -> list[tuple[str, str]]:
    """("file", "prefix" or "run", its name or command), or the marker for unknown text where that is computed.

    `values` are the variables that the command line sets; one that the program sets is not followed.
    """
    tokens = _tokens(program)
    found: list[tuple[str, str]] = []
    depth, printing = 0, False
    for at, token in enumerate(tokens):
        if token in ("print", "printf"):
            printing, depth = True, 0
        elif token in _ENDS:
            printing = False
        elif token in ("(", ")"):
            depth += 1 if token == "(" else -1
        elif token in (">", ">>") and printing and depth <= 0:
            found.append(_file(*_text(tokens[at + 1 :], values)))
            printing = False
        elif token == "system" or token in ("|", "|&") and printing and depth <= 0:
            text, whole = _text(tokens[at + 1 :], values)
            found.append(("run", text if whole else UNKNOWN))
        elif token in ("|", "|&") and tokens[at + 1 : at + 2] == ["getline"]:
            alone = at < 2 or tokens[at - 2] in _BEFORE_COMMAND
            found.append(("run", (alone and _value(tokens[at - 1], values)) or UNKNOWN))
    return found


def _file(text: str, whole: bool) -> tuple[str, str]:  # noqa: FBT001  the two halves of what _text answers
    """The file, or the beginning of its name if only that is known and contains a directory."""
    return ("file", text) if whole else ("prefix", text) if "/" in text else ("file", UNKNOWN)


def _text(tokens: list[str], values: dict[str, str]) -> tuple[str, bool]:
    """The text that these tokens begin with, and whether it is the whole of the expression."""
    found = ""
    for token in tokens[tokens[:1] == ["("] :]:
        if token in _ENDS or token == ")":
            break
        value = _value(token, values)
        if value is None:
            return ("" if "?" in tokens else found), False
        found += value
    return found, bool(found)


def _value(token: str, values: dict[str, str]) -> str | None:
    return unescaped(token[1:] if token[:1] == '"' else values[token]) if token[:1] == '"' or token in values else None


def _tokens(program: str) -> list[str]:
    """Words, signs and strings (with a quote before them); patterns between slashes become `1`, no comments."""
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
