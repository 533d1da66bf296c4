"""Where scopes lie, as rows: patterns by their leading directories, so that neighbours are found by an index."""

from __future__ import annotations

from mcp_server.domain.scopes.scope import ancestors

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

Anchors = tuple[tuple[str, str], ...]


def patterns_from(text: str) -> tuple[str, ...]:
    """A scope's patterns, which are kept joined by line feeds since they hold none."""
    return tuple(text.split("\n")) if text else ()


def anchors_text(anchors: Iterable[tuple[str, str]]) -> str:
    """The grounds as one text; patterns hold neither tabs nor line feeds."""
    return "\n".join(f"{anchor}\t{pattern}" for anchor, pattern in anchors)


def anchors_from(text: str) -> Anchors:
    """The grounds that `grounds_text` wrote."""
    return tuple([_ground(line) for line in text.split("\n")]) if text else ()


def _ground(line: str) -> tuple[str, str]:
    anchor, _, pattern = line.partition("\t")
    return anchor, pattern


def tokens_around(anchor: str) -> tuple[str, list[str]]:
    """A query, with its values, for the tokens of the leases at `anchor`, above it or below it: all that may meet."""
    return rows_around("token", "ground", anchor)


def rows_around(column: str, table: str, anchor: str) -> tuple[str, list[str]]:
    """A query, with its values, for a column of the rows at `anchor`, above it or below it.

    The two parts are searched one by one in the index; joined by OR they would be looked for in every row.
    """
    if anchor == "":
        return f"SELECT {column} FROM {table}", []  # noqa: S608  names of ours
    above = ancestors(anchor)
    marks = ",".join("?" * len(above))
    # What lies below sorts between "anchor/" and "anchor0", since 0 follows / in ASCII.
    query = (
        f"SELECT {column} FROM {table} WHERE anchor IN ({marks}) "  # noqa: S608  names of ours, and marks
        f"UNION ALL SELECT {column} FROM {table} WHERE anchor > ? AND anchor < ?"
    )
    return query, [*above, anchor + "/", anchor + "0"]


def dumps(values: Iterable[object], *, ensure_ascii: bool = True) -> str:
    """Values as JSON, as a statement takes a list."""
    import json  # few hooks come here, and it takes them a millisecond

    return json.dumps(list(values), ensure_ascii=ensure_ascii)


def loads(text: str) -> list[str]:
    """Texts that were written down as JSON."""
    import json

    found: list[str] = json.loads(text)
    return found
