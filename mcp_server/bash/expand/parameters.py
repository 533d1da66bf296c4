"""The values of `$name` and `${name…}`: defaults, prefixes and suffixes, replacements, slices, case, arrays."""

from mcp_server.bash.expand import globs
from mcp_server.bash.unknown import NAME_PIECE, OWN_PROCESS, UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from mcp_server.bash.expand.context import Context

_SPECIAL = "@*#?$!-"
_MOST_REPLACED = 500
_NUMBERS = frozenset(["?", "!", "RANDOM", "SRANDOM", "SECONDS", "EPOCHSECONDS", "PPID", "BASHPID", "LINENO", "UID"])


def plain(shell: "Context", name: str, *, quoted: bool) -> str | list[str]:
    """The value of `$name`; a list for `"$@"`."""
    if name == "@" or (name == "*" and not quoted):
        return list(shell.arguments) if shell.arguments_known else UNKNOWN
    found = scalar(shell, name)
    return "" if found is None else found


def scalar(shell: "Context", name: str) -> str | None:
    """The value of a variable or special parameter as one text, None when it is not set."""
    if name.isdigit():
        if not shell.arguments_known and name != "0":
            return UNKNOWN
        number = int(name)
        return shell.script if number == 0 else shell.arguments[number - 1] if number <= len(shell.arguments) else None
    if name == "*":
        return " ".join(shell.arguments) if shell.arguments_known else UNKNOWN
    if name == "#":
        return str(len(shell.arguments)) if shell.arguments_known else NAME_PIECE
    if name == "$":
        return OWN_PROCESS
    value = shell.get(name)
    if value is None:
        return NAME_PIECE if name in _NUMBERS else "" if name == "-" else None
    if isinstance(value, dict):
        return value.get("0")
    return (value[0] if value else None) if isinstance(value, list) else value


def braced(shell: "Context", inside: str, *, quoted: bool) -> str | list[str]:
    """The value of `${inside}`; a list for a whole array."""
    if inside.startswith("!") and len(inside) > 1:
        return _indirect(shell, inside[1:])
    counts = inside.startswith("#") and len(inside) > 1 and inside[1] not in "}:-=+?%/#"
    name, subscript, rest = _parsed(inside[1:] if counts else inside)
    if not name:
        return UNKNOWN
    values = _values(shell, name, subscript)
    if counts:
        if isinstance(values, list):
            return NAME_PIECE if UNKNOWN in values else str(len(values))
        return NAME_PIECE if values and UNKNOWN in values else str(len(values or ""))
    if isinstance(values, list):
        result = _of_list(shell, values, rest)
        return result if quoted and subscript != "*" else result if not quoted else " ".join(result)
    return _operation(shell, name, values, rest)


def _parsed(inside: str) -> tuple[str, str | None, str]:
    end = 1 if inside and inside[0] in _SPECIAL else 0
    while not (end and inside[0] in _SPECIAL) and end < len(inside) and (inside[end].isalnum() or inside[end] == "_"):
        end += 1
    name, rest = inside[:end], inside[end:]
    if rest.startswith("["):
        close = rest.find("]")
        if close > 0:
            return name, rest[1:close], rest[close + 1 :]
    return name, None, rest


def _values(shell: "Context", name: str, subscript: str | None) -> str | list[str] | None:
    if name == "@":
        return list(shell.arguments) if shell.arguments_known else [UNKNOWN]
    if subscript is None:
        return scalar(shell, name)
    value = shell.get(name)
    if subscript in ("@", "*"):
        if isinstance(value, dict):
            return list(value.values())
        return value if isinstance(value, list) else [] if value is None else [value]
    if isinstance(value, dict):
        key = shell.word(subscript)
        return UNKNOWN if UNKNOWN in key or UNKNOWN in value else value.get(key)
    index = shell.arithmetic(subscript)
    return _element([value] if isinstance(value, str) else value or [], index)


def _element(items: list[str], index: str) -> str | None:
    try:
        number = int(index)
    except ValueError:
        return UNKNOWN
    if UNKNOWN in items:
        return UNKNOWN
    return items[number] if -len(items) <= number < len(items) else None


def _of_list(shell: "Context", values: list[str], rest: str) -> list[str]:
    if not rest:
        return values
    if rest[0] == ":" and rest[1:2] not in "-=+?":
        numbers = [shell.arithmetic(part) for part in rest[1:].split(":")]
        if not all(number.lstrip("-").isdigit() for number in numbers):
            return [UNKNOWN]
        start = int(numbers[0])
        start = start if start >= 0 else start + len(values)
        return values[start:] if len(numbers) == 1 else values[start : start + int(numbers[1])]
    if rest[0] in "-=+?" or rest[:2] in (":-", ":=", ":+"):
        word = rest.lstrip(":")[1:]
        present = bool(values)
        return [shell.word(word)] if (rest.lstrip(":")[0] == "+") is present else values
    return [_operation(shell, "", value, rest) for value in values]


