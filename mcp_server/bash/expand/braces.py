"""Brace expansion: `{a,b}`, `{1..9}`, `{a..e..2}`, nested ones too."""

from mcp_server.bash.unknown import NAME_PIECE

MOST_WORDS = 5_000


def expanded(word: str) -> list[str]:
    """The words that `word` expands to, at most `MOST_WORDS`."""
    if "{" not in word or ("," not in word and ".." not in word):
        return [word]
    waiting: list[str] = [word]
    done: list[str] = []
    while waiting and len(done) < MOST_WORDS:
        text = waiting.pop()
        found = _first(text)
        if found is None:
            done.append(text)
        else:
            start, end, parts = found
            waiting.extend(text[:start] + part + text[end:] for part in reversed(parts))
    return done


def _first(word: str) -> tuple[int, int, list[str]] | None:
    at = 0
    while at < len(word):
        character = word[at]
        if character in "'\"`":
            at = _after_quote(word, at)
        elif character == "\\":
            at += 2
        elif word.startswith("${", at) or word.startswith("$(", at):
            at = _closing(word, at + 1)[0] + 1
        elif character == "{":
            end, commas = _closing(word, at)
            parts = _parts(word, at, end, commas)
            if parts:
                return at, end + 1, parts
            at += 1
        else:
            at += 1
    return None


def _parts(word: str, start: int, end: int, commas: list[int]) -> list[str]:
    if end >= len(word):
        return []
    if commas:
        bounds = [start, *commas, end]
        return [word[one + 1 : other] for one, other in zip(bounds, bounds[1:], strict=False)]
    return _sequence(word[start + 1 : end].split(".."))


def _sequence(ends: list[str]) -> list[str]:
    if len(ends) not in (2, 3) or not all(ends):
        return []
    first, last = ends[0], ends[1]
    try:
        step = abs(int(ends[2])) or 1 if len(ends) == 3 else 1
        if len(first) == len(last) == 1 and first.isalpha() and last.isalpha():
            return [chr(code) for code in _range(ord(first), ord(last), step)]
        numbers = _range(int(first), int(last), step)
    except ValueError:
        return []
    if len(numbers) > MOST_WORDS:
        return [NAME_PIECE]
    padded = any(len(end.lstrip("-")) > 1 and end.lstrip("-").startswith("0") for end in (first, last))
    width = max(len(first), len(last)) if padded else 0
    return [f"{number:0{width}d}" for number in numbers]


def _range(first: int, last: int, step: int) -> list[int]:
    sign = 1 if last >= first else -1
    return list(range(first, last + sign, step * sign)[: MOST_WORDS + 1])


def _after_quote(word: str, at: int) -> int:
    quote = word[at]
    at += 1
    while at < len(word) and word[at] != quote:
        at += 2 if word[at] == "\\" and quote != "'" else 1
    return at + 1


def _closing(word: str, start: int) -> tuple[int, list[int]]:
    """Where the bracket at `start` closes, and the commas directly inside it."""
    opening = word[start]
    closing = "}" if opening == "{" else ")"
    at, depth = start + 1, 0
    commas: list[int] = []
    while at < len(word):
        character = word[at]
        if character in "'\"`":
            at = _after_quote(word, at)
            continue
        if character == "\\":
            at += 2
            continue
        if character == closing and depth == 0:
            return at, commas
        depth += (character == opening) - (character == closing)
        if character == "," and depth == 0:
            commas.append(at)
        at += 1
    return at, commas
