"""What do scopes cover, found out the slow way? All paths over a small alphabet, patterns as regular expressions.

It shares nothing with the code it is held against: patterns are read anew here, as simply as can be.
"""

import re
from functools import lru_cache
from itertools import product

from hypothesis import strategies as st

from mcp_server.domain.scopes import scope

_SHORT, _PAIRS, _TRIPLES = (list(map("".join, product("ab.", repeat=size))) for size in (1, 2, 3))
_NAMES = [name for name in _SHORT + _PAIRS if name not in (".", "..")]

PATHS = [
    *_NAMES,
    *_TRIPLES,
    *("/".join(names) for names in product(_NAMES, repeat=2)),
    *("/".join(names) for names in product(_TRIPLES, "ab")),
    *("/".join(names) for names in product(["a", "b", "ab", ".a", "b."], repeat=3)),
]

_atoms = st.sampled_from(
    ["a", "b", ".", "*", "?", "[ab]", "[!a]", "[^.]", "[a-b.]", "{a,b}", "{a,}", "{*,.b}", "{a/b,?}"]
)
_segments = st.one_of(st.lists(_atoms, min_size=1, max_size=3).map("".join), st.just("**"), st.just("*"))


@st.composite
def _patterns(draw: st.DrawFn) -> str:
    text = "/".join(draw(st.lists(_segments, min_size=1, max_size=3)))
    return text + draw(st.sampled_from(["", "", "/"]))


def _is_understood(text: str) -> bool:
    try:
        return bool(scope.parse([text]))
    except scope.PatternError:
        return False


@st.composite
def pattern_lists(draw: st.DrawFn, most: int = 3) -> list[str]:
    """Patterns of a scope over the small alphabet, with exclusions or without."""
    understood = _patterns().filter(_is_understood)
    covering = draw(st.lists(understood, min_size=1, max_size=most))
    excluding = draw(st.lists(understood, max_size=most - 1))
    return [*covering, *("!" + text for text in excluding)]


def covers(patterns: list[str], path: str) -> bool:
    """Whether the scope of `patterns` covers `path`."""
    wanted = [text for text in patterns if not text.startswith("!")]
    unwanted = [text[1:] for text in patterns if text.startswith("!")]
    return any(_matches(text, path) for text in wanted) and not any(_matches(text, path) for text in unwanted)


def covered(patterns: list[str]) -> set[str]:
    """All paths over the small alphabet that the scope of `patterns` covers."""
    found: set[str] = set()
    for text in patterns:
        if not text.startswith("!"):
            found |= _matched(text)
    for text in patterns:
        if text.startswith("!"):
            found -= _matched(text[1:])
    return found


@lru_cache(maxsize=4096)
def _matched(text: str) -> frozenset[str]:
    return frozenset(path for path in PATHS if _matches(text, path))


def _matches(text: str, path: str) -> bool:
    return any(expression.fullmatch(path) for expression in _expressions(text))


@lru_cache(maxsize=4096)
def _expressions(text: str) -> list[re.Pattern[str]]:
    innermost = re.search(r"\{([^{}]*)\}", text)
    if innermost is None:
        return [re.compile(_expression(text), re.DOTALL)]
    before, after = text[: innermost.start()], text[innermost.end() :]
    return [each for option in innermost[1].split(",") for each in _expressions(before + option + after)]


def _expression(text: str) -> str:
    segments = [segment for segment in text.split("/") if segment not in ("", ".")]
    last = segments.pop()
    directories = "".join(r"([^/]+/)*" if segment == "**" else _name(segment) + "/" for segment in segments)
    if last == "**":
        return directories + ".+"
    is_directory = text.endswith(("/", "/.")) or not re.search(r"[*?\[]", last)
    return directories + _name(last) + ("(/.+)?" if is_directory else "")


def _name(segment: str) -> str:
    parts = re.findall(r"\[[!^]?[^\]]+\]|.", segment)
    return "".join(_PART.get(part) or _part(part) for part in parts)


_PART = {"*": "[^/]*", "?": "[^/]"}


def _part(part: str) -> str:
    if len(part) == 1:
        return re.escape(part)
    return "(?!/)" + re.sub(r"^\[[!^]", "[^", part)