def _indirect(shell: "Context", inside: str) -> str | list[str]:
    name, subscript, rest = _parsed(inside)
    if subscript in ("@", "*"):
        value = shell.get(name)
        if isinstance(value, dict):
            return list(value)
        return [str(index) for index in range(len(value))] if isinstance(value, list) else [UNKNOWN]
    if rest in ("*", "@"):
        return UNKNOWN
    target = scalar(shell, name)
    if target is None or not (target.isidentifier() or target.isdigit()):
        return UNKNOWN
    return _operation(shell, target, scalar(shell, target), rest)


def _operation(shell: "Context", name: str, value: str | None, rest: str) -> str:
    if not rest:
        return value or ""
    conditional = rest[1:2] if rest[0] == ":" else rest[0]
    if conditional and conditional in "-=+?":
        return _conditional(shell, name, value, rest)
    if value is None:
        return ""
    if UNKNOWN in value:
        return UNKNOWN
    if rest[0] in "%#":
        return _cut(shell, value, rest)
    if rest[0] == "/":
        return _replaced(shell, value, rest[1:])
    if rest[0] == ":":
        return _slice(shell, value, rest[1:])
    if rest[0] in "^,":
        return _cased(value, rest)
    return _transformed(value, rest)


def _conditional(shell: "Context", name: str, value: str | None, rest: str) -> str:
    colon = rest[0] == ":"
    sign, word = (rest[1], rest[2:]) if colon else (rest[0], rest[1:])
    if value is not None and UNKNOWN in value:
        # Unknown text may be empty, so either value is possible.
        return UNKNOWN
    present = value is not None and (not colon or value != "")
    if sign == "+":
        return shell.word(word) if present else ""
    if present:
        return value or ""
    result = shell.word(word)
    if sign == "=" and name:
        shell.set(name, result)
    return result


def _cut(shell: "Context", value: str, rest: str) -> str:
    sign = rest[0]
    longest = rest.startswith(sign * 2)
    pattern = shell.pattern(rest[2:] if longest else rest[1:])
    if UNKNOWN in pattern or NAME_PIECE in pattern:
        return UNKNOWN
    if sign == "#":
        lengths = globs.prefix_lengths(pattern, value)
        return value[lengths[-1 if longest else 0] :] if lengths else value
    starts = [start for start in range(len(value) + 1) if globs.matches(pattern, value[start:])]
    return value[: starts[0 if longest else -1]] if starts else value


def _replaced(shell: "Context", value: str, rest: str) -> str:
    mode = rest[:1] if rest[:1] in ("/", "#", "%") else ""
    text = rest[len(mode) :]
    end = 0
    while end < len(text) and text[end] != "/":
        end += 2 if text[end] == "\\" else 1
    pattern, replacement = shell.pattern(text[:end]), shell.word(text[end + 1 :])
    if not pattern:
        return value + replacement if mode == "%" else replacement + value if mode == "#" else value
    if UNKNOWN in pattern or NAME_PIECE in pattern:
        return UNKNOWN
    if not globs.is_active(pattern) and not mode:
        return value.replace(globs.spelled(pattern), replacement, 1)
    if not globs.is_active(pattern) and mode == "/":
        return value.replace(globs.spelled(pattern), replacement)
    return _substituted(value, pattern, replacement, mode)


def _substituted(value: str, pattern: str, replacement: str, mode: str) -> str:
    if len(value) > _MOST_REPLACED:
        return UNKNOWN
    out, at = [], 0
    while at <= len(value):
        ends = [at + length for length in globs.prefix_lengths(pattern, value[at:]) if length]
        fits = [end for end in ends if mode != "%" or end == len(value)]
        if fits and (mode != "#" or at == 0):
            out.append(replacement)
            at = fits[-1]
            if mode != "/":
                break
        else:
            out.append(value[at : at + 1])
            at += 1
    return "".join(out) + value[at:]


def _slice(shell: "Context", value: str, rest: str) -> str:
    parts = [shell.arithmetic(part) for part in rest.split(":")]
    if NAME_PIECE in value or not all(part.lstrip("-").isdigit() for part in parts):
        return UNKNOWN
    start = int(parts[0])
    start = start if start >= 0 else max(0, start + len(value))
    if len(parts) == 1:
        return value[start:]
    length = int(parts[1])
    return value[start : start + length] if length >= 0 else value[start:length]


def _cased(value: str, rest: str) -> str:
    whole = rest[:2] in ("^^", ",,")
    change = str.upper if rest[0] == "^" else str.lower
    if rest.strip("^,"):
        return UNKNOWN
    return change(value) if whole else change(value[:1]) + value[1:]


def _transformed(value: str, rest: str) -> str:
    changes: dict[str, Callable[[str], str]] = {
        "@U": str.upper,
        "@L": str.lower,
        "@u": str.capitalize,
        "@Q": lambda text: f"'{text}'",
    }
    change = changes.get(rest)
    return change(value) if change else UNKNOWN
