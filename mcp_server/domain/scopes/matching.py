"""Does a path match a pattern? The hot half of scopes: no compile step, no backtracking, nothing imported.

A pattern here is one plain alternative, as `pattern.read` writes it: braces expanded, checked, normalised.
"""


def covers(alternative: str, segments: list[str]) -> bool:
    """Whether `alternative` covers the path made of `segments`."""
    wanted = steps(alternative)
    if "**" not in wanted:
        return len(wanted) == len(segments) and _fit(wanted, segments, 0)
    head, *middle, tail = _runs(wanted)
    end = len(segments) - len(tail)
    at = len(head)
    if end < at or not _fit(head, segments, 0) or not _fit(tail, segments, end):
        return False
    for run in middle:
        at = _first_fit(run, segments, at, end)
        if at < 0:
            return False
        at += len(run)
    return True


def steps(alternative: str) -> list[str]:
    """The segments of `alternative`, with "and everything below" spelled out.

    A closing `**` then means zero or more segments, so what must lie strictly below ends in `**`, `*`.
    """
    segments = alternative.removeprefix("./").split("/")
    last = segments[-1]
    if last == "**":
        segments.append("*")
    elif not last:
        segments[-1] = "**"
    elif is_literal(last):
        segments.append("**")
    return segments


def is_literal(text: str) -> bool:
    """Whether `text` has no wildcard and so matches only itself."""
    return "*" not in text and "?" not in text and "[" not in text


def tokens(segment: str) -> list[str]:
    """The tokens of `segment`: literal characters, `?`, `*`, and complete classes such as `[!a-z]`."""
    found = []
    at = 0
    while at < len(segment):
        end = class_end(segment, at) if segment[at] == "[" else at
        found.append(segment[at : end + 1])
        at = end + 1
    return found


def class_end(text: str, start: int) -> int:
    """The closing bracket of the class that opens at `start`; -1 if it has none."""
    return text.find("]", class_body(text, start) + 1)


def class_body(text: str, start: int) -> int:
    """The first member of the class that opens at `start`, after a negation."""
    return start + 2 if text[start + 1 : start + 2] in ("!", "^") else start + 1


def class_ranges(token: str) -> list[tuple[str, str]]:
    """The members of a class, each as its first and last character."""
    ranges = []
    at, end = class_body(token, 0), len(token) - 1
    while at < end:
        last = at + 2 if at + 2 < end and token[at + 1] == "-" else at
        ranges.append((token[at], token[last]))
        at = last + 1
    return ranges


def admits(token: str, char: str) -> bool:
    """Whether `token`, which is not `*`, matches the one character `char` (never `/`)."""
    if len(token) == 1:
        return token in ("?", char)
    negated = token[1] in "!^"
    return any(first <= char <= last for first, last in class_ranges(token)) is not negated


def _runs(wanted: list[str]) -> list[list[str]]:
    runs: list[list[str]] = [[]]
    for segment in wanted:
        if segment == "**":
            runs.append([])
        else:
            runs[-1].append(segment)
    return runs


def _first_fit(run: list[str], segments: list[str], start: int, end: int) -> int:
    for at in range(start, end - len(run) + 1):
        if _fit(run, segments, at):
            return at
    return -1


def _fit(run: list[str], segments: list[str], at: int) -> bool:
    for wanted in run:
        if wanted != "*" and not _segment_matches(wanted, segments[at]):
            return False
        at += 1
    return True


def _segment_matches(wanted: str, segment: str) -> bool:
    if "?" in wanted or "[" in wanted:
        return _tokens_match(tokens(wanted), segment)
    if "*" in wanted:
        return _pieces_match(wanted.split("*"), segment)
    return wanted == segment


def _pieces_match(pieces: list[str], segment: str) -> bool:
    first, last = pieces[0], pieces[-1]
    at, end = len(first), len(segment) - len(last)
    if end < at or not segment.startswith(first) or not segment.endswith(last):
        return False
    for piece in pieces[1:-1]:
        found = segment.find(piece, at, end)
        if found < 0:
            return False
        at = found + len(piece)
    return True


def _tokens_match(wanted: list[str], segment: str) -> bool:
    # Bit i of `state`: the first i tokens match what has been read. All possibilities are followed at once.
    stars = sum(1 << at for at, token in enumerate(wanted) if token == "*")
    masks: dict[str, int] = {}
    state = 1 | (stars & 1) << 1
    for char in segment:
        if char not in masks:
            masks[char] = _admitting(wanted, char)
        state = (state & masks[char]) << 1 | (state & stars)
        state |= (state & stars) << 1
    return bool(state >> len(wanted) & 1)


def _admitting(wanted: list[str], char: str) -> int:
    return sum(1 << at for at, token in enumerate(wanted) if token != "*" and admits(token, char))
