"""Parses a pattern: its normal spelling and its plain alternatives, or why it is invalid."""

from mcp_server.domain.scopes.matching import class_body, class_end, class_ranges, tokens

LONGEST_PATTERN = 1_000
MOST_ALTERNATIVES = 256


class PatternError(ValueError):
    """An invalid pattern; the message says what is wrong and what to write instead."""

    def __init__(self, pattern: object, problem: str) -> None:
        super().__init__(f"pattern {_shown(pattern)} {problem}")
        self.pattern = pattern


def read(text: str) -> tuple[str, list[str]]:
    """The normal spelling of `text` and its alternatives (without `!`); PatternError if it is invalid."""
    _check_characters(text)
    if "[" in text:
        _check_classes(text)
    body = text.removeprefix("!")
    if body.startswith("!"):
        raise PatternError(text, "starts with two !: write one, or ./!name for a name that starts with !")
    if "{" in body or "}" in body:
        spelling, alternatives = _read_braces(body, text)
    else:
        spelling = _normal(body, text)
        alternatives = [spelling]
    return ("!" + spelling if text.startswith("!") else spelling), alternatives


def _shown(pattern: object) -> str:
    text = pattern if isinstance(pattern, str) else repr(pattern)
    if len(text) > 80:
        text = text[:60] + "…" + text[-15:]
    return '"' + "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text) + '"'


def _check_characters(text: str) -> None:
    if not text.strip():
        raise PatternError(text, "is empty: leave it out, or write ** for the whole repository")
    if len(text) > LONGEST_PATTERN:
        raise PatternError(text, f"has {len(text)} characters, more than {LONGEST_PATTERN}: write several shorter ones")
    if "\\" in text:
        raise PatternError(text, "has a backslash: separate with /, and quote a wildcard as a class, such as [*]")
    if not text.isprintable():
        _check_printing(text)


def _check_printing(text: str) -> None:
    for char in text:
        if char < " " or "\x7f" <= char <= "\x9f":
            raise PatternError(text, f"has the control character {ascii(char)}: write ? where a name has one")
        if "\ud800" <= char <= "\udfff":
            raise PatternError(text, f"has {ascii(char)}, half a character: write ? where a name has one")


def _check_classes(text: str) -> None:
    start = text.find("[")
    while start >= 0:
        end = class_end(text, start)
        token = text[start : end + 1] if end >= 0 else text[start:]
        _check_class(text, token, closed=end >= 0)
        start = text.find("[", end + 1)


def _check_class(text: str, token: str, *, closed: bool) -> None:
    body = class_body(token, 0)
    if token[body : body + 1] == "]" and (not closed or "/" in token):
        raise PatternError(text, f"has the empty class {token[: body + 1]}: name its characters, such as [a-z]")
    if not closed:
        raise PatternError(text, "has a [ that is never closed: close it with ], or write [[] for the character [")
    if "/" in token:
        raise PatternError(
            text, f"has a / in the class {_shown(token)}: a class matches one character of a name, never /"
        )
    if 0 < token.find("[:") < token.find(":]") - 1:
        raise PatternError(
            text, f"has the named class {_shown(token + ']')}: write its characters out, such as [a-zA-Z]"
        )
    for first, last in class_ranges(token):
        if last < first:
            raise PatternError(
                text, f"has the range {_shown(f'{first}-{last}')} the wrong way round: write the lower end first"
            )


def _read_braces(body: str, text: str) -> tuple[str, list[str]]:
    alternatives = [_normal(alternative, text) for alternative in _expanded(body, text)]
    spelling = _spelled(_kept_segments(body), body)
    if body.startswith("./") and any(alternative.startswith("./") for alternative in alternatives):
        spelling = "./" + spelling
    return spelling, alternatives


def _expanded(body: str, text: str) -> list[str]:
    outer: list[tuple[list[str], list[str]]] = []
    done: list[str] = []
    current = [""]
    for piece in _pieces(body):
        if piece == "{":
            outer.append((done, current))
            done, current = [], [""]
        elif piece == "," and outer:
            done += current
            current = [""]
        elif piece != "}":
            current = [head + piece for head in current]
        elif outer:
            tails = done + current
            done, current = outer.pop()
            current = _joined(current, tails, text)
        else:
            raise PatternError(text, "has a } that was never opened: write [}] for the character }")
    if outer:
        raise PatternError(text, "has a { that is never closed: close it with }, or write [{] for the character {")
    return current


def _pieces(text: str) -> list[str]:
    pieces = [""]
    at = 0
    while at < len(text):
        end = class_end(text, at) + 1 if text[at] == "[" else at + 1
        if text[at] in "{,}":
            pieces += [text[at], ""]
        else:
            pieces[-1] += text[at:end]
        at = end
    return pieces


def _joined(heads: list[str], tails: list[str], text: str) -> list[str]:
    if len(heads) * len(tails) > MOST_ALTERNATIVES:
        raise PatternError(text, f"means more than {MOST_ALTERNATIVES} alternatives: write several patterns, or a *")
    return [head + tail for head in heads for tail in tails]


def _normal(alternative: str, text: str) -> str:
    segments = _kept_segments(alternative)
    problem = _wrong_start(alternative) or _wrong_segments(segments)
    if problem:
        meant = "" if alternative == text.removeprefix("!") else f"stands for {_shown(alternative)}, which "
        raise PatternError(text, meant + problem)
    spelling = _spelled(segments, alternative)
    return "./" + spelling if _wrong_start(spelling) or spelling.startswith("!") else spelling


def _wrong_start(text: str) -> str:
    if text.startswith("/"):
        return "is absolute: write it from the repository's root, without the leading /"
    if text.startswith("~"):
        return "starts at a home directory: write it from the repository's root (./~name for a name that starts so)"
    if text[1:2] == ":" and text[0].isascii() and text[0].isalpha():
        return "starts with a drive: write it from the repository's root"
    return ""


def _wrong_segments(segments: list[str]) -> str:
    if not segments:
        return "names no path inside the repository: write ** for the whole repository"
    for at, segment in enumerate(segments):
        if segment == "..":
            return "has a .. segment: write the path from the repository's root"
        if "**" in segment and segment != "**":
            hint = _spread(tokens(segment))
            if hint:
                return f"has ** within a name: write {_shown('/'.join([*segments[:at], hint, *segments[at + 1 :]]))}"
    return ""


def _spread(found: list[str]) -> str:
    for at in range(len(found) - 1):
        if found[at] == found[at + 1] == "*":
            head, tail = "".join(found[:at]), "".join(found[at:]).lstrip("*")
            return (head + "*/" if head else "") + "**" + ("/*" + tail if tail else "")
    return ""


def _kept_segments(text: str) -> list[str]:
    kept: list[str] = []
    for segment in text.split("/"):
        if segment not in ("", ".") and not (segment == "**" and kept and kept[-1] == "**"):
            kept.append(segment)
    return kept


def _spelled(segments: list[str], text: str) -> str:
    names_directory = text.endswith(("/", "/.")) and segments[-1] != "**"
    return "/".join(segments) + ("/" if names_directory else "")
