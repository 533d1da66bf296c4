"""Finds the ends of quotes, backticks and brackets in shell text, and reads `$'...'`."""

from mcp_server.bash.unknown import UNKNOWN

_LETTERS = dict(zip("ntrabfveE\\'\"?", "\n\t\r\a\b\f\v\x1b\x1b\\'\"?", strict=True))
_CODED = {"x": (16, 2), "u": (16, 4), "U": (16, 8)}


def quoted(words: list[str]) -> str:
    """`words` as text that a shell reads as these words again."""
    return " ".join("'" + word.replace("'", "'\\''") + "'" for word in words)


def split_words(text: str) -> list[str]:
    """The words of a text in which only quotes and backslashes are special; unknown where a quote stays open."""
    if not any(sign in text for sign in "'\"\\"):
        return text.split()
    import shlex  # only where something is quoted

    try:
        return shlex.split(text)
    except ValueError:
        return [UNKNOWN]


def closing(text: str, start: int) -> int:
    """Where the bracket that opens at `start` closes; the end of `text` if it does not."""
    opening = text[start]
    closer = {"(": ")", "{": "}", "[": "]"}[opening]
    at, depth = start, 0
    while at < len(text):
        character = text[at]
        if character == "\\":
            at += 1
        elif character == "'" and not (opening == "{" and _in_double(text, start, at)):
            at = _end_of_single(text, at)
        elif character == '"':
            at = end_of_double(text, at)
        elif character == "`":
            at = end_of_backticks(text, at)
        elif opening == "{" and text.startswith("$(", at):
            at = closing(text, at + 1)
        elif opening == "{" and character == "{" and at > start and text[at - 1] != "$":
            pass
        elif character == "#" and opening == "(" and at > start and text[at - 1] in " \t\n;":
            newline = text.find("\n", at)
            at = newline if newline >= 0 else at
        else:
            depth += (character == opening) - (character == closer)
            if depth == 0:
                return at
        at += 1
    return len(text)


def end_of_double(text: str, start: int) -> int:
    """Where the double quote that opens at `start` closes; the end of `text` if it does not."""
    at = start + 1
    while at < len(text):
        character = text[at]
        if character == '"':
            return at
        if character == "\\":
            at += 1
        elif text.startswith(("$(", "${"), at):
            at = closing(text, at + 1)
        elif character == "`":
            at = end_of_backticks(text, at)
        at += 1
    return len(text)


def end_of_backticks(text: str, start: int) -> int:
    """Where the backtick at `start` is closed; the end of `text` if it is not."""
    at = start + 1
    while at < len(text) and text[at] != "`":
        at += 2 if text[at] == "\\" else 1
    return min(at, len(text))


def in_backticks(text: str) -> str:
    """The command between backticks."""
    out, at = [], 0
    while at < len(text):
        if text[at] == "\\" and text[at + 1 : at + 2] in ("`", "\\", "$"):
            at += 1
        out.append(text[at])
        at += 1
    return "".join(out)


def ansi(text: str, start: int) -> tuple[str, int]:
    """The value of a `$'...'` whose content begins at `start`, and the position after it."""
    out, at = [], start
    while at < len(text) and text[at] != "'":
        if text[at] == "\\":
            piece, at = escape(text, at + 1)
            out.append(piece)
        else:
            out.append(text[at])
            at += 1
    return "".join(out), at + 1


def escape(text: str, at: int) -> tuple[str, int]:
    """The meaning of the escape whose first character after the backslash is at `at`, and the position after it."""
    letter = text[at : at + 1]
    if letter in _LETTERS and letter:
        return _LETTERS[letter], at + 1
    if letter in _CODED:
        base, most = _CODED[letter]
        end = at + 1
        while end < len(text) and end - at <= most and text[end] in "0123456789abcdefABCDEF":
            end += 1
        return (_character(text[at + 1 : end], base), end) if end > at + 1 else ("\\" + letter, at + 1)
    end = at
    while end < len(text) and end - at < 3 + text.startswith("0", at) and text[end] in "01234567":
        end += 1
    if end > at:
        return _character(text[at:end], 8), end
    return "\\" + letter, at + len(letter)


def unescaped(text: str) -> str:
    """`text` with its backslash escapes replaced."""
    out, at = [], 0
    while at < len(text):
        if text[at] == "\\" and at + 1 < len(text):
            piece, at = escape(text, at + 1)
            out.append(piece)
        else:
            out.append(text[at])
            at += 1
    return "".join(out)


def _character(digits: str, base: int) -> str:
    code = int(digits, base)
    if code == 0:
        return "\n"  # what separates names: texts contain no other NUL here
    return chr(code) if 16 < code < 0x110000 or code in (7, 8, 9, 10, 11, 12, 13) else UNKNOWN


def _end_of_single(text: str, start: int) -> int:
    end = text.find("'", start + 1)
    return len(text) if end < 0 else end


def _in_double(text: str, start: int, at: int) -> bool:
    return text.count('"', 0, start) % 2 == 1 and "'" not in text[at + 1 :]
