"""Which paths does a scope cover? Parses patterns and matches paths against them.

On the hot path of a hook: nothing is imported that a bare interpreter has not loaded already, here and in the modules
that it needs. That goes for `__future__` too, which is a module like any other.
"""

from mcp_server.domain.scopes import matching, pattern
from mcp_server.domain.scopes.pattern import PatternError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["PatternError", "Scope", "anchor", "anchors_of", "ancestors", "parse"]

MOST_PATTERNS = 1_000
MOST_ALTERNATIVES = 5_000
"""In one scope, all its patterns together."""


class Scope:
    """The paths that a list of patterns covers. Immutable; two are equal when they are spelled the same."""

    __slots__ = ("_alternatives", "_exclusions", "_patterns")

    def __init__(
        self, patterns: tuple[str, ...], *, alternatives: tuple[str, ...], exclusions: tuple[str, ...]
    ) -> None:
        self._patterns = patterns
        self._alternatives = alternatives
        self._exclusions = exclusions

    @property
    def patterns(self) -> tuple[str, ...]:
        """The patterns as written, in their normal spelling, without duplicates."""
        return self._patterns

    @property
    def alternatives(self) -> tuple[str, ...]:
        """The plain patterns that include paths, braces expanded."""
        return self._alternatives

    @property
    def exclusions(self) -> tuple[str, ...]:
        """The plain patterns that exclude paths, without their `!`."""
        return self._exclusions

    def covers(self, path: str) -> bool:
        """Whether the scope covers `path`, which is canonical and relative to the repository's root."""
        if not path:
            return False
        segments = path.split("/")
        return _any_covers(self._alternatives, segments) and not _any_covers(self._exclusions, segments)

    def __bool__(self) -> bool:
        return bool(self._patterns)

    def __eq__(self, other: object) -> bool:
        return self._patterns == other._patterns if isinstance(other, Scope) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._patterns)

    def __repr__(self) -> str:
        return f"scope.parse({list(self._patterns)!r})"


def parse(patterns: "Iterable[str]") -> Scope:
    """The scope that `patterns` describe; PatternError if one of them, or the whole, is invalid."""
    if isinstance(patterns, str):
        raise PatternError(patterns, "stands alone: write a list of patterns")
    spellings: dict[str, None] = {}
    alternatives: dict[str, None] = {}
    exclusions: dict[str, None] = {}
    for count, text in enumerate(patterns):
        if count == MOST_PATTERNS:
            raise PatternError(text, f"is one too many for a scope: write at most {MOST_PATTERNS}, or wider ones")
        _add(text, spellings, alternatives, exclusions)
        if len(alternatives) + len(exclusions) > MOST_ALTERNATIVES:
            raise PatternError(text, f"makes it more than {MOST_ALTERNATIVES} alternatives in one scope: use * instead")
    if exclusions and not alternatives:
        raise PatternError(next(iter(spellings)), "takes away from nothing: write first what the scope covers")
    return Scope(tuple(spellings), alternatives=tuple(alternatives), exclusions=tuple(exclusions))


def anchors_of(scope: Scope) -> list[tuple[str, str]]:
    """For each alternative of `scope`, its leading literal segments ("" if it starts with a wildcard) and itself."""
    return [(anchor(alternative), alternative) for alternative in scope.alternatives]


def anchor(alternative: str) -> str:
    """The longest path that is, or lies above, everything that `alternative` covers."""
    literal: list[str] = []
    for segment in alternative.removeprefix("./").split("/"):
        if not segment or not matching.is_literal(segment):
            break
        literal.append(segment)
    return "/".join(literal)


def ancestors(path: str) -> list[str]:
    """Where a pattern that covers `path` can be anchored: at "", at each directory above it, or at `path` itself."""
    found = [""]
    at = path.find("/")
    while at >= 0:
        found.append(path[:at])
        at = path.find("/", at + 1)
    return [*found, path]


def _add(text: str, spellings: dict[str, None], alternatives: dict[str, None], exclusions: dict[str, None]) -> None:
    if not isinstance(text, str):
        raise PatternError(text, "is not a text: write each pattern as a string")
    spelling, found = pattern.read(text)
    spellings[spelling] = None
    (exclusions if spelling.startswith("!") else alternatives).update(dict.fromkeys(found))


def _any_covers(alternatives: tuple[str, ...], segments: list[str]) -> bool:
    return any(matching.covers(alternative, segments) for alternative in alternatives)
