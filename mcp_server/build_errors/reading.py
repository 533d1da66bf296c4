"""The result of reading an output: the tool that printed it, and the files in which it reports errors."""

from __future__ import annotations

MOST_LINES = 3
LONGEST_LINE = 200


class Report:
    """`files`: repo-relative path → the lines that report errors in it. `tool`: what printed them, if known."""

    __slots__ = ("files", "tool")

    def __init__(self, tool: str | None, files: dict[str, list[str]]) -> None:
        self.tool = tool
        self.files = files

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Report) and (self.tool, self.files) == (other.tool, other.files)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Report({self.tool!r}, {self.files!r})"
